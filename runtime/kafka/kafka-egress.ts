/**
 * The Kafka egress.
 *
 * - E4: only records of committed cuts arrive here.
 * - Exactly once: a batch is published in one transaction together with a marker that says how far
 *   it got. After anything that is not plainly well, the producer is thrown away: a new one fences
 *   it, which aborts or completes what it left, and the marker then says whether the records are
 *   out. Records are recognised by their sequence numbers, so batches may come again in other sizes.
 * - E5: who was superseded stops: a producer that was fenced asks the head first whose state it is,
 *   before it would fence the producer of its successor.
 */
import { createHash } from 'node:crypto';
import type { Admin, CompressionTypes as Compression, Producer } from 'kafkajs';
import { decodeKafkaRecord, kafkaRecordTypename } from '#protocol/egress-records.ts';
import { messageOf, WeirError } from '#protocol/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Egress, EgressBatch, EgressLife } from '../ports/egress.ts';
import { failPoint } from '../ports/fail-point.ts';
import { patiently } from '../ports/patiently.ts';
import type { KafkaDelivery } from '../ports/kafka-settings.ts';
import { kafkaClient, type KafkaClient, type KafkaLog } from './client.ts';
import { hasType, kafkaErrors } from './errors.ts';
import { CompressionTypes } from './kafkajs.ts';
import { Marker } from './marker.ts';
import { javaPartitioner } from './partitions.ts';
import { recordChunks, recordOverheadBytes } from './record-chunks.ts';

export interface KafkaEgressOptions {
  readonly id: string;
  readonly address: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly delivery: KafkaDelivery;
  readonly clock: Clock;
  /** How long `open` tries to reach the cluster. */
  readonly startBudgetMs: number;
  readonly log: KafkaLog;
  /** Instead of the client library, on a real cluster. */
  readonly client?: KafkaClient;
}

const maxRequestBytes = 1_048_576;
const retryMs = 500;
/** What a broker answers to a producer that another one has fenced, or that was too slow. */
const fencedTypes = [
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
];

export class KafkaEgress implements Egress {
  readonly id: string;
  readonly #options: KafkaEgressOptions;
  readonly #kafka: KafkaClient;
  readonly #admin: Admin;
  readonly #maxRecordBytes: number;
  #life: EgressLife | null = null;
  #marker: Marker | null = null;
  #producer: Producer | null = null;
  /** Sequence number behind the last record that is known to be out. */
  #published = 0;
  /** What the recovered cut knows of it, if it was published exactly once. */
  #noted = 0;
  readonly #ended = new AbortController();

  constructor(options: KafkaEgressOptions) {
    this.id = options.id;
    this.#options = options;
    this.#kafka = options.client ?? kafkaClient(options, options.log);
    this.#admin = this.#kafka.admin();
    this.#maxRecordBytes = Number(options.properties['max.request.size'] ?? maxRequestBytes);
  }

  async open(position: string | null, _fresh: boolean, life: EgressLife): Promise<void> {
    const { clock, startBudgetMs, address, delivery } = this.#options;
    this.#life = life;
    this.#noted = Number(/^exactly-once (\d+)$/.exec(position ?? '')?.[1] ?? 0);
    if (delivery.type === 'exactly-once') {
      const topic = `${nameOf(life.lineage, this.id)}.marker`;
      this.#marker = new Marker(this.#kafka, topic, clock);
    }
    const attempt = async (): Promise<void> => {
      try {
        await this.#ready();
      } catch (error) {
        await this.#discard();
        throw error;
      }
    };
    await patiently(attempt, {
      ...{ clock, startBudgetMs, retryMs, ended: this.#ended.signal },
      what: `egress ${this.id}: ${address}`,
      failed: (error) => this.#options.log({ scope: 'egress', text: messageOf(error) }),
      unreachable: kafkaErrors.UNREACHABLE,
    });
  }

  validate(typename: string, value: Uint8Array, start: number, end: number): void {
    if (typename !== kafkaRecordTypename) {
      throw kafkaErrors.WRONG_TYPE(`egress ${this.id}: a record is ${typename}`);
    }
    const { topic, key, value: body } = decodeKafkaRecord(value, start, end);
    const bytes = Buffer.byteLength(key) + body.length + recordOverheadBytes;
    if (bytes <= this.#maxRecordBytes) return;
    throw kafkaErrors.RECORD_TOO_LARGE(
      `egress ${this.id}: a record for ${topic} has ${bytes} bytes, ` +
        `${this.#maxRecordBytes} are allowed`,
    );
  }

  async publish(batch: EgressBatch): Promise<string> {
    try {
      const producer = await this.#ready();
      const end = batch.firstSequence + batch.count;
      const skip = Math.max(0, this.#published - batch.firstSequence);
      if (skip < batch.count) {
        if (this.#marker === null) await this.#send(producer, batch);
        else await this.#transact(producer, this.#marker, batch, skip);
        this.#published = end;
      }
      return this.#marker === null ? String(end) : `exactly-once ${end}`;
    } catch (error) {
      await this.#discard();
      // Another writer may own the state: then this rejects, and the runtime stops (E5).
      if (hasType(error, fencedTypes)) await this.#life?.confirmOwner();
      if (error instanceof WeirError) throw error;
      throw kafkaErrors.PUBLISH_FAILED(`egress ${this.id}: ${messageOf(error)}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#discard();
    await this.#admin.disconnect().catch(() => undefined);
  }

  async #transact(
    producer: Producer,
    marker: Marker,
    batch: EgressBatch,
    skip: number,
  ): Promise<void> {
    const transaction = await producer.transaction();
    failPoint('kafka-transaction-begun');
    for (const topicMessages of recordChunks(batch, skip)) {
      await transaction.sendBatch({ topicMessages, acks: -1, compression: this.#compression });
      failPoint('kafka-records-sent');
    }
    const { lineage, epoch, firstSequence, count } = batch;
    await marker.send(transaction, { lineage, epoch, next: firstSequence + count });
    failPoint('kafka-marker-sent');
    await transaction.commit();
    failPoint('kafka-transaction-ended');
  }

  async #send(producer: Producer, batch: EgressBatch): Promise<void> {
    const acks = this.#options.delivery.type === 'none' ? 1 : -1;
    for (const topicMessages of recordChunks(batch, 0)) {
      await producer.sendBatch({ topicMessages, acks, compression: this.#compression });
    }
  }

  get #compression(): Compression {
    const type = this.#options.properties['compression.type'];
    if (type === 'gzip') return CompressionTypes.GZIP;
    return type === 'zstd' ? CompressionTypes.ZSTD : CompressionTypes.None;
  }

  /** The producer; a new one if there is none, which then has fenced all others. */
  async #ready(): Promise<Producer> {
    if (this.#producer !== null) return this.#producer;
    const life = this.#life;
    if (life === null || this.#ended.signal.aborted) {
      throw kafkaErrors.NOT_OPEN(`egress ${this.id} is not open`);
    }
    const producer = this.#kafka.producer(this.#producerConfig(life.lineage));
    this.#producer = producer;
    await producer.connect();
    if (this.#marker !== null) await this.#fence(producer, this.#marker, life);
    return producer;
  }

  /** Becomes the only producer of this egress, and learns what is out already. */
  async #fence(producer: Producer, marker: Marker, life: EgressLife): Promise<void> {
    await this.#admin.connect();
    await marker.create(this.#admin, this.#ended.signal);
    const transaction = await producer.transaction();
    failPoint('kafka-fenced');
    const published = await marker.read(this.#admin, transaction, life);
    failPoint('kafka-marker-read');
    const next = published?.next ?? 0;
    const known = life.nextSequence();
    // One that was frozen in here finds what its successor left: it is to stop for that reason (E5).
    if (next > known || next < this.#noted) await life.confirmOwner();
    if (next > known) {
      throw kafkaErrors.MARKER_AHEAD(
        `egress ${this.id}: ${marker.topic} tells of ${next} records (epoch ` +
          `${published?.epoch}), the state of ${known}`,
      );
    }
    if (next < this.#noted) {
      throw kafkaErrors.MARKER_LOST(
        `egress ${this.id}: ${marker.topic} tells of ${next} records, the state of ${this.#noted}`,
      );
    }
    this.#published = next;
  }

  #producerConfig(lineage: string) {
    const { delivery } = this.#options;
    const transactional =
      delivery.type === 'exactly-once'
        ? {
            transactionalId: nameOf(lineage, this.id),
            transactionTimeout: delivery.transactionTimeoutMs,
          }
        : {};
    return {
      ...transactional,
      idempotent: delivery.type !== 'none',
      maxInFlightRequests: 1,
      createPartitioner: javaPartitioner,
      retry: { initialRetryTime: 10, maxRetryTime: 500, multiplier: 1.5, factor: 0.2, retries: 20 },
    };
  }

  async #discard(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.disconnect().catch(() => undefined);
  }
}

/**
 * A name of Kafka's alphabet and length for what belongs to one egress of one lineage. With a hash,
 * since ids hold more than that alphabet: two that look the same here must not share a marker.
 */
function nameOf(lineage: string, id: string): string {
  const hash = createHash('sha256').update(id).digest('hex').slice(0, 12);
  return `weir.${lineage}.${id.replaceAll(/[^A-Za-z0-9_-]/g, '.').slice(0, 100)}.${hash}`;
}
