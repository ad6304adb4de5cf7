import type { Admin, Kafka as Client, Producer, Transaction } from 'kafkajs';
import { CompressionTypes } from '#runtime/kafka/kafkajs.ts';
import { createTopics } from '#runtime/kafka/create-topics.ts';
import { topicIds } from '#runtime/kafka/topic-ids.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pause, until } from '../chaos/processes.ts';
import { seededRandom } from '../snapshot/seeded.ts';
import { hasKafka, KafkaBroker } from './kafka-broker.ts';
import {
  deleteBefore,
  newTopic,
  openIngress,
  plainProducer,
  randomName,
  testClient,
  type OpenedIngress,
} from './kafka-kit.ts';
import { injected } from '../fault-table/injected.ts';

describe.skipIf(!hasKafka())('the Kafka ingress, on a real broker', () => {
  let broker: KafkaBroker;
  let kafka: Client;
  let admin: Admin;
  let producer: Producer;
  const opened: OpenedIngress[] = [];

  beforeAll(async () => {
    broker = await KafkaBroker.start();
    kafka = testClient(broker.address);
    admin = kafka.admin();
    producer = plainProducer(kafka);
    await admin.connect();
    await producer.connect();
  }, 180_000);
  afterEach(async () => {
    for (const { ingress } of opened.splice(0)) await ingress.close();
  });
  afterAll(async () => {
    await producer?.disconnect();
    await admin?.disconnect();
    await broker?.stop();
  });

  const open = async (
    ...args: Parameters<typeof openIngress> extends [string, ...infer R] ? R : never
  ) => {
    const one = await openIngress(broker.address, ...args);
    opened.push(one);
    return one;
  };
  const send = (topic: string, values: readonly string[], partition = 0) =>
    producer.send({ topic, messages: values.map((value) => ({ key: 'k', value, partition })) });
  const keyOf = async (topic: string, partition = 0) =>
    `${(await topicIds(kafka, [topic])).get(topic)} ${topic} ${partition}`;

  /** Three producers whose transactions interleave; the values of those that were committed. */
  async function interleaved(topic: string, steps: number, seed: number) {
    const random = seededRandom(seed);
    const producers: Producer[] = [];
    for (let i = 0; i < 3; i++) {
      const one = kafka.producer({
        transactionalId: randomName('tx'),
        maxInFlightRequests: 1,
        idempotent: true,
      });
      await one.connect();
      producers.push(one);
    }
    const under = new Map<
      number,
      { transaction: Transaction; values: { value: string; offset: number }[] }
    >();
    const committed: { value: string; offset: number }[] = [];
    let aborted = 0;
    const end = async (i: number, commits: boolean) => {
      const open = under.get(i);
      if (open === undefined) return;
      under.delete(i);
      if (commits) {
        await open.transaction.commit();
        committed.push(...open.values);
      } else {
        await open.transaction.abort();
        aborted += open.values.length;
      }
    };
    for (let step = 0; step < steps; step++) {
      const i = Math.floor(random() * 3);
      if (random() < 0.3) {
        await end(i, random() < 0.5);
        continue;
      }
      const open = under.get(i) ?? {
        transaction: await (producers[i] as Producer).transaction(),
        values: [],
      };
      under.set(i, open);
      const value = `${i}-${step}`;
      const [sent] = await open.transaction.send({
        topic,
        messages: [{ key: 'k', value, partition: 0 }],
      });
      open.values.push({ value, offset: Number(sent?.baseOffset) });
    }
    for (let i = 0; i < 3; i++) await end(i, true);
    for (const one of producers) await one.disconnect();
    committed.sort((a, b) => a.offset - b.offset);
    return { committed, aborted };
  }

  test(
    'of interleaving transactions exactly the committed records come, from every offset',
    { timeout: 600_000 },
    async () => {
      const topic = await newTopic(admin);
      const { committed, aborted } = await interleaved(topic, 150, 7);
      expect(aborted).toBeGreaterThan(15);
      expect(committed.length).toBeGreaterThan(30);
      await send(topic, ['end']);
      const [range] = await admin.fetchTopicOffsets(topic);
      const key = await keyOf(topic);
      const high = Number(range?.high);
      for (let from = 0; from < high; from += from < 40 ? 1 : 7) {
        const one = await open(topic, {}, new Map([[key, from]]));
        await until(`the end from ${from}`, () => one.sink.values.at(-1) === 'end');
        const expected = committed.filter(({ offset }) => offset >= from).map(({ value }) => value);
        expect(one.sink.values, `from ${from}`).toEqual([...expected, 'end']);
        expect(one.sink.positions.get(key)).toBe(high);
        await one.ingress.close();
      }
    },
  );

  test('a new state begins where the module says, and says so in its first cut', async () => {
    // Not older than what the broker keeps.
    const since = Date.now() - 60_000;
    const topic = await newTopic(admin, { partitions: 2 });
    await producer.send({
      topic,
      messages: ['a', 'b', 'c'].map((value, i) => ({
        key: 'k',
        value,
        partition: 0,
        timestamp: String(since + i * 1_000),
      })),
    });
    const group = randomName('group');
    await admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '2' }] });
    const first = async (options: Parameters<typeof open>[1]) => {
      const { sink, ingress } = await open(topic, options);
      const positions = [await keyOf(topic, 0), await keyOf(topic, 1)].map((key) =>
        sink.begun.get(key),
      );
      await ingress.close();
      return positions;
    };
    expect(await first({ start: { type: 'earliest' } })).toEqual([0, 0]);
    expect(await first({ start: { type: 'latest' } })).toEqual([3, 0]);
    expect(
      await first({ start: { type: 'specific-offsets', offsets: { [`${topic}/0`]: 1 } } }),
    ).toEqual([1, 0]);
    expect(await first({ start: { type: 'date', dateMs: since + 1_000 } })).toEqual([1, 0]);
    expect(await first({ start: { type: 'group-offsets' }, groupId: group })).toEqual([2, 0]);
    const fresh = { start: { type: 'group-offsets' }, groupId: randomName('group') } as const;
    expect(await first({ ...fresh, reset: 'latest' })).toEqual([3, 0]);
    expect(await first({ ...fresh, reset: 'earliest' })).toEqual([0, 0]);
  });

  test('a position that the log does not reach is an error, and nothing is delivered', async () => {
    const topic = await newTopic(admin);
    await send(topic, ['a', 'b', 'c', 'd']);
    await deleteBefore(admin, topic, 2);
    const key = await keyOf(topic);
    for (const position of [0, 1, 5, 500]) {
      await expect(
        open(topic, {}, new Map([[key, position]])),
        `${position}`,
      ).rejects.toMatchObject({
        code: 'WEIR_KAFKA_POSITION_OUT_OF_RANGE',
        message: expect.stringContaining(`offset ${position}, and has 2 to 4`) as string,
      });
    }
    const { sink } = await open(topic, {}, new Map([[key, 2]]));
    await until('the rest', () => sink.values.length === 2);
    expect(sink.values).toEqual(['c', 'd']);
  });

  test('aborted records alone move the position, so that retention of them is no loss', async () => {
    const topic = await newTopic(admin);
    await send(topic, ['a']);
    const { sink, ingress } = await open(topic);
    await until('the first', () => sink.values.length === 1);
    const aborting = kafka.producer({ transactionalId: randomName('tx'), idempotent: true });
    await aborting.connect();
    const transaction = await aborting.transaction();
    await transaction.send({ topic, messages: [{ key: 'k', value: 'never' }] });
    await transaction.abort();
    await aborting.disconnect();
    const key = await keyOf(topic);
    await until('the position behind the marker', () => sink.positions.get(key) === 3);
    await ingress.close();
    await deleteBefore(admin, topic, 3);
    const again = await open(topic, {}, new Map(sink.positions));
    await send(topic, ['b']);
    await until('the next', () => again.sink.values.length === 1);
    expect(again.sink.values).toEqual(['b']);
  });

  test('records that were deleted before they were taken stop the ingress, by name', async () => {
    const topic = await newTopic(admin);
    await send(topic, ['a']);
    const { sink, failures, ingress } = await open(topic);
    await until('the first', () => sink.values.length === 1);
    sink.full = true;
    await send(
      topic,
      Array.from({ length: 50 }, (_, i) => `lost-${i}`),
    );
    await pause(500);
    await deleteBefore(admin, topic, 40);
    sink.open();
    await until('a failure', () => failures.some((text) => text.includes('POSITION_OUT_OF_RANGE')));
    expect(ingress.trouble).toContain('must go on at offset');
    expect(sink.values.filter((value) => value.startsWith('lost'))).toEqual([]);
  });

  test('back-pressure stops delivery, and nothing is lost by it', async () => {
    const topic = await newTopic(admin, { partitions: 3 });
    const { sink } = await open(topic);
    sink.full = true;
    const values = Array.from({ length: 3_000 }, (_, i) => `${i}`);
    for (const partition of [0, 1, 2]) {
      await send(
        topic,
        values.filter((_, i) => i % 3 === partition),
        partition,
      );
    }
    await pause(1_000);
    expect(sink.values).toEqual([]);
    for (let round = 0; round < 20; round++) {
      sink.open();
      const before = sink.values.length;
      await until('progress', () => sink.values.length > before || sink.values.length === 3_000);
      sink.full = true;
      const held = sink.values.length;
      await pause(20);
      expect(sink.values.length).toBe(held);
    }
    sink.open();
    await until('all', () => sink.values.length === 3_000);
    expect(new Set(sink.values).size).toBe(3_000);
    for (const partition of [0, 1, 2]) {
      const mine = sink.values.map(Number).filter((value) => value % 3 === partition);
      expect(mine).toEqual([...mine].sort((a, b) => a - b));
    }
  });

  test('without key, without value, or with a key that is no text, a record is passed over', async () => {
    const topic = await newTopic(admin);
    await producer.send({
      topic,
      messages: [
        { key: 'good', value: '1' },
        { key: null, value: 'no key' },
        { key: 'tombstone', value: null },
        { key: Buffer.from([0xff, 0xfe]), value: 'no text' },
        { key: '', value: 'empty key' },
      ].map((message) => ({ ...message, partition: 0 })),
    });
    const { sink, rejected } = await open(topic);
    await until('the last', () => sink.values.includes('empty key'));
    expect(sink.taken.map(({ key, value }) => [key, value])).toEqual([
      ['good', '1'],
      ['', 'empty key'],
    ]);
    expect(rejected).toEqual([
      { path: `${topic}/0`, offset: 1, code: 'WEIR_KAFKA_NO_KEY' },
      { path: `${topic}/0`, offset: 2, code: 'WEIR_KAFKA_NO_VALUE' },
      { path: `${topic}/0`, offset: 3, code: 'WEIR_KAFKA_KEY_NOT_TEXT' },
    ]);
  });

  test('partitions that are added are read from their beginning', async () => {
    const topic = await newTopic(admin);
    const { sink } = await open(topic, {
      properties: { 'metadata.max.age.ms': '500' },
      start: { type: 'latest' },
    });
    injected(15);
    await admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    for (const partition of [0, 1, 2]) {
      await until('the partition', () =>
        send(topic, [`in ${partition}`], partition).then(
          () => true,
          () => false,
        ),
      );
    }
    await until('records of all partitions', () => sink.values.length === 3);
    expect(sink.positions.get(await keyOf(topic, 2))).toBe(1);
  });

  test('a second member of the group, and its end: every record once, from the own position', async () => {
    const topic = await newTopic(admin, { partitions: 2 });
    const { ingress, sink } = await open(topic, {
      id: `test/${randomName('in')}`,
      properties: { 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '200' },
    });
    const both = async (from: number, to: number) => {
      for (let n = from; n < to; n++) {
        for (const partition of [0, 1]) await send(topic, [`${partition}/${n}`], partition);
      }
    };
    await both(0, 10);
    await until('records', () => sink.taken.length === 20);
    const { groups } = await admin.listGroups();
    const name = ingress.id.replace('/', '.');
    const groupId = groups.find(({ groupId: of }) => of.includes(name))?.groupId as string;
    for (let round = 1; round <= 2; round++) {
      injected(15);
      // It takes records, and tells the group that it did: neither may count for us.
      const rival = kafka.consumer({ groupId, heartbeatInterval: 200 });
      await rival.connect();
      await rival.subscribe({ topics: [topic], fromBeginning: true });
      await rival.run({ eachMessage: async () => undefined });
      await until('trouble', () => ingress.trouble !== null);
      await both(round * 10, round * 10 + 10);
      await rival.disconnect();
      await until('all records', () => sink.taken.length === 20 + round * 20);
    }
    await until('no trouble', () => ingress.trouble === null);
    for (const partition of [0, 1]) {
      const values = sink.values.filter((value) => value.startsWith(`${partition}/`));
      expect(values).toEqual(Array.from({ length: 30 }, (_, n) => `${partition}/${n}`));
    }
  }, 240_000);

  test('a topic that was deleted and created again is told by its id', async () => {
    const topic = await newTopic(admin);
    await send(topic, ['a', 'b']);
    const first = await open(topic);
    await until('both', () => first.sink.values.length === 2);
    await pause(1_100);
    const positions = new Map(first.sink.positions);
    injected(15);
    await admin.deleteTopics({ topics: [topic] });
    const old = positions.keys().next().value?.split(' ')[0];
    await until('the topic again', async () => {
      await createTopics(admin, [{ topic, numPartitions: 1 }], systemClock).catch(() => undefined);
      // Not by its answer, which is lost when the broker is slow.
      const id = (await topicIds(kafka, [topic])).get(topic);
      return id !== undefined && id !== old;
    });
    await send(topic, ['x', 'y', 'z']);
    await until('a failure', () => first.failures.some((text) => text.includes('TOPIC_REPLACED')));
    expect(first.sink.values).toEqual(['a', 'b']);
    await expect(open(topic, {}, positions)).rejects.toMatchObject({
      code: 'WEIR_KAFKA_TOPIC_REPLACED',
    });
  }, 180_000);

  test('zstd is read; a codec that nobody has is a failure that is told', async () => {
    const topic = await newTopic(admin);
    await producer.send({
      topic,
      compression: CompressionTypes.ZSTD,
      messages: [{ key: 'k', value: 'small' }],
    });
    const { sink } = await open(topic);
    await until('the record', () => sink.values.length === 1);
    const lz4 = await newTopic(admin, { config: { 'compression.type': 'lz4' } });
    await send(lz4, ['never']);
    const failing = await open(lz4);
    await until('a failure', () => failing.failures.length > 0);
    expect(failing.failures[0]).toContain('WEIR_KAFKA_READ_FAILED');
    expect(failing.ingress.trouble).not.toBeNull();
    expect(failing.sink.values).toEqual([]);
  });

  test('a topic that is not there, and a cluster that is not there', async () => {
    await expect(open('nowhere')).rejects.toMatchObject({ code: 'WEIR_KAFKA_UNKNOWN_TOPIC' });
    await expect(openIngress('127.0.0.1:1', 'x', { startBudgetMs: 500 })).rejects.toMatchObject({
      code: 'WEIR_KAFKA_UNREACHABLE',
    });
  });

  test('a broker that is killed and comes back: every record once, in order', async () => {
    const own = await KafkaBroker.start();
    const client = testClient(own.address);
    const ownAdmin = client.admin();
    const ownProducer = plainProducer(client);
    try {
      await ownAdmin.connect();
      await ownProducer.connect();
      const topic = await newTopic(ownAdmin);
      const one = await openIngress(own.address, topic);
      const sent: string[] = [];
      const put = async (count: number) => {
        const values = Array.from({ length: count }, (_, i) => `${sent.length + i}`);
        await ownProducer.send({ topic, messages: values.map((value) => ({ key: 'k', value })) });
        sent.push(...values);
      };
      await put(100);
      for (let i = 0; i < 2; i++) {
        await until('progress', () => one.sink.values.length > i * 100 + 50);
        await own.kill();
        await own.resume();
        await until('the producer', () =>
          put(100).then(
            () => true,
            () => false,
          ),
        );
      }
      await until('all', () => one.sink.values.at(-1) === sent.at(-1));
      // The test's own producer may have sent twice what it got no answer for: that is not ours.
      const offsets = one.sink.taken.map(({ after }) => after);
      expect(offsets).toEqual(offsets.map((_, i) => i + 1));
      await one.ingress.close();
    } finally {
      await ownProducer.disconnect().catch(() => undefined);
      await ownAdmin.disconnect().catch(() => undefined);
      await own.stop();
    }
  }, 240_000);
});
