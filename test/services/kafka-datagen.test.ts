import { join } from 'node:path';
import { once } from 'node:events';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Admin, Kafka as Client } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, pause, scriptAt, until } from '../chaos/processes.ts';
import { hasKafka, KafkaBroker } from './kafka-broker.ts';
import { newTopic, readCommitted, testClient } from './kafka-kit.ts';

const world = ['--world', 'handbook', '--customers', '100', '--terminals', '200', '--radius', '15'];

describe.skipIf(!hasKafka())('the generator, into topics of a real broker', () => {
  let broker: KafkaBroker;
  let kafka: Client;
  let admin: Admin;
  const folder = mkdtempSync(join(tmpdir(), 'weir-datagen-'));
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    broker = await KafkaBroker.start();
    kafka = testClient(broker.address);
    admin = kafka.admin();
    await admin.connect();
  }, 180_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await admin?.disconnect();
    await broker?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [scriptAt('datagen/main.ts'), ...world, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.add(child);
    child.once('exit', () => children.delete(child));
    return child;
  }

  async function endsOf(topic: string): Promise<number> {
    const offsets = await admin.fetchTopicOffsets(topic);
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  }

  test('killed with -9 again and again, the topics hold the stream that folders hold', async () => {
    const to = `file:${join(folder, 'undisturbed')}`;
    const [written] = (await once(start('--to', to, '--rate', 'max', '--days', '8'), 'exit')) as [
      number,
    ];
    expect(written).toBe(0);
    const transactions = await newTopic(admin, { partitions: 3 });
    const feedback = await newTopic(admin);
    const url = `kafka://${broker.address}/${transactions}?feedback=${feedback}`;
    for (let kill = 0; kill < 3; kill++) {
      const before = await endsOf(transactions);
      const child = start('--to', url, '--rate', '300', '--days', '8');
      const exited = once(child, 'exit');
      await until('records', async () => (await endsOf(transactions)) > before);
      child.kill('SIGKILL');
      await exited;
    }
    const [code] = (await once(start('--to', url, '--rate', 'max', '--days', '8'), 'exit')) as [
      number,
    ];
    expect(code).toBe(0);
    for (const [topic, name, key] of [
      [transactions, 'transactions', 'accountId'],
      [feedback, 'feedback', 'transactionId'],
    ] as const) {
      const log = join(folder, 'undisturbed', name, `${'0'.repeat(20)}.jsonl`);
      const expected = readFileSync(log, 'utf8').trimEnd().split('\n');
      const records = await readCommitted(kafka, topic, (all) => all.length >= expected.length);
      expect(records.map(({ value }) => value).sort()).toEqual([...expected].sort());
      for (const record of records) {
        expect(record.key).toBe((JSON.parse(record.value) as Record<string, string>)[key]);
      }
      // In each partition in the order of the stream.
      const place = new Map(expected.map((line, at) => [line, at]));
      for (const [, of] of Map.groupBy(records, ({ partition }) => partition)) {
        const places = of.map(({ value }) => place.get(value)!);
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }
    }
  });

  test('it waits while the consumer group is too far behind, and goes on when it is not', async () => {
    const topic = await newTopic(admin, { partitions: 2 });
    const group = `readers-of-${topic}`;
    // The group is known with nothing read, as one that has just come.
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition }) => ({ partition, offset: '0' }));
    await admin.setOffsets({ groupId: group, topic, partitions });
    const feedback = await newTopic(admin);
    const url = `kafka://${broker.address}/${topic}?feedback=${feedback}&group=${group}`;
    const port = await freePort();
    const status = ['--status', `127.0.0.1:${port}`, '--max-backlog', '0.02'];
    const child = start('--to', url, '--rate', '2000', '--days', '30', ...status);
    const stateIs = (state: string): Promise<unknown> =>
      until(`state ${state}`, async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/health/live`).catch(() => null);
        const progress = (await answer?.json()) as { state: string } | undefined;
        return progress?.state === state;
      });
    await stateIs('waiting');
    const waiting = await endsOf(topic);
    // 20 KiB are some 200 records; what came between two looks at the lag is on top.
    expect(waiting).toBeGreaterThan(100);
    await pause(3_000);
    expect(await endsOf(topic)).toBe(waiting);
    const now = await admin.fetchTopicOffsets(topic);
    const read = now.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.setOffsets({ groupId: group, topic, partitions: read });
    await until('more records', async () => (await endsOf(topic)) > waiting);
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  }, 300_000);

  test('a topic that is not there is an error that says so', async () => {
    const url = `kafka://${broker.address}/nowhere`;
    const child = spawn(process.execPath, [scriptAt('datagen/main.ts'), '--to', url], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.add(child);
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    children.delete(child);
    expect([code, said]).toEqual([65, expect.stringContaining('WEIR_DATAGEN_NO_TOPIC')]);
  });
});
