import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeKinesisRecord, kinesisRecordTypename } from '#protocol/egress-records.ts';
import { KinesisEgress, type KinesisEgressOptions } from '#runtime/kinesis/kinesis-egress.ts';
import type { EgressBatch } from '#runtime/ports/egress.ts';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { randomName } from './kafka-kit.ts';
import { KinesisServer } from './kinesis-server.ts';

describe('the Kinesis egress', () => {
  let server: KinesisServer;
  beforeAll(async () => {
    server = await KinesisServer.start();
  });
  afterEach(() => {
    server.throttle = null;
  });
  afterAll(() => server.stop());

  const open = (options: Partial<KinesisEgressOptions> = {}): KinesisEgress =>
    new KinesisEgress({
      ...{ id: 'test/out', region: null, endpoint: null, credentials: { type: 'default' } },
      ...{ properties: {}, maxOutstandingRecords: 1_000, deduplicationId: false },
      ...{ clock: systemClock, random: systemRandom, ...options },
    });

  test('records of one batch go to their streams, in order per key, each key as it is', async () => {
    const [one, two] = [
      await server.newStream(randomName('a'), 2),
      await server.newStream(randomName('b')),
    ];
    const egress = open();
    const records = Array.from({ length: 700 }, (_, n) =>
      record(n % 5 === 0 ? two : one, `k-${n % 300}`, `${n}`),
    );
    expect(await egress.publish(batchOf(10, records))).toBe('710');
    const [ofOne, ofTwo] = [await server.read(one), await server.read(two)];
    expect(ofOne).toHaveLength(560);
    expect(ofTwo).toHaveLength(140);
    for (const [key, of] of Map.groupBy(ofOne, (each) => each.key)) {
      const numbers = of.map(({ value }) => Number(value));
      expect(numbers, key).toEqual(numbers.toSorted((a, b) => a - b));
    }
    await egress.close();
  });

  test('refused requests are sent again, and no record overtakes another of its key', async () => {
    const stream = await server.newStream(randomName('s'), 3);
    server.throttle = { share: 0.5, operations: ['PutRecords'] };
    const egress = open({ maxOutstandingRecords: 7 });
    const records = Array.from({ length: 60 }, (_, n) => record(stream, `k-${n % 4}`, `${n}`));
    await egress.publish(batchOf(0, records));
    expect(server.throttled).toBeGreaterThan(3);
    const found = await server.read(stream);
    expect(found).toHaveLength(60);
    for (const [key, of] of Map.groupBy(found, (each) => each.key)) {
      const numbers = of.map(({ value }) => Number(value));
      expect(numbers, key).toEqual(numbers.toSorted((a, b) => a - b));
    }
    await egress.close();
  });

  test('a record that comes again has the id that it had', async () => {
    const stream = await server.newStream(randomName('s'));
    const egress = open({ deduplicationId: true });
    await egress.publish(batchOf(3, [record(stream, 'k', 'ä'), record(stream, 'k', 'b')]));
    await egress.publish(batchOf(4, [record(stream, 'k', 'b'), record(stream, 'k', 'c')]));
    const found = (await server.read(stream)).map(({ value }) => JSON.parse(value) as object);
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    expect(found).toEqual([
      { id: 'lineage/test/out/3', data: base64('ä') },
      { id: 'lineage/test/out/4', data: base64('b') },
      { id: 'lineage/test/out/4', data: base64('b') },
      { id: 'lineage/test/out/5', data: base64('c') },
    ]);
    await egress.close();
  });

  test('a stream that is not there is told, and ends at a close', async () => {
    const egress = open({
      clock: { ...systemClock, setTimer: (_, act) => systemClock.setTimer(1, act) },
    });
    await expect(egress.publish(batchOf(0, [record('nowhere', 'k', 'v')]))).rejects.toMatchObject({
      code: 'WEIR_KINESIS_PUBLISH_FAILED',
      message: expect.stringContaining('nowhere') as string,
    });
    const slow = open();
    const publishing = slow.publish(batchOf(0, [record('nowhere', 'k', 'v')]));
    await slow.close();
    await expect(publishing).rejects.toThrow();
  });

  test('what can never be published is refused before it is accepted', () => {
    const egress = open();
    const wrapped = open({ deduplicationId: true });
    const check = (of: KinesisEgress, value: Uint8Array, typename = kinesisRecordTypename) =>
      of.validate(typename, value, 0, value.length);
    const refused = (code: string) =>
      expect.objectContaining({ code: `WEIR_KINESIS_${code}` }) as Error;
    expect(() => check(egress, record('s', 'k', 'v'), 'other/Type')).toThrow(refused('WRONG_TYPE'));
    const large = record('s', 'k', 'x'.repeat(1 << 20));
    expect(() => check(egress, large)).toThrow(refused('RECORD_TOO_LARGE'));
    const fits = record('s', 'k', 'x'.repeat(1_000_000));
    check(egress, fits);
    expect(() => check(wrapped, fits)).toThrow(refused('RECORD_TOO_LARGE'));
    expect(() => check(egress, record('s', 'k'.repeat(257), 'v'))).toThrow(refused('BAD_KEY'));
    const hashed = (explicitHashKey: string) =>
      encodeKinesisRecord({
        stream: 's',
        partitionKey: 'k',
        explicitHashKey,
        value: Buffer.from('v'),
      });
    check(egress, hashed(String(2n ** 128n - 1n)));
    for (const wrong of [String(2n ** 128n), 'x', '-1', '01']) {
      expect(() => check(egress, hashed(wrong)), wrong).toThrow(refused('BAD_KEY'));
    }
  });
});

function record(stream: string, partitionKey: string, value: string): Uint8Array {
  return encodeKinesisRecord({
    stream,
    partitionKey,
    explicitHashKey: '',
    value: Buffer.from(value),
  });
}

function batchOf(firstSequence: number, values: readonly Uint8Array[]): EgressBatch {
  return {
    ...{ firstSequence, count: values.length, lineage: 'lineage', epoch: 1 },
    records: () => values.map((value) => ({ typename: kinesisRecordTypename, value })),
  };
}
