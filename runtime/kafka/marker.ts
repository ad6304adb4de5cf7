import { randomUUID } from 'node:crypto';
import type { Admin, Transaction } from 'kafkajs';
import type { Clock } from '../ports/clock.ts';
import type { KafkaClient } from './client.ts';
import { createTopics } from './create-topics.ts';

/** What the cluster knows of an egress: all its records below `next` are out, as one writer left it. */
export interface Published {
  readonly lineage: string;
  readonly epoch: number;
  /** Sequence number behind the last published record. */
  readonly next: number;
}

/** Offsets looked back first; a transaction takes two. */
const lookBack = 200;
const readMs = 30_000;

/**
 * The marker of one egress of one lineage: a topic of its own with one partition, in which each
 * transaction leaves how far it got. It is its own since an open transaction of anybody else in
 * the same partition would hide what is behind it. Compacted, so that it stays small.
 */
export class Marker {
  readonly topic: string;
  readonly #kafka: KafkaClient;
  readonly #clock: Clock;

  constructor(kafka: KafkaClient, topic: string, clock: Clock) {
    this.topic = topic;
    this.#kafka = kafka;
    this.#clock = clock;
  }

  async create(admin: Admin, ended: AbortSignal): Promise<void> {
    const configEntries = [
      { name: 'cleanup.policy', value: 'compact' },
      { name: 'segment.ms', value: '3600000' },
    ];
    const topic = { topic: this.topic, numPartitions: 1, replicationFactor: -1, configEntries };
    await createTopics(admin, [topic], this.#clock, ended);
  }

  /** The record that belongs into the transaction of everything below `published.next`. */
  send(transaction: Transaction, published: Published): Promise<unknown> {
    return transaction.send({ topic: this.topic, acks: -1, messages: [message('cut', published)] });
  }

  /**
   * What is published, read up to a record that is written here first: so no guess about the end
   * of the log is needed, and that transactions work is shown before anything depends on it. The
   * transaction is the first of a producer that has fenced all others. Null if nothing ever was.
   */
  async read(
    admin: Admin,
    transaction: Transaction,
    writer: { readonly lineage: string; readonly epoch: number },
  ): Promise<Published | null> {
    const [sent] = await transaction.send({
      topic: this.topic,
      acks: -1,
      messages: [message('open', writer)],
    });
    await transaction.commit();
    const end = Number(sent?.baseOffset ?? sent?.offset);
    const [range] = await admin.fetchTopicOffsets(this.topic);
    const low = Number(range?.low ?? 0);
    const near = Math.max(low, end - lookBack);
    const found = await this.#last(near, end);
    return found ?? (near > low ? this.#last(low, end) : null);
  }

  /** The last published state from offset `from` to `end`, the record at `end` excluded. */
  async #last(from: number, end: number): Promise<Published | null> {
    const consumer = this.#kafka.consumer({
      groupId: `weir.marker.${randomUUID()}`,
      maxWaitTimeInMs: 100,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 50, retries: 5, restartOnFailure: () => Promise.resolve(false) },
    });
    const done = Promise.withResolvers<void>();
    const timer = this.#clock.setTimer(readMs, () =>
      done.reject(new Error(`${this.topic} was not read to its end within ${readMs / 1000} s`)),
    );
    let found: Published | null = null;
    try {
      consumer.on(consumer.events.CRASH, ({ payload }) => done.reject(payload.error));
      consumer.on(consumer.events.GROUP_JOIN, () =>
        consumer.seek({ topic: this.topic, partition: 0, offset: String(from) }),
      );
      await consumer.connect();
      await consumer.subscribe({ topics: [this.topic], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message: { key, value, offset } }) => {
          if (Number(offset) >= end) done.resolve();
          else if (key?.toString() === 'cut' && value !== null) found = parsed(value);
        },
      });
      await done.promise;
      return found;
    } finally {
      timer.cancel();
      await consumer.disconnect().catch(() => undefined);
    }
  }
}

function message(key: 'cut' | 'open', value: object) {
  return { key, partition: 0, value: JSON.stringify({ version: 1, ...value }) };
}

function parsed(value: Buffer): Published {
  const { lineage, epoch, next } = JSON.parse(value.toString()) as Published;
  return { lineage, epoch, next };
}
