/**
 * Two topics of Kafka. The stream is the same in every life of the process, and nobody else writes
 * to the topics: so the n-th record for a partition has the offset n there, and the ends of the
 * partitions say what an earlier process has written. A kill at any moment loses nothing; it
 * doubles a batch only if the broker was still taking it when the next process looked, and the
 * application drops a transaction that comes again.
 */
import { type Admin, Kafka, type Message, Partitioners, type Producer, logLevel } from 'kafkajs';
import { messageOf } from '#protocol/errors.ts';
import { datagenErrors } from './errors.ts';
import type { Outlet, RecordEvent } from './outlet.ts';
import { accountId, feedbackLine, transactionId, transactionLine } from './records.ts';

export interface KafkaTarget {
  readonly kind: 'kafka';
  /** `host:port` of each. */
  readonly brokers: readonly string[];
  readonly transactions: string;
  readonly feedback: string;
  /** The consumer group of the transactions, whose lag is the backlog; null: nobody is waited for. */
  readonly group: string | null;
}

/** The lag is asked for at most so often: it costs the broker two requests. */
const lagEveryMs = 1_000;
/** A record is about so long before the first one was written. */
const typicalBytes = 250;

/** About a minute and a half: longer outages are for whoever starts the process again. */
const retry = { initialRetryTime: 100, maxRetryTime: 5_000, retries: 20 };
/** Messages in one request of about 250 bytes each: below what a broker takes by default. */
const messagesPerRequest = 2_000;

interface Partition {
  /** Where the partition ended as this process began. */
  readonly end: number;
  /** Where the stream's next record for it belongs. */
  position: number;
}

class Topic {
  readonly name: string;
  readonly partitions: ReadonlyMap<number, Partition>;
  readonly #partitionOf: (key: string) => number;
  #records = 1;
  #bytes = typicalBytes;
  pending: Message[] = [];

  constructor(name: string, ends: ReadonlyMap<number, number>) {
    this.name = name;
    this.partitions = new Map([...ends].map(([id, end]) => [id, { end, position: 0 }]));
    const partitionMetadata = [...ends.keys()].map((partitionId) => ({
      ...{ partitionId, partitionErrorCode: 0, leader: 1, replicas: [], isr: [] },
    }));
    const partitioner = Partitioners.DefaultPartitioner();
    // As the Java client does it, so that another writer would choose the same one.
    this.#partitionOf = (key) =>
      partitioner({ topic: name, partitionMetadata, message: { key, value: null } });
  }

  holds(key: string): boolean {
    const { end, position } = this.partitions.get(this.#partitionOf(key))!;
    return position < end;
  }

  /** Bytes that were added to what is pending. */
  write(key: string, line: string): number {
    const partition = this.#partitionOf(key);
    const at = this.partitions.get(partition)!;
    if (at.position++ < at.end) return 0;
    const value = line.trimEnd();
    this.pending.push({ key, value, partition });
    this.#records++;
    this.#bytes += value.length;
    return value.length;
  }

  /** What a group that has committed these offsets has not read, by the mean size of a record. */
  bytesBehind(committed: readonly { partition: number; offset: string }[]): number {
    const read = new Map(committed.map(({ partition, offset }) => [partition, Number(offset)]));
    let records = 0;
    for (const [id, { end, position }] of this.partitions) {
      // -1: the group has committed nothing yet, and what was there before it came is not its.
      const from = read.get(id) ?? -1;
      records += Math.max(0, Math.max(end, position) - (from < 0 ? end : from));
    }
    return Math.round(records * (this.#bytes / this.#records));
  }
}

export class KafkaOutlet implements Outlet {
  /** Topics hold no shortcut: the stream is given from its beginning, and passed over. */
  readonly start = null;
  /** kafkajs asks again by itself until it gives up. */
  readonly problem = null;
  pendingBytes = 0;
  readonly #producer: Producer;
  readonly #admin: Admin;
  readonly #group: string | null;
  #backlog = { bytes: 0, atMs: -Infinity };
  readonly #transactions: Topic;
  readonly #feedback: Topic;

  private constructor(
    clients: { producer: Producer; admin: Admin },
    group: string | null,
    transactions: Topic,
    feedback: Topic,
  ) {
    this.#producer = clients.producer;
    this.#admin = clients.admin;
    this.#group = group;
    this.#transactions = transactions;
    this.#feedback = feedback;
  }

  /** Connects, and finds out what the topics hold. Throws WEIR_DATAGEN_NO_TOPIC. */
  static async open(target: KafkaTarget): Promise<KafkaOutlet> {
    const kafka = new Kafka({
      clientId: 'weir-datagen',
      brokers: [...target.brokers],
      logLevel: logLevel.ERROR,
      retry,
    });
    const admin = kafka.admin();
    await admin.connect();
    try {
      const open = async (name: string): Promise<Topic> => {
        const offsets = await admin.fetchTopicOffsets(name);
        return new Topic(name, new Map(offsets.map((one) => [one.partition, Number(one.high)])));
      };
      const existing = await admin.listTopics();
      for (const name of [target.transactions, target.feedback]) {
        if (existing.includes(name)) continue;
        const where = target.brokers.join(',');
        throw datagenErrors.NO_TOPIC(`there is no topic \`${name}\` at ${where}`);
      }
      const topics = [await open(target.transactions), await open(target.feedback)] as const;
      // One request in flight, and each batch once: the offsets would not be the stream's otherwise.
      const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, retry });
      await producer.connect();
      return new KafkaOutlet({ producer, admin }, target.group, ...topics);
    } catch (error) {
      await admin.disconnect();
      throw error;
    }
  }

  holds(event: RecordEvent): boolean {
    return this.#topicOf(event).holds(keyOf(event));
  }

  write(event: RecordEvent): void {
    const line = event.kind === 'label' ? feedbackLine(event) : transactionLine(event);
    this.pendingBytes += this.#topicOf(event).write(keyOf(event), line);
  }

  async flush(): Promise<void> {
    for (const topic of [this.#transactions, this.#feedback]) {
      while (topic.pending.length > 0) {
        const messages = topic.pending.slice(0, messagesPerRequest);
        await this.#send(topic.name, messages);
        topic.pending = topic.pending.slice(messages.length);
      }
    }
    this.pendingBytes = 0;
  }

  async beginDay(): Promise<void> {}

  /** By the offsets that the group has committed; labels are few, and not counted. */
  async backlogBytes(): Promise<number> {
    if (this.#group === null || performance.now() - this.#backlog.atMs < lagEveryMs) {
      return this.#backlog.bytes;
    }
    const { name } = this.#transactions;
    const committed = await this.#admin.fetchOffsets({ groupId: this.#group, topics: [name] });
    const partitions = committed.find(({ topic }) => topic === name)?.partitions ?? [];
    this.#backlog = { bytes: this.#transactions.bytesBehind(partitions), atMs: performance.now() };
    return this.#backlog.bytes;
  }

  async close(): Promise<void> {
    await this.#producer.disconnect();
    await this.#admin.disconnect();
  }

  async #send(topic: string, messages: Message[]): Promise<void> {
    try {
      await this.#producer.send({ topic, messages, acks: -1 });
    } catch (error) {
      // Whether the records are there is not known: the next process looks.
      throw datagenErrors.NOT_SENT(`${topic}: ${messageOf(error)}`, { cause: error });
    }
  }

  #topicOf(event: RecordEvent): Topic {
    return event.kind === 'label' ? this.#feedback : this.#transactions;
  }
}

function keyOf(event: RecordEvent): string {
  if (event.kind === 'label') return transactionId(event.transaction);
  return accountId(event.customer);
}
