import { fork, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Producer } from 'kafkajs';
import { Partitioners } from '#runtime/kafka/kafkajs.ts';
import { KafkaBroker } from '#test/services/kafka-broker.ts';
import { newTopic, randomName, testClient } from '#test/services/kafka-kit.ts';
import { firstLine } from './first-line.ts';
import { burstThroughput, fill, keys, messageBytes } from './kafka-backlog.ts';
import { moduleText } from './kafka-module.ts';
import { peerOf, peerThroughput } from './kafka-peer.ts';
import { LoadMeter } from './machine-load.ts';
import { quantile, report } from './report.ts';

const partitions = 4;
const backlog = Number(process.env['WEIR_BENCH_RECORDS'] ?? 400_000);
const perSecond = 500;
const latencyS = 15;

/**
 * Kafka -> function in a process of its own, batched -> Kafka, exactly once, a commit every 250 ms,
 * with the broker on the same machine: how fast a backlog goes through, and how long one record
 * takes from its sending to its sight by a read-committed reader at 500 records a second. With
 * `WEIR_BENCH_PEER` another runtime takes the same records through the same function afterwards.
 */
export async function kafkaBench(): Promise<void> {
  const broker = await KafkaBroker.start();
  const folder = mkdtempSync(join(tmpdir(), 'weir-bench-kafka-'));
  const children: ChildProcess[] = [];
  const kafka = testClient(broker.address);
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  try {
    await admin.connect();
    await producer.connect();
    const input = await newTopic(admin, { partitions });
    const output = await newTopic(admin, { partitions });
    await fill(producer, input, backlog);
    const functions = fork(new URL('./kafka-functions-process.ts', import.meta.url), [output], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    children.push(functions);
    const port = Number(
      (await firstLine(functions, (line) => line.startsWith('serving'))).split(' ')[1],
    );
    const modulePath = join(folder, 'module.yaml');
    writeFileSync(
      modulePath,
      moduleText({
        ...{ port, address: broker.address, input },
        transport: 'weir.transports.v1/batched',
      }),
    );
    const main = new URL('../runtime/main.ts', import.meta.url).pathname;
    const runtime = spawn(
      process.execPath,
      [
        main,
        'run',
        modulePath,
        '--state',
        `file:${join(folder, 'state')}`,
        '--admin',
        '127.0.0.1:0',
      ],
      { stdio: ['ignore', 'inherit', 'pipe'] },
    );
    children.push(runtime);
    const opened = JSON.parse(
      await firstLine(runtime, (line) => line.includes('admin API open')),
    ) as {
      url: string;
    };
    await throughput(opened.url, [runtime.pid ?? 0, functions.pid ?? 0]);
    await burstThroughput('burst-throughput', { admin, producer, input, output });
    await latency(kafka, producer, input, output);
    const peer = peerOf(process.env);
    if (peer === null) return;
    for (const child of children) child.kill('SIGKILL');
    await peerThroughput(peer, { admin, producer, address: broker.address, input, folder });
  } finally {
    await producer.disconnect();
    await admin.disconnect();
    for (const child of children) child.kill('SIGKILL');
    await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From a tenth to nine tenths of the backlog, as the egress counts what is published. */
async function throughput(admin: string, pids: readonly number[]): Promise<void> {
  const published = async (): Promise<number> => {
    const text = await (await fetch(new URL('/metrics', admin))).text();
    return Number(/^weir_egress_published_total\{[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
  };
  const reaches = async (count: number): Promise<{ at: number; count: number }> => {
    for (;;) {
      const now = await published();
      if (now >= count) return { at: performance.now(), count: now };
      await sleep(250); // each look costs the runtime some milliseconds
    }
  };
  const from = await reaches(backlog / 10);
  const meter = new LoadMeter(pids);
  const to = await reaches(backlog * 0.9);
  const { own, others } = meter.stop();
  await reaches(backlog);
  report({
    bench: 'kafka',
    metric: 'throughput',
    value: ((to.count - from.count) * 1_000) / (to.at - from.at),
    unit: 'per second',
    context: {
      keys,
      backlog,
      commitEveryMs: 250,
      cpuPercent: own.join('+'),
      othersCpuPercent: others,
    },
  });
}

async function latency(
  kafka: ReturnType<typeof testClient>,
  producer: Producer,
  input: string,
  output: string,
): Promise<void> {
  const samples: number[] = [];
  const consumer = kafka.consumer({ groupId: randomName('bench'), maxWaitTimeInMs: 20 });
  await consumer.connect();
  await consumer.subscribe({ topics: [output], fromBeginning: false });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message: { value } }) => {
      const sentAt = value?.readDoubleLE(0) ?? 0;
      if (sentAt > 0) samples.push(performance.now() - sentAt);
    },
  });
  await joined;
  const everyMs = 20;
  const start = performance.now();
  for (let tick = 1; tick <= (latencyS * 1_000) / everyMs; tick++) {
    await sleep(Math.max(0, start + tick * everyMs - performance.now()));
    const messages = Array.from({ length: (perSecond * everyMs) / 1_000 }, (_, i) => {
      const value = Buffer.alloc(messageBytes);
      value.writeDoubleLE(performance.now(), 0);
      return { key: `key-${(tick * 31 + i) % keys}`, value };
    });
    void producer.send({ topic: input, messages, acks: 1 });
  }
  await sleep(2_000);
  await consumer.disconnect();
  // The first second warms up.
  const measured = samples.slice(perSecond);
  const context = { perSecond, samples: measured.length, commitEveryMs: 250 };
  for (const [metric, q] of [
    ['latency-p50', 0.5],
    ['latency-p99', 0.99],
  ] as const) {
    report({ bench: 'kafka', metric, value: quantile(measured, q), unit: 'milliseconds', context });
  }
}
