import type { Admin, Kafka as Client } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeKafkaRecord, kafkaRecordTypename } from '#protocol/egress-records.ts';
import { KafkaEgress, type KafkaEgressOptions } from '#runtime/kafka/kafka-egress.ts';
import type { EgressBatch, EgressLife } from '#runtime/ports/egress.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { endTransaction, FrameProxy } from './frame-proxy.ts';
import { hasKafka, KafkaBroker } from './kafka-broker.ts';
import { newTopic, randomName, readCommitted, testClient } from './kafka-kit.ts';
import { injected } from '../fault-table/injected.ts';

const exactlyOnce = { type: 'exactly-once', transactionTimeoutMs: 15_000 } as const;

describe.skipIf(!hasKafka())('the Kafka egress, on a real broker', () => {
  let broker: KafkaBroker;
  let proxy: FrameProxy;
  let kafka: Client;
  let admin: Admin;
  const opened: KafkaEgress[] = [];
  let lineage = '';

  beforeAll(async () => {
    // Behind the proxy, which passes everything on unless a test says otherwise.
    proxy = await FrameProxy.start();
    broker = await KafkaBroker.start({ advertised: proxy.port });
    proxy.passTo(broker.port);
    kafka = testClient(`127.0.0.1:${proxy.port}`);
    admin = kafka.admin();
    await admin.connect();
  }, 180_000);
  afterEach(async () => {
    for (const egress of opened.splice(0)) await egress.close();
    lineage = '';
  });
  afterAll(async () => {
    await admin?.disconnect();
    await proxy?.stop();
    await broker?.stop();
  });

  /** The transactional id is the name of the marker topic without its end. */
  const transactionalIdOf = (topics: readonly string[]): string =>
    topics.find((name) => name.includes(lineage))?.replace(/\.marker$/, '') ?? '';

  interface Opening {
    readonly id?: string;
    readonly position?: string;
    readonly epoch?: number;
    /** Records that the state knows of. */
    readonly known?: number;
    readonly options?: Partial<KafkaEgressOptions>;
    readonly confirmOwner?: () => Promise<void>;
  }

  async function open(opening: Opening = {}) {
    const { epoch = 1, known = 1_000_000, options = {}, confirmOwner, position = null } = opening;
    lineage ||= randomName('l');
    const egress = new KafkaEgress({
      ...{ id: opening.id ?? 'test/out', address: `127.0.0.1:${proxy.port}`, properties: {} },
      ...{ delivery: exactlyOnce, clock: systemClock, startBudgetMs: 20_000 },
      log: () => undefined,
      ...options,
    });
    opened.push(egress);
    const life: EgressLife = {
      ...{ lineage, epoch },
      nextSequence: () => known,
      confirmOwner: confirmOwner ?? (() => Promise.resolve()),
    };
    await egress.open(position, true, life);
    return egress;
  }

  const batchOf = (topic: string, from: number, to: number, size = 0): EgressBatch => ({
    ...{ firstSequence: from, count: to - from, lineage, epoch: 1 },
    *records() {
      for (let i = from; i < to; i++) {
        const value = Buffer.from(`${i}`.padEnd(size, ' '));
        yield {
          typename: kafkaRecordTypename,
          value: encodeKafkaRecord({ topic, key: `k${i % 3}`, value }),
        };
      }
    },
  });
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => `${from + i}`);
  /** What a read-committed reader sees, by number. */
  const seen = async (topic: string, count: number) => {
    const records = await readCommitted(kafka, topic, (values) => values.length >= count);
    return records.map(({ value }) => value.trim());
  };

  test('batches are published once, whatever their sizes are when they come again', async () => {
    const topic = await newTopic(admin);
    const egress = await open();
    expect(await egress.publish(batchOf(topic, 0, 10))).toBe('exactly-once 10');
    expect(await egress.publish(batchOf(topic, 10, 25))).toBe('exactly-once 25');
    // A recovery that knows of none of it, and cuts the batches otherwise.
    const again = await open({ epoch: 2 });
    expect(await again.publish(batchOf(topic, 0, 7))).toBe('exactly-once 7');
    expect(await again.publish(batchOf(topic, 7, 30))).toBe('exactly-once 30');
    expect(await seen(topic, 30)).toEqual(numbers(0, 30));
  });

  test('a lost answer to the end of a transaction: the marker says that it happened', async () => {
    const topic = await newTopic(admin);
    const egress = await open();
    await egress.publish(batchOf(topic, 0, 5));
    injected(16);
    proxy.dropAnswersOf = { apiKey: endTransaction, times: 1 };
    const before = proxy.dropped;
    let attempts = 0;
    for (let done = false; !done; attempts++) {
      done = await egress.publish(batchOf(topic, 5, 10)).then(
        () => true,
        () => false,
      );
    }
    expect(proxy.dropped).toBe(before + 1);
    proxy.dropAnswersOf = null;
    await egress.publish(batchOf(topic, 10, 12));
    expect(await seen(topic, 12)).toEqual(numbers(0, 12));
    expect(attempts).toBeGreaterThan(0);
  });

  test('who was fenced asks whose state it is, and publishes nothing if it is another’s', async () => {
    const topic = await newTopic(admin);
    let asked = 0;
    const old = await open({
      confirmOwner: () => {
        asked++;
        return Promise.reject(new Error('superseded'));
      },
    });
    await old.publish(batchOf(topic, 0, 3));
    injected(16);
    const successor = await open({ epoch: 2 });
    await expect(old.publish(batchOf(topic, 3, 6))).rejects.toThrow('superseded');
    expect(asked).toBe(1);
    await successor.publish(batchOf(topic, 3, 6));
    await successor.publish(batchOf(topic, 6, 8));
    expect(await seen(topic, 8)).toEqual(numbers(0, 8));
  });

  test('a transaction that was too slow is published again by the same owner', async () => {
    const topic = await newTopic(admin);
    let asked = 0;
    const egress = await open({
      confirmOwner: () => {
        asked++;
        return Promise.resolve();
      },
    });
    await egress.publish(batchOf(topic, 0, 3));
    injected(16);
    // As if its transaction had timed out: the id is given a new epoch.
    const other = kafka.producer({
      transactionalId: transactionalIdOf(await admin.listTopics()),
      maxInFlightRequests: 1,
      idempotent: true,
    });
    await other.connect();
    const transaction = await other.transaction();
    await transaction.send({ topic, messages: [{ key: 'k', value: 'never' }] });
    await transaction.abort();
    await other.disconnect();
    await expect(egress.publish(batchOf(topic, 3, 6))).rejects.toMatchObject({
      code: 'WEIR_KAFKA_PUBLISH_FAILED',
    });
    expect(asked).toBe(1);
    await egress.publish(batchOf(topic, 3, 6));
    expect(await seen(topic, 6)).toEqual(numbers(0, 6));
  });

  test('a marker that is ahead of the state is refused, by name', async () => {
    const topic = await newTopic(admin);
    const egress = await open();
    await egress.publish(batchOf(topic, 0, 20));
    await expect(open({ epoch: 2, known: 19 })).rejects.toMatchObject({
      code: 'WEIR_KAFKA_MARKER_AHEAD',
      message: expect.stringContaining('20 records') as string,
    });
  });

  test('a marker that is lost is refused, by name; one that is further than the cut is not', async () => {
    const topic = await newTopic(admin);
    const egress = await open();
    await egress.publish(batchOf(topic, 0, 20));
    const lost = { code: 'WEIR_KAFKA_MARKER_LOST' };
    await expect(open({ epoch: 2, position: 'exactly-once 21' })).rejects.toMatchObject(lost);
    const behind = await open({ epoch: 3, position: 'exactly-once 12' });
    await behind.publish(batchOf(topic, 12, 22));
    expect(await seen(topic, 22)).toEqual(numbers(0, 22));
    // From another delivery: what it says of publications is no matter of the marker.
    await open({ id: 'test/other', epoch: 4, position: '500' });
  });

  test('ids that look alike in Kafka’s alphabet have markers of their own', async () => {
    const topic = await newTopic(admin);
    const one = await open({ id: 'a.b/c' });
    const other = await open({ id: 'a/b.c' });
    await one.publish(batchOf(topic, 0, 5));
    await other.publish(batchOf(topic, 0, 5));
    await one.publish(batchOf(topic, 5, 7));
    expect((await seen(topic, 12)).sort()).toEqual([...numbers(0, 7), ...numbers(0, 5)].sort());
    await open({ id: `ü${'x'.repeat(300)}/y` });
  });

  test('five megabytes for one partition go out in one transaction', async () => {
    const topic = await newTopic(admin);
    const egress = await open();
    await egress.publish(batchOf(topic, 0, 2_500, 2_000));
    expect(await seen(topic, 2_500)).toEqual(numbers(0, 2_500));
  });

  test('two hundred transactions in a row, none of which fails', async () => {
    const topic = await newTopic(admin);
    const egress = await open();
    for (let i = 0; i < 200; i++) await egress.publish(batchOf(topic, i, i + 1));
    expect(await seen(topic, 200)).toEqual(numbers(0, 200));
    // The marker is found behind more than what is looked at first.
    for (let i = 0; i < 3; i++) await open({ epoch: 2 + i });
    const last = await open({ epoch: 9 });
    await last.publish(batchOf(topic, 190, 201));
    expect(await seen(topic, 201)).toEqual(numbers(0, 201));
  }, 120_000);

  test('what can never be published is refused before it is accepted', async () => {
    const egress = await open({ options: { properties: { 'max.request.size': '1000' } } });
    const refused = (typename: string, value: Uint8Array) => () =>
      egress.validate(typename, value, 0, value.length);
    const record = (size: number, topic = 't') =>
      encodeKafkaRecord({ topic, key: 'k', value: Buffer.alloc(size) });
    expect(refused(kafkaRecordTypename, record(500))).not.toThrow();
    expect(refused(kafkaRecordTypename, record(1_000))).toThrow(/1000 are allowed/);
    expect(refused('other/type', record(1))).toThrow(/other\/type/);
    expect(refused(kafkaRecordTypename, record(1, ''))).toThrow(/no topic/);
    expect(refused(kafkaRecordTypename, Buffer.from([0xff]))).toThrow(/not a Kafka record/);
  });

  test.each(['at-least-once', 'none'] as const)(
    '%s publishes without a transaction',
    async (type) => {
      const topic = await newTopic(admin);
      const options = { delivery: { type }, properties: { 'compression.type': 'gzip' } } as const;
      const egress = await open({ options });
      await egress.publish(batchOf(topic, 0, 10));
      expect(await seen(topic, 10)).toEqual(numbers(0, 10));
      expect((await admin.listTopics()).filter((name) => name.includes(lineage))).toEqual([]);
    },
  );

  test('keys go to the partitions to which the Java client sends them', async () => {
    const partitions = 8;
    const topic = await newTopic(admin, { partitions });
    // murmur2 of keys, as the Java client's own tests have it.
    const hashes = new Map([
      ['21', -973932308],
      ['foobar', -790332482],
      ['abc', 479470107],
    ]);
    const egress = await open();
    const keys = [...hashes.keys()];
    await egress.publish({
      ...{ firstSequence: 0, count: keys.length, lineage, epoch: 1 },
      *records() {
        for (const key of keys) {
          const value = encodeKafkaRecord({ topic, key, value: Buffer.from('v') });
          yield { typename: kafkaRecordTypename, value };
        }
      },
    });
    const records = await readCommitted(kafka, topic, (values) => values.length === keys.length);
    for (const { key, partition } of records) {
      expect(partition, key).toBe(((hashes.get(key) as number) & 0x7fffffff) % partitions);
    }
  });
});
