import { randomBytes } from 'node:crypto';
import type { Admin, Consumer, Kafka as Client, Producer } from 'kafkajs';
import type { IngressMessage, IngressSink } from '#runtime/ports/ingress.ts';
import { Kafka, logLevel, Partitioners } from '#runtime/kafka/kafkajs.ts';
import { KafkaIngress, type KafkaIngressOptions } from '#runtime/kafka/kafka-ingress.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { until } from '../chaos/processes.ts';

/** A client for tests, beside what is tested. */
export function testClient(address: string): Client {
  return new Kafka({
    brokers: [address],
    logLevel: logLevel.NOTHING,
    retry: { initialRetryTime: 20, maxRetryTime: 500, retries: 20 },
  });
}

export const randomName = (what: string): string => `${what}-${randomBytes(6).toString('hex')}`;

export async function newTopic(
  admin: Admin,
  options: { partitions?: number; config?: Record<string, string> } = {},
): Promise<string> {
  const topic = randomName('t');
  const configEntries = Object.entries(options.config ?? {}).map(([name, value]) => ({
    name,
    value,
  }));
  const { partitions = 1 } = options;
  const topics = [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }];
  await admin.createTopics({ topics, waitForLeaders: true });
  return topic;
}

export function plainProducer(kafka: Client): Producer {
  return kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
}

export interface Taken {
  readonly key: string;
  readonly value: string;
  readonly position: string;
  readonly offset: number;
}

/** A sink that notes what it takes; it can be made full. */
export class NotingSink implements IngressSink {
  readonly taken: Taken[] = [];
  readonly positions = new Map<string, number>();
  /** Where reading began, as told before anything was taken. */
  readonly begun = new Map<string, number>();
  full = false;
  readonly #waiting: (() => void)[] = [];

  accept(messages: readonly IngressMessage[], partition: string, offsetAfter: number): void {
    if ((this.positions.get(partition) ?? 0) > offsetAfter) throw new Error('a position went back');
    if (!this.begun.has(partition)) this.begun.set(partition, offsetAfter);
    this.positions.set(partition, offsetAfter);
    for (const { id, value } of messages) {
      const text = typeof value === 'string' ? value : Buffer.from(value).toString();
      this.taken.push({ key: id, value: text, position: partition, offset: offsetAfter - 1 });
    }
  }

  giveUp(): boolean {
    return false;
  }

  offer(): never {
    throw new Error('a Kafka ingress offers nothing');
  }

  durable(): Promise<void> {
    return Promise.resolve();
  }

  whenOpen(): Promise<void> {
    if (!this.full) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  open(): void {
    this.full = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  knows(): boolean {
    return true;
  }

  functionTypes(): readonly string[] {
    return ['t/f'];
  }

  /** The values in the order in which they were taken. */
  get values(): string[] {
    return this.taken.map(({ value }) => value);
  }
}

export interface OpenedIngress {
  readonly ingress: KafkaIngress;
  readonly sink: NotingSink;
  readonly rejected: { path: string; offset: number; code: string }[];
  readonly failures: string[];
}

export async function openIngress(
  address: string,
  topic: string,
  options: Partial<KafkaIngressOptions> = {},
  positions: ReadonlyMap<string, number> = new Map(),
): Promise<OpenedIngress> {
  const rejected: OpenedIngress['rejected'] = [];
  const failures: string[] = [];
  const ingress = new KafkaIngress({
    ...{ id: 'test/in', address, groupId: randomName('g'), reset: 'earliest' },
    topics: [{ topic, valueType: 'test/Value', targets: ['t/f'] }],
    start: { type: 'earliest' },
    properties: {},
    deadLetter: null,
    clock: systemClock,
    startBudgetMs: 5_000,
    onRejected: ({ path, offset, reason }) => rejected.push({ path, offset, code: reason.code }),
    onFailure: (error) => failures.push(`${error.code}: ${error.message}`),
    log: () => undefined,
    ...options,
  });
  const sink = new NotingSink();
  try {
    await ingress.open(sink, positions);
  } catch (error) {
    await ingress.close();
    throw error;
  }
  return { ingress, sink, rejected, failures };
}

/** Reads a topic from its beginning as read-committed consumers do, until `count` records came. */
export async function readCommitted(
  kafka: Client,
  topic: string,
  done: (values: readonly string[]) => boolean,
): Promise<{ key: string; value: string; partition: number }[]> {
  const consumer: Consumer = kafka.consumer({
    groupId: randomName('reader'),
    maxWaitTimeInMs: 100,
  });
  const records: { key: string; value: string; partition: number }[] = [];
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { key, value } }) => {
      records.push({ key: key?.toString() ?? '', value: value?.toString() ?? '', partition });
    },
  });
  try {
    await until(`records of ${topic}`, () => done(records.map(({ value }) => value)));
  } finally {
    await consumer.disconnect();
  }
  return records;
}

/** Deletes the records of a partition before `offset`, as retention does. */
export async function deleteBefore(admin: Admin, topic: string, offset: number): Promise<void> {
  // The client looks up the leader in what it knows, and knows nothing of a topic at first.
  await admin.fetchTopicOffsets(topic);
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(offset) }] });
}
