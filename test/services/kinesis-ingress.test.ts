import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { KinesisIngress, type KinesisIngressOptions } from '#runtime/kinesis/kinesis-ingress.ts';
import type { Positions } from '#runtime/ports/ingress.ts';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { pause, until } from '../chaos/processes.ts';
import { randomName } from './kafka-kit.ts';
import { KinesisServer } from './kinesis-server.ts';
import { NotingSink } from './noting-sink.ts';

describe('the Kinesis ingress', () => {
  let server: KinesisServer;
  const opened: KinesisIngress[] = [];
  beforeAll(async () => {
    server = await KinesisServer.start();
  });
  afterEach(async () => {
    for (const ingress of opened.splice(0)) await ingress.close();
    server.throttle = null;
  });
  afterAll(() => server.stop());

  async function open(
    stream: string,
    options: Partial<KinesisIngressOptions> = {},
    positions: Positions = new Map(),
  ) {
    const failures: string[] = [];
    const rejected: string[] = [];
    const ingress = new KinesisIngress({
      ...{ id: 'test/in', region: null, endpoint: null, credentials: { type: 'default' } },
      streams: [{ stream, valueType: 'test/Value', targets: ['t/f'] }],
      start: { type: 'earliest' },
      properties: {
        'flink.shard.getrecords.intervalmillis': '20',
        'flink.shard.discovery.intervalmillis': '100',
      },
      ...{ deadLetter: null, clock: systemClock, random: systemRandom, startBudgetMs: 500 },
      onRejected: ({ path, offset, reason }) => rejected.push(`${path} ${offset} ${reason.code}`),
      onFailure: (error) => failures.push(`${error.code}: ${error.message}`),
      ...options,
    });
    opened.push(ingress);
    const sink = new NotingSink();
    await ingress.open(sink, positions);
    return { ingress, sink, failures, rejected };
  }

  async function close({ ingress }: { ingress: KinesisIngress }): Promise<void> {
    await ingress.close();
    opened.splice(opened.indexOf(ingress), 1);
  }

  test('records of all shards, in order per key, and on from the position in another life', async () => {
    const stream = await server.newStream(randomName('s'), 3);
    for (let n = 1; n <= 40; n++) await server.put(stream, `k-${n % 8}`, `${n}`);
    const first = await open(stream);
    await until('forty records', () => first.sink.taken.length >= 40);
    await close(first);
    for (let n = 41; n <= 60; n++) await server.put(stream, `k-${n % 8}`, `${n}`);
    const second = await open(stream, {}, first.sink.positions);
    await until('twenty more', () => second.sink.taken.length >= 20);
    await pause(100);
    const all = [...first.sink.taken, ...second.sink.taken];
    expect(all).toHaveLength(60);
    for (const [key, of] of Map.groupBy(all, ({ key: id }) => id)) {
      const numbers = of.map(({ value }) => Number(value));
      expect(numbers, key).toEqual(numbers.toSorted((a, b) => a - b));
    }
    expect(first.ingress.trouble).toBeNull();
    expect(second.ingress.lagMs()).toBe(0);
  });

  test('splits and merges under load: nothing twice, nothing lost, each key in order', async () => {
    const stream = await server.newStream(randomName('s'), 2);
    let sent = 0;
    let feeding = true;
    const fed = (async () => {
      while (feeding) {
        sent++;
        for (let k = 0; k < 8; k++) await server.put(stream, `k-${k}`, `${sent}`);
      }
    })();
    let life = await open(stream);
    const taken = [...life.sink.taken];
    for (const change of ['split', 'merge', 'split', 'split', 'merge'] as const) {
      await until('records', () => life.sink.taken.length > 100);
      await server[change](stream);
      if (change !== 'split') continue;
      // Another life in the middle of it, from the positions of this one.
      await close(life);
      taken.push(...life.sink.taken);
      life = await open(stream, {}, life.sink.positions);
    }
    await until('records', () => life.sink.taken.length > 100);
    feeding = false;
    await fed;
    await until('all records', () => taken.length + life.sink.taken.length >= sent * 8);
    await pause(200);
    taken.push(...life.sink.taken);
    expect(taken).toHaveLength(sent * 8);
    for (const [key, of] of Map.groupBy(taken, ({ key: id }) => id)) {
      const expected = Array.from({ length: sent }, (_, n) => String(n + 1));
      expect(
        of.map(({ value }) => value),
        key,
      ).toEqual(expected);
    }
    const positions = [...life.sink.positions.values()];
    expect(positions.filter((position) => position === 'ended').length).toBeGreaterThan(4);
    expect(life.failures).toEqual([]);
  }, 180_000);

  test('a new state begins where the module says, and that is in its first cut', async () => {
    const stream = await server.newStream(randomName('s'));
    await server.put(stream, 'k', 'before');
    await pause(1_100);
    const date = { type: 'date', dateMs: Date.now() } as const;
    const latest = await open(stream, { start: { type: 'latest' } });
    expect([...latest.sink.begun.values()]).toEqual([expect.stringMatching(/^time [0-9]+$/)]);
    // Ended before the first record: the next life does not begin at a later "latest".
    await close(latest);
    await server.put(stream, 'k', 'after');
    const on = await open(stream, { start: { type: 'latest' } }, latest.sink.positions);
    const dated = await open(stream, { start: date });
    const earliest = await open(stream);
    await until('all', () => earliest.sink.taken.length >= 2 && dated.sink.taken.length >= 1);
    await until('the later one', () => on.sink.taken.length >= 1);
    expect(on.sink.values).toEqual(['after']);
    expect(dated.sink.values).toEqual(['after']);
    expect(earliest.sink.values).toEqual(['before', 'after']);
  });

  test('a service that refuses most requests as too many costs time and nothing else', async () => {
    const stream = await server.newStream(randomName('s'), 2);
    for (let n = 1; n <= 30; n++) await server.put(stream, `k-${n % 4}`, `${n}`);
    server.throttle = { share: 0.7, operations: ['GetRecords', 'GetShardIterator', 'ListShards'] };
    const { sink, ingress } = await open(stream, { startBudgetMs: 60_000 });
    await until('all records', () => sink.taken.length >= 30);
    await until('refused requests', () => server.throttled > 20);
    server.throttle = null;
    await server.put(stream, 'k-1', 'last');
    await until('the last one', () => sink.values.includes('last'));
    expect(sink.taken).toHaveLength(31);
    await until('no trouble', () => ingress.trouble === null);
  });

  test('under back-pressure nothing is taken, and nothing is lost by it', async () => {
    const stream = await server.newStream(randomName('s'));
    for (let n = 1; n <= 20; n++) await server.put(stream, 'k', `${n}`);
    const { sink } = await open(stream);
    const accept = sink.accept.bind(sink);
    sink.accept = (messages, partition, after) => {
      accept(messages, partition, after);
      if (messages.length > 0 && sink.taken.length % 5 === 0) sink.full = true;
    };
    for (let n = 1; n <= 4; n++) {
      await until('a full sink', () => sink.full || sink.taken.length === 20);
      const { length } = sink.taken;
      await pause(100);
      expect(sink.taken.length).toBe(length);
      sink.open();
    }
    await until('all records', () => sink.taken.length === 20);
    expect(sink.values).toEqual(Array.from({ length: 20 }, (_, n) => String(n + 1)));
  });

  test('a stream that was deleted and made again is told by its birth', async () => {
    const stream = await server.newStream(randomName('s'));
    await server.put(stream, 'k', 'old');
    const rarely = { properties: { 'flink.shard.discovery.intervalmillis': '60000' } };
    const first = await open(stream, rarely);
    await until('the record', () => first.sink.taken.length === 1);
    const positions = new Map(first.sink.positions);
    // The service tells births to the second.
    await pause(1_100);
    await server.deleteStream(stream);
    await server.newStream(stream);
    await server.put(stream, 'k', 'new');
    await until('a failure', () => first.failures.some((text) => text.includes('STREAM_REPLACED')));
    expect(first.ingress.trouble).not.toBeNull();
    expect(first.sink.values).toEqual(['old']);
    await expect(open(stream, {}, positions)).rejects.toMatchObject({
      code: 'WEIR_KINESIS_STREAM_REPLACED',
    });
  });

  test('what the producer library packed is unpacked; what is damaged is passed over', async () => {
    const stream = await server.newStream(randomName('s'));
    await server.put(
      stream,
      'outer',
      packed(
        ['a', 'b'],
        [
          [0, 'one'],
          [1, 'two'],
          [0, 'three'],
        ],
      ),
    );
    await server.put(stream, 'outer', packed(['a'], [[7, 'lost']]));
    await server.put(stream, 'plain', Buffer.from('f3899ac2 only looks like it', 'latin1'));
    const { sink, rejected } = await open(stream);
    await until('all', () => sink.taken.length === 4);
    expect(sink.taken.map(({ key, value }) => `${key} ${value}`).slice(0, 3)).toEqual([
      ...['a one', 'b two', 'a three'],
    ]);
    expect(rejected).toEqual([expect.stringMatching(/ [0-9]+ WEIR_KINESIS_UNDECODABLE$/)]);
  });

  test('a stream that is not there, a wrong target, a service that is not there', async () => {
    await expect(open('nowhere')).rejects.toMatchObject({ code: 'WEIR_KINESIS_UNKNOWN_STREAM' });
    const stream = await server.newStream(randomName('s'));
    await expect(
      open(stream, { endpoint: 'http://127.0.0.1:1', startBudgetMs: 100 }),
    ).rejects.toMatchObject({ code: 'WEIR_KINESIS_UNREACHABLE' });
  });
});

/** As the Kinesis Producer Library packs records: keys, and for each record its key and data. */
function packed(keys: readonly string[], records: readonly (readonly [number, string])[]): Buffer {
  const field = (tag: number, body: Buffer) =>
    Buffer.concat([Buffer.from([tag, body.length]), body]);
  const body = Buffer.concat([
    ...keys.map((key) => field(0x0a, Buffer.from(key))),
    ...records.map(([key, data]) =>
      field(0x1a, Buffer.concat([Buffer.from([0x08, key]), field(0x1a, Buffer.from(data))])),
    ),
  ]);
  const md5 = createHash('md5').update(body).digest();
  return Buffer.concat([Buffer.from('f3899ac2', 'hex'), body, md5]);
}
