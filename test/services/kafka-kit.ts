import { randomBytes } from 'node:crypto';
import type { Admin, Consumer, Kafka as Client, Producer } from 'kafkajs';
import { createTopics } from '#runtime/kafka/create-topics.ts';
import { Kafka, logLevel, Partitioners } from '#runtime/kafka/kafkajs.ts';
import type { Positions } from '#runtime/ports/ingress.ts';
import { KafkaIngress, type KafkaIngressOptions } from '#runtime/kafka/kafka-ingress.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { until } from '../chaos/processes.ts';
import { NotingSink } from './noting-sink.ts';

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
  await createTopics(admin, topics, systemClock);
  return topic;
}

export function plainProducer(kafka: Client): Producer {
  return kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
}

export interface OpenedIngress {
  readonly ingress: KafkaIngress;
  readonly sink: NotingSink;
  readonly rejected: { path: string; offset: number | string; code: string }[];
  readonly failures: string[];
}

export async function openIngress(
  address: string,
  topic: string,
  options: Partial<KafkaIngressOptions> = {},
  positions: Positions = new Map(),
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
