import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Admin, Kafka as Client, Producer } from 'kafkajs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { failPoints, type FailPoint } from '#runtime/ports/fail-point.ts';
import { freePort, pause, Processes, until, type TestProcess } from '../chaos/processes.ts';
import { hasKafka, KafkaBroker } from './kafka-broker.ts';
import { newTopic, plainProducer, readCommitted, testClient } from './kafka-kit.ts';
import { injected } from '../fault-table/injected.ts';
import { limitMs, tries } from '../fault-table/tries.ts';

const keys = 20;
/** How often a runtime is killed at each place, and a broker. */
const passings = tries(2, 25);
const brokerKills = tries(2, 10);

const places = [
  ...['commit-known', 'kafka-transaction-begun', 'kafka-records-sent', 'kafka-marker-sent'],
  ...['kafka-transaction-ended', 'kafka-fenced', 'kafka-marker-read', 'egress-published'],
] as FailPoint[];

test('every fail-point of Kafka is among the places', () => {
  const all = failPoints.filter((name) => name.startsWith('kafka-'));
  expect(all.filter((name) => !places.includes(name))).toEqual([]);
});

describe.skipIf(!hasKafka())('Kafka in, functions, Kafka out, exactly once', () => {
  let broker: KafkaBroker;
  let kafka: Client;
  let admin: Admin;
  let producer: Producer;
  const processes = new Processes();
  const folders: string[] = [];

  beforeAll(async () => {
    broker = await KafkaBroker.start();
    kafka = testClient(broker.address);
    admin = kafka.admin();
    producer = plainProducer(kafka);
    await admin.connect();
    await producer.connect();
  }, 180_000);
  afterEach(() => processes.killAll());
  afterAll(async () => {
    await producer?.disconnect();
    await admin?.disconnect();
    await broker?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  /** An application with topics of its own, and what was sent to it. */
  async function application() {
    const [input, output] = [
      await newTopic(admin, { partitions: 4 }),
      await newTopic(admin, { partitions: 3 }),
    ];
    const folder = mkdtempSync(join(tmpdir(), 'weir-kafka-app-'));
    folders.push(folder);
    const port = await freePort();
    const functions = processes.start('test/services/kafka-functions.ts', [String(port), output]);
    await functions.says('serving');
    const modulePath = join(folder, 'module.yaml');
    writeFileSync(modulePath, moduleText(port, broker.address, input));
    const run = (failPoint?: string): TestProcess =>
      processes.start(
        'runtime/main.ts',
        [
          ...['run', modulePath, '--state', `file:${join(folder, 'state')}`, '--name', 'kafka'],
          ...['--commit-every', '50ms', '--admin', '127.0.0.1:0'],
        ],
        failPoint === undefined ? {} : { WEIR_FAIL_POINT: failPoint },
      );
    let sent = 0;
    let ended = false;
    const feed = async (): Promise<void> => {
      while (!ended) {
        const messages = Array.from({ length: keys }, (_, i) => ({
          key: `key-${i}`,
          value: String(sent + 1),
        }));
        // Not sent again by hand: a record that the test itself sent twice would be no fault.
        await producer.send({ topic: input, messages });
        sent++;
        await pause(10);
      }
    };
    return {
      run,
      feed,
      input,
      output,
      get sent() {
        return sent;
      },
      /** Ends the feed, and checks that each record came out once, in order, counted once. */
      async expectComplete(fed: Promise<void>, runtime: TestProcess): Promise<void> {
        ended = true;
        await fed;
        const total = sent * keys;
        const records = await readCommitted(kafka, output, (values) => {
          if (runtime.end !== null) throw new Error(`ended early\n${runtime.tail()}`);
          return values.length >= total;
        });
        // Whatever comes twice comes within the next commits.
        await pause(500);
        const again = await readCommitted(kafka, output, (values) => values.length >= total);
        expect(again.length).toBe(total);
        for (const [key, of] of Map.groupBy(records, (record) => record.key)) {
          const values = of.map(({ value }) => value);
          expect(values, key).toEqual(Array.from({ length: sent }, (_, i) => `${i + 1} ${i + 1}`));
        }
      },
    };
  }

  test(
    'kill -9 of the runtime at every place of a transaction',
    { timeout: limitMs(900_000, 2, passings) },
    async () => {
      const app = await application();
      const fed = app.feed();
      for (let passing = 1; passing <= passings; passing++) {
        for (const place of places) {
          // Of a start there is only the first time.
          const isOfStart = place === 'kafka-fenced' || place === 'kafka-marker-read';
          const times = isOfStart ? 1 : 2 + ((passing * 2) % 6);
          injected(2);
          injected(17);
          const runtime = app.run(`${place}:${times}`);
          expect(await runtime.ends(), `${place}\n${runtime.tail()}`).toMatchObject({
            signal: 'SIGKILL',
          });
        }
      }
      const runtime = app.run();
      await runtime.says('ready');
      await app.expectComplete(fed, runtime);
      await onlyCommitted(kafka, app.output, app.sent * keys);
    },
  );

  test('kill -9 of the broker', { timeout: limitMs(600_000, 2, brokerKills) }, async () => {
    const app = await application();
    const runtime = app.run();
    await runtime.says('ready');
    for (let i = 0; i < brokerKills; i++) {
      // The test's producer is idle meanwhile: what it got no answer for it could send twice.
      const messages = Array.from({ length: keys }, (_, k) => `key-${k}`);
      for (let n = 1; n <= 20; n++) {
        const value = String(i * 20 + n);
        await until('the producer', () =>
          producer
            .send({ topic: app.input, messages: messages.map((key) => ({ key, value })) })
            .then(
              () => true,
              () => false,
            ),
        );
      }
      await pause(Math.random() * 300);
      await broker.kill();
      await pause(500);
      await broker.resume();
    }
    // The producer of this test may send twice what it got no answer for: the log says what came in.
    const least = brokerKills * 20 * keys;
    const sent = await readCommitted(kafka, app.input, (values) => values.length >= least);
    const total = await recordsOf(admin, app.input);
    expect(sent.length).toBe(total);
    const records = await readCommitted(kafka, app.output, (values) => values.length >= total);
    expect(runtime.end, runtime.tail()).toBeNull();
    await pause(1_000);
    const again = await readCommitted(kafka, app.output, (values) => values.length >= total);
    expect(again.length).toBe(total);
    const came = Map.groupBy(sent, (record) => record.key);
    const out = Map.groupBy(records, (record) => record.key);
    expect(out.size).toBe(keys);
    for (const [key, of] of out) {
      const expected = came.get(key)?.map(({ value }, n) => `${value} ${n + 1}`);
      expect(
        of.map(({ value }) => value),
        key,
      ).toEqual(expected);
    }
  });

  test('a runtime that wakes up after a takeover publishes nothing, and ends with 75', async () => {
    const app = await application();
    const fed = app.feed();
    const first = app.run();
    await first.says('ready');
    const standby = app.run();
    await standby.says('standby: another runtime owns the state');
    await until('records', async () => {
      const ends = await admin.fetchTopicOffsets(app.output);
      return ends.some(({ high }) => Number(high) > 0);
    });
    first.signal('SIGSTOP');
    await standby.says('ready');
    await pause(500);
    first.signal('SIGCONT');
    expect(await first.ends(), first.tail()).toEqual({ code: 75, signal: null });
    await app.expectComplete(fed, standby);
  }, 240_000);
});

/** How many records a topic without transactions holds. */
async function recordsOf(admin: Admin, topic: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
}

/** A read-uncommitted reader must see more: else nothing was ever aborted, and the test is empty. */
async function onlyCommitted(kafka: Client, topic: string, committed: number): Promise<void> {
  const consumer = kafka.consumer({
    groupId: `dirty-${topic}`,
    readUncommitted: true,
    maxWaitTimeInMs: 100,
  });
  let records = 0;
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({ autoCommit: false, eachMessage: async () => void records++ });
  try {
    await until('aborted records', () => records > committed);
  } finally {
    await consumer.disconnect();
  }
}

function moduleText(functionsPort: number, address: string, input: string): string {
  return `kind: io.statefun.endpoints.v2/http
spec:
  functions: kafka/*
  urlPathTemplate: http://127.0.0.1:${functionsPort}/
  transport: { type: weir.transports.v1/batched }
---
kind: io.statefun.kafka.v1/ingress
spec:
  id: kafka/in
  address: ${address}
  consumerGroupId: weir-test
  startupPosition: { type: earliest }
  topics:
    - topic: ${input}
      valueType: kafka/Number
      targets: [kafka/counter]
---
kind: io.statefun.kafka.v1/egress
spec:
  id: kafka/out
  address: ${address}
  deliverySemantic: { type: exactly-once, transactionTimeout: 15s }
`;
}
