/**
 * The Kafka ingress.
 *
 * - E3/E6: the position of every partition is part of the cut, moved in the same step as a record
 *   is taken. Kafka's group offsets are told for people and never read back.
 * - The client goes to wherever it likes after a rebalance or when a position is out of range: so
 *   it is told where to go on at every join, what is before the position is dropped, and a
 *   position that the log does not reach is an error with a name, never a jump.
 * - E7: under back-pressure a partition is paused, and the rest of its batch is fetched again.
 */
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Admin, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { messageOf, WeirError } from '#protocol/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { DeadLetterTarget } from '../ports/failure-policy.ts';
import {
  offsetsOf,
  type Ingress,
  type IngressSink,
  type Positions,
  type RejectedRecord,
} from '../ports/ingress.ts';
import type { KafkaStart } from '../ports/kafka-settings.ts';
import { patiently } from '../ports/patiently.ts';
import { pause, readyOr } from '../ports/pause.ts';
import { kafkaClient, type KafkaLog } from './client.ts';
import { kafkaErrors } from './errors.ts';
import { GroupOffsets } from './group-offsets.ts';
import {
  endsOf,
  outOfRange,
  positionKey,
  startPositions,
  type TopicPartition,
} from './start-positions.ts';
import { topicIds } from './topic-ids.ts';

export interface KafkaTopic {
  readonly topic: string;
  readonly valueType: string;
  readonly targets: readonly string[];
}

export interface KafkaIngressOptions {
  readonly id: string;
  readonly address: string;
  readonly groupId: string;
  readonly topics: readonly KafkaTopic[];
  readonly reset: 'earliest' | 'latest';
  readonly start: KafkaStart;
  readonly properties: Readonly<Record<string, string>>;
  /** Where records go that can't become messages; null: they are passed over. */
  readonly deadLetter: DeadLetterTarget | null;
  readonly clock: Clock;
  /** How long `open` tries to reach the cluster. */
  readonly startBudgetMs: number;
  /** A record that was passed over; `path` is `topic/partition`. */
  readonly onRejected: (record: { path: string; offset: number; reason: WeirError }) => void;
  /** Reading stopped and is tried again; called once per failure. */
  readonly onFailure: (error: WeirError) => void;
  readonly log: KafkaLog;
}

const idBytesMax = 16_384;
/** Work per turn of the event loop, so that sockets and timers do not wait. */
const turnMs = 2;
const recordsBetweenLooks = 32;
const metadataAgeMs = 30_000;
/** So old may the look at the topics' ids be when records are taken. */
const idsAgeMs = 1_000;
const retryMs = 1_000;
const longestRetryMs = 10_000;

export class KafkaIngress implements Ingress {
  readonly id: string;
  readonly #options: KafkaIngressOptions;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #groupOffsets: GroupOffsets;
  readonly #topics: ReadonlyMap<string, KafkaTopic>;
  readonly #partitions = new Map<string, TopicPartition>();
  readonly #stop = new AbortController();
  #ids: ReadonlyMap<string, string> = new Map();
  #sink!: IngressSink;
  #stopped = false;
  #running: Promise<void> | null = null;
  #watching: Promise<void> | null = null;
  /** Ends the consumer that runs, with the reason. */
  #crashed: (error: unknown) => void = () => undefined;
  #trouble: WeirError | null = null;
  /** Monotonic milliseconds at which the topics were seen to be the ones that they were. */
  #idsSeenAt = -Infinity;

  constructor(options: KafkaIngressOptions) {
    this.id = options.id;
    this.#options = options;
    this.#kafka = kafkaClient(options, options.log);
    this.#admin = this.#kafka.admin();
    this.#topics = new Map(options.topics.map((topic) => [topic.topic, topic]));
    this.#groupOffsets = new GroupOffsets(
      this.#admin,
      options.groupId,
      options.clock,
      (error: unknown) => options.log({ scope: 'group offsets', text: messageOf(error) }),
    );
  }

  /** Why nothing is read at present; null while it works. */
  get trouble(): string | null {
    return this.#trouble?.message ?? null;
  }

  async open(sink: IngressSink, positions: Positions): Promise<void> {
    for (const { targets } of this.#options.topics) {
      const unknown = targets.find((target) => !sink.knows(target));
      if (unknown === undefined) continue;
      throw kafkaErrors.UNKNOWN_TARGET(`ingress ${this.id}: nothing serves target ${unknown}`);
    }
    this.#sink = sink;
    for (const partition of await this.#begin(offsetsOf(positions))) {
      this.#partitions.set(`${partition.topic}/${partition.partition}`, partition);
      // In the first cut already: begun at `latest`, a restart must not begin at a later one.
      sink.accept([], partition.key, partition.next);
    }
    this.#running = this.#run();
    this.#watching = this.#watch();
  }

  committed(positions: Positions): void {
    this.#groupOffsets.committed(offsetsOf(positions));
  }

  lag(): number | null {
    let lag = 0;
    for (const { next, high } of this.#partitions.values()) lag += Math.max(0, high - next);
    return lag;
  }

  pause(): void {
    this.#stopped = true;
    this.#stop.abort();
  }

  async close(): Promise<void> {
    this.pause();
    this.#groupOffsets.close();
    await Promise.all([this.#running, this.#watching]);
    await this.#admin.disconnect().catch(() => undefined);
  }

  #begin(positions: ReadonlyMap<string, number>): Promise<TopicPartition[]> {
    const { clock, startBudgetMs, address, start, reset, groupId } = this.#options;
    const attempt = async (): Promise<TopicPartition[]> => {
      await this.#admin.connect();
      this.#ids = await topicIds(this.#kafka, [...this.#topics.keys()]);
      return startPositions(this.#admin, {
        ...{ ingress: this.id, topics: [...this.#topics.keys()], ids: this.#ids, positions },
        ...{ start, reset, groupId, uncommitted: this.#uncommitted },
      });
    };
    return patiently(attempt, {
      ...{ clock, startBudgetMs, retryMs, ended: this.#stop.signal },
      what: `ingress ${this.id}: ${address}`,
      failed: (error) => this.#failed(error),
      unreachable: kafkaErrors.UNREACHABLE,
    });
  }

  get #uncommitted(): boolean {
    return this.#options.properties['isolation.level'] === 'read_uncommitted';
  }

  /** One consumer after the other, until this is stopped. */
  async #run(): Promise<void> {
    let pauseMs = retryMs;
    while (!this.#stopped) {
      const since = this.#options.clock.monotonic();
      try {
        await this.#consume();
      } catch (error) {
        this.#failed(error);
        // What can't heal by itself is looked at again now and then, for the case that it did.
        if (this.#options.clock.monotonic() - since > longestRetryMs) pauseMs = retryMs;
        await this.#sleep(pauseMs);
        pauseMs = Math.min(pauseMs * 2, longestRetryMs);
      }
    }
  }

  async #consume(): Promise<void> {
    const crashed = Promise.withResolvers<never>();
    crashed.promise.catch(() => undefined); // raced below; it may come before
    this.#crashed = crashed.reject;
    const consumer = this.#kafka.consumer(this.#consumerConfig());
    try {
      consumer.on(consumer.events.CRASH, ({ payload }) => crashed.reject(payload.error));
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        this.#joined(consumer, payload.memberAssignment);
      });
      // A fetch of aborted and control records alone is not handed over, but is behind us too.
      consumer.on(consumer.events.START_BATCH_PROCESS, ({ payload }) => {
        const { batchSize, topic, partition, lastOffset } = payload;
        if (batchSize === 0)
          this.#passed(this.#partition(topic, partition), Number(lastOffset) + 1);
      });
      await consumer.connect();
      // Where the client begins on its own is never used: it is told at every join.
      await consumer.subscribe({ topics: [...this.#topics.keys()], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        eachBatch: (payload) => this.#take(payload),
      });
      await readyOr(this.#stop.signal, crashed.promise);
    } finally {
      await consumer.disconnect().catch(() => undefined);
    }
  }

  #consumerConfig() {
    const { properties } = this.#options;
    const count = (name: string): number | undefined =>
      properties[name] === undefined ? undefined : Number(properties[name]);
    const given = {
      maxBytes: count('fetch.max.bytes'),
      minBytes: count('fetch.min.bytes'),
      maxWaitTimeInMs: count('fetch.max.wait.ms') ?? 500,
      maxBytesPerPartition: count('max.partition.fetch.bytes'),
      sessionTimeout: count('session.timeout.ms'),
      heartbeatInterval: count('heartbeat.interval.ms'),
      metadataMaxAge: this.#metadataAgeMs,
    };
    return {
      // Its own at each start: a killed predecessor would hold the partitions of a fixed group
      // until its session ends, and one that lives would take half of them.
      groupId: `weir.${this.id.replace('/', '.')}.${randomUUID()}`,
      readUncommitted: this.#uncommitted,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 50, retries: 8, restartOnFailure: () => Promise.resolve(false) },
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
  }

  get #metadataAgeMs(): number {
    return Number(this.#options.properties['metadata.max.age.ms'] ?? metadataAgeMs);
  }

  /** Every assigned partition goes on at our position, whatever the client would have done. */
  #joined(consumer: Consumer, assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const offset = String(this.#partition(topic, partition).next);
        consumer.seek({ topic, partition, offset });
      }
    }
    // The topics may have been made anew while this one was away.
    this.#idsSeenAt = -Infinity;
    const missing = [...this.#partitions.values()].filter(
      ({ topic, partition }) => assignment[topic]?.includes(partition) !== true,
    );
    if (missing.length === 0) this.#works();
    else this.#failed(new Error(`another member of the group reads ${missing.length} partitions`));
  }

  /** A partition that was not there at the start was added since: it is read from its beginning. */
  #partition(topic: string, partition: number): TopicPartition {
    const name = `${topic}/${partition}`;
    let found = this.#partitions.get(name);
    if (found === undefined) {
      const key = positionKey(this.#ids.get(topic), topic, partition);
      found = { topic, partition, key, next: 0, high: 0, untouched: true };
      this.#partitions.set(name, found);
      if (!this.#stopped) this.#sink.accept([], key, 0);
    }
    return found;
  }

  /** Never throws: the client would deliver the batch again and start anew. */
  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const at = this.#partition(batch.topic, batch.partition);
    try {
      at.high = Math.max(at.high, Number(batch.highWatermark));
      if (this.#options.clock.monotonic() - this.#idsSeenAt > idsAgeMs) await this.#checkIds();
      await this.#checkContinuity(at, batch);
      let lookAt = this.#options.clock.monotonic() + turnMs;
      let taken = 0;
      let before: string | null = null;
      if (!payload.isRunning() || payload.isStale()) return;
      for (const message of batch.messages) {
        if (this.#stopped) return;
        const offset = Number(message.offset);
        if (offset < at.next) continue;
        if (this.#sink.full) {
          // What is resolved is not fetched again; once for all of them, since it costs some.
          if (before !== null) payload.resolveOffset(before);
          this.#hold(payload);
          return;
        }
        this.#accept(at, offset, message.key, message.value);
        before = message.offset;
        if (++taken % recordsBetweenLooks !== 0) continue;
        if (this.#options.clock.monotonic() < lookAt) continue;
        payload.resolveOffset(before);
        await new Promise((resolve) => setImmediate(resolve));
        await payload.heartbeat();
        // Only while others have their turn the client may stop, or be told to read elsewhere.
        if (!payload.isRunning() || payload.isStale()) return;
        lookAt = this.#options.clock.monotonic() + turnMs;
      }
      this.#works();
      // Aborted and control records at the end are behind us too.
      const last = batch.lastOffset();
      this.#passed(at, Number(last) + 1);
      payload.resolveOffset(last);
    } catch (error) {
      const { name } = error as Error;
      // A heartbeat that learns of a rebalance: the next join says where to go on.
      if (name === 'KafkaJSProtocolError' || name === 'KafkaJSError') return;
      this.#crashed(error);
    }
  }

  /**
   * Everything before `next` is behind us, though not all of it was a record for us. The cut knows:
   * else retention, which removes it in time, would look like a loss.
   */
  #passed(at: TopicPartition, next: number): void {
    if (next <= at.next || this.#stopped) return;
    at.next = next;
    this.#sink.accept([], at.key, next);
  }

  /** Stops this partition until there is room; what is left of the batch is fetched again (E7). */
  #hold(payload: EachBatchPayload): void {
    const resume = payload.pause();
    void this.#sink.whenOpen().then(() => {
      if (!this.#stopped) resume();
    });
  }

  /**
   * A fetch that does not begin where we asked: the client has jumped, since our position is out of
   * range. Gaps are normal in a compacted log alone.
   */
  async #checkContinuity(at: TopicPartition, batch: EachBatchPayload['batch']): Promise<void> {
    const first = batch.firstOffset();
    if (first === null || at.untouched) return;
    const jumped = Number(first) > at.next;
    const behind = Number(batch.lastOffset()) < at.next;
    if (!jumped && !behind) return;
    const ends = await endsOf(this.#admin, at.topic, this.id);
    const range = ends.find(({ partition }) => partition === at.partition);
    if (range === undefined) return;
    const lost = jumped ? range.low > at.next : range.high < at.next && !this.#uncommitted;
    if (!lost) return;
    throw outOfRange(this.id, at.topic, at.partition, at.next, range.low, range.high);
  }

  #accept(at: TopicPartition, offset: number, key: Buffer | null, value: Buffer | null): void {
    const { valueType, targets } = this.#topics.get(at.topic) as KafkaTopic;
    const reason = fault(at, offset, key, value);
    if (reason !== null) {
      this.#giveUp(at, { path: `${at.topic}/${at.partition}`, offset, reason, key, value });
      return;
    }
    const messages = targets.map((type) => ({
      ...{ type, id: (key as Buffer).toString(), typename: valueType },
      value: value as Buffer,
    }));
    this.#sink.accept(messages, at.key, offset + 1);
    at.next = offset + 1;
    at.untouched = false;
  }

  /** It leaves as a dead letter, where the module says so; it is told in any case. */
  #giveUp(at: TopicPartition, record: RejectedRecord & { readonly offset: number }): void {
    const after = record.offset + 1;
    const { deadLetter } = this.#options;
    if (deadLetter === null || !this.#sink.giveUp(record, deadLetter, at.key, after)) {
      this.#sink.accept([], at.key, after);
    }
    at.next = after;
    at.untouched = false;
    this.#options.onRejected(record);
  }

  /** Looks now and then whether the topics are still the ones whose positions we hold. */
  async #watch(): Promise<void> {
    while (!this.#stopped) {
      await this.#sleep(this.#metadataAgeMs);
      if (this.#stopped) return;
      try {
        await this.#checkIds();
      } catch (error) {
        if (error instanceof WeirError) this.#crashed(error);
        // The consumer says what else is wrong with the cluster.
        else this.#options.log({ scope: 'topic ids', text: messageOf(error) });
      }
    }
  }

  /**
   * Throws TOPIC_REPLACED if a topic is another one than at the start. Also looked at before
   * records are taken, since the new topic may have offsets that look like those of the old.
   */
  async #checkIds(): Promise<void> {
    const since = this.#options.clock.monotonic();
    const ids = await topicIds(this.#kafka, [...this.#topics.keys()]);
    for (const [topic, id] of this.#ids) {
      const now = ids.get(topic);
      if (now === undefined || now === id) continue;
      throw kafkaErrors.TOPIC_REPLACED(
        `ingress ${this.id}: the topic ${topic} has the id ${now}, and had ${id} before`,
      );
    }
    if (ids.size === this.#ids.size) this.#idsSeenAt = since;
  }

  #works(): void {
    this.#trouble = null;
  }

  #failed(error: unknown): void {
    const failure =
      error instanceof WeirError
        ? error
        : kafkaErrors.READ_FAILED(`ingress ${this.id}: ${messageOf(error)}`, { cause: error });
    if (failure.message !== this.#trouble?.message) this.#options.onFailure(failure);
    this.#trouble = failure;
  }

  #sleep(delayMs: number): Promise<void> {
    return pause(this.#options.clock, delayMs, this.#stop.signal);
  }
}

/** Why a record can't become a message, or null. */
function fault(
  { topic, partition }: TopicPartition,
  offset: number,
  key: Buffer | null,
  value: Buffer | null,
): WeirError | null {
  const place = `${topic}/${partition} at offset ${offset}`;
  if (key === null) return kafkaErrors.NO_KEY(`${place} has no key`);
  if (key.length > idBytesMax || !isUtf8(key)) {
    return kafkaErrors.KEY_NOT_TEXT(`${place} has a key of ${key.length} bytes that is no id`);
  }
  return value === null ? kafkaErrors.NO_VALUE(`${place} has no value`) : null;
}
