import { setTimeout as sleep } from 'node:timers/promises';
import type { Admin, Producer } from 'kafkajs';
import { report } from './report.ts';

export const keys = 10_000;
export const messageBytes = 100;
const perRequest = 5_000;
const patienceMs = 300_000;

/** Sends so many records, over all keys in turn. */
export async function fill(producer: Producer, topic: string, records: number): Promise<void> {
  const value = Buffer.alloc(messageBytes);
  for (let sent = 0; sent < records;) {
    const messages = Array.from({ length: Math.min(perRequest, records - sent) }, (_, i) => ({
      key: `key-${(sent + i) % keys}`,
      value,
    }));
    await producer.send({ topic, messages });
    sent += messages.length;
    if (sent % 100_000 === 0) console.error(`bench: ${sent} of ${records} records sent ahead`);
  }
}

/** Records in a topic, as its log counts: with the ends of transactions, a few per commit. */
export async function recordsIn(admin: Admin, topic: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(topic);
  return ends.reduce((sum, { high }) => sum + Number(high), 0);
}

/** Waits for so many records in the topic; answers how many there are, and when. */
export async function reaches(
  admin: Admin,
  topic: string,
  count: number,
): Promise<{ at: number; count: number }> {
  const end = performance.now() + patienceMs;
  for (;;) {
    const now = await recordsIn(admin, topic);
    if (now >= count) return { at: performance.now(), count: now };
    if (performance.now() > end) throw new Error(`${now} of ${count} records in ${topic}`);
    await sleep(20);
  }
}

const burst = 30_000;
const bursts = 5;
const idleMs = 3_000;

/**
 * How fast a backlog of 30,000 records goes through a runtime that is warm and has nothing else to
 * do, from its first record sent to its last one written: five times.
 */
export async function burstThroughput(
  metric: string,
  {
    admin,
    producer,
    input,
    output,
  }: Readonly<Record<'input' | 'output', string>> & {
    readonly admin: Admin;
    readonly producer: Producer;
  },
): Promise<void> {
  const rates: number[] = [];
  for (let i = 0; i < bursts; i++) {
    await sleep(idleMs);
    const before = await recordsIn(admin, output);
    const start = performance.now();
    await fill(producer, input, burst);
    const { at } = await reaches(admin, output, before + burst);
    rates.push(Math.round((burst * 1_000) / (at - start)));
  }
  rates.sort((a, b) => a - b);
  const context = { keys, burst, bursts, slowest: rates[0]!, quickest: rates.at(-1)! };
  const value = rates[bursts >> 1]!;
  report({ bench: 'kafka', metric, value, unit: 'per second', context });
}
