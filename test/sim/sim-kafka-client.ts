import type { KafkaClient } from '#runtime/kafka/client.ts';
import type { Clock } from '#runtime/ports/clock.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { BrokerFaults, LogRecord, SimKafka } from './sim-kafka.ts';
import { passage, type Passage } from './sim-service.ts';

interface Message {
  readonly key: string | null;
  readonly value: Buffer | string;
}

interface Batch {
  readonly topicMessages: readonly {
    readonly topic: string;
    readonly messages: readonly Message[];
  }[];
}

/** Records of one fetch, so few that a read takes several. */
const recordsOfFetch = 5;

/**
 * What the Kafka egress uses of the client library, on a simulated cluster: requests that are slow,
 * fail, lose their answer, or arrive only after they were given up. What the library does about
 * errors by itself is not in here: each error comes through to the egress.
 */
export class SimKafkaClient {
  /** Broken variants. */
  readonly broken = { hidesMarkers: false, readsUncommitted: false, commitsBlindly: false };
  readonly #cluster: SimKafka;
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #faults: BrokerFaults;
  readonly #clock: Clock;

  constructor(
    cluster: SimKafka,
    scheduler: Scheduler,
    life: Life,
    faults: BrokerFaults,
    clock: Clock,
  ) {
    this.#cluster = cluster;
    this.#scheduler = scheduler;
    this.#life = life;
    this.#faults = faults;
    this.#clock = clock;
  }

  /** As the egress takes it: the methods that it calls are there, the others of the library are not. */
  get client(): KafkaClient {
    return this as unknown as KafkaClient;
  }

  admin() {
    const cluster = this.#cluster;
    return {
      connect: () => this.#request('connect', () => undefined),
      disconnect: () => Promise.resolve(),
      createTopics: ({ topics }: { topics: { topic: string }[] }) =>
        this.#request('create topics', () => {
          for (const { topic } of topics) cluster.createTopic(topic);
        }),
      fetchTopicOffsets: (topic: string) =>
        this.#request('offsets', () => {
          const high = String(cluster.lastStableOffset(topic));
          return [{ partition: 0, low: '0', high, offset: high }];
        }),
    };
  }

  producer({ transactionalId }: { transactionalId: string }) {
    const cluster = this.#cluster;
    let epoch: number | null = null;
    let state: 'ready' | 'in transaction' | 'broken' = 'ready';
    /** The library refuses everything after an error in a transaction but a new producer. */
    const guarded = async <T>(from: typeof state, to: typeof state, request: () => Promise<T>) => {
      if (state !== from) throw new Error(`the producer is ${state}, not ${from}`);
      state = 'broken';
      const result = await request();
      state = to;
      return result;
    };
    const append = (topic: string, messages: readonly Message[]) =>
      this.#request(`send ${messages.length}`, () =>
        cluster.append(
          transactionalId,
          epoch as number,
          topic,
          messages.map(({ key, value }) => ({ key, value: Buffer.from(value) })),
        ),
      );
    const within = <T>(request: () => Promise<T>) =>
      guarded('in transaction', 'in transaction', request);
    const transaction = {
      send: ({ topic, messages }: { topic: string; messages: readonly Message[] }) =>
        within(async () => [{ baseOffset: String(await append(topic, messages)) }]),
      sendBatch: ({ topicMessages }: Batch) =>
        within(async () => {
          for (const { topic, messages } of topicMessages) await append(topic, messages);
        }),
      commit: () =>
        guarded('in transaction', 'ready', () =>
          this.#request('commit', () =>
            cluster.endTransaction(transactionalId, epoch as number, true),
          ).catch((error: unknown) => {
            if (!this.broken.commitsBlindly) throw error;
          }),
        ),
    };
    return {
      connect: () => this.#request('connect', () => undefined),
      disconnect: () => Promise.resolve(),
      transaction: () =>
        guarded('ready', 'in transaction', async () => {
          epoch ??= await this.#request('fence', () => cluster.initProducer(transactionalId));
          return transaction;
        }),
    };
  }

  consumer({ maxWaitTimeInMs }: { maxWaitTimeInMs: number }) {
    const listeners = new Map<string, (event: { payload: { error?: unknown } }) => void>();
    let topic = '';
    let offset = 0;
    let running = true;
    type Each = (payload: { message: object }) => Promise<void>;
    const read = async (eachMessage: Each): Promise<void> => {
      try {
        await this.#request('join', () => undefined);
        listeners.get('join')?.({ payload: {} });
        while (running) {
          const { records, next } = await this.#request('fetch', () => this.#fetch(topic, offset));
          if (next === offset) await this.#pause(maxWaitTimeInMs);
          offset = next;
          for (const record of records) {
            await eachMessage({
              message: { ...record, key: record.key === null ? null : Buffer.from(record.key) },
            });
          }
        }
      } catch (error) {
        listeners.get('crash')?.({ payload: { error } });
      }
    };
    return {
      events: { CRASH: 'crash', GROUP_JOIN: 'join' },
      on: (event: string, listener: (event: { payload: { error?: unknown } }) => void) =>
        void listeners.set(event, listener),
      connect: () => this.#request('connect', () => undefined),
      subscribe: ({ topics }: { topics: string[] }) => {
        topic = topics[0] as string;
        return Promise.resolve();
      },
      run: ({ eachMessage }: { eachMessage: Each }) => {
        void read(eachMessage);
        return Promise.resolve();
      },
      seek: (to: { offset: string }) => void (offset = Number(to.offset)),
      disconnect: () => {
        running = false;
        return Promise.resolve();
      },
    };
  }

  #fetch(topic: string, offset: number): { records: LogRecord[]; next: number } {
    const { readsUncommitted, hidesMarkers } = this.broken;
    const fetched = this.#cluster.fetch(topic, offset, recordsOfFetch, readsUncommitted);
    if (!hidesMarkers) return fetched;
    return { ...fetched, records: fetched.records.filter(({ key }) => key !== 'cut') };
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.setTimer(ms, resolve));
  }

  #request<T>(label: string, effect: () => T): Promise<T> {
    const { random } = this.#scheduler;
    const { latencyMs, failed, ambiguous, onFault } = this.#faults;
    const fails = random.chance(failed);
    const loses = !fails && random.chance(ambiguous);
    const late = loses && random.chance(0.5);
    const toEffectMs = random.exponential(latencyMs / 2);
    const toAnswerMs = random.exponential(latencyMs / 2);
    const lateMs = late ? random.exponential(500) : null;
    const way: Passage = {
      ...{ label, fails, loses, lateMs, toEffectMs, toAnswerMs },
      failed: () => onFault('broker failure'),
      lost: () => onFault('lost broker answer'),
    };
    return passage(this.#scheduler, this.#life, way, effect);
  }
}
