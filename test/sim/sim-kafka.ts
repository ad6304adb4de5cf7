import type { Scheduler } from './scheduler.ts';

/** What a broker answers to a producer of an epoch that is over; `type` as the client shows it. */
export class BrokerError extends Error {
  readonly type: string;

  constructor(type: string) {
    super(`the simulated broker says ${type}`);
    this.type = type;
  }
}

export interface LogRecord {
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer;
}

interface Transaction {
  state: 'open' | 'committed' | 'aborted';
  readonly topics: Set<string>;
}

/** Null for the end mark of a transaction: it takes an offset and is given to nobody. */
type Entry = (LogRecord & { readonly transaction: Transaction }) | null;

interface ProducerState {
  epoch: number;
  open: Transaction | null;
}

export type BrokerFault = 'broker failure' | 'lost broker answer' | 'transaction timed out';

/** How badly the cluster and the way to it behave, drawn per seed. */
export interface BrokerFaults {
  /** Mean latency of a request, milliseconds. */
  latencyMs: number;
  /** Share of requests that fail before they had any effect. */
  failed: number;
  /** Share of requests that have their effect, at once or late, and whose answer is lost. */
  ambiguous: number;
  /** A transaction that is open for longer is aborted by the broker, milliseconds. */
  readonly transactionTimeoutMs: number;
  /** Whether topics are compacted now and then. */
  readonly compacts: boolean;
  readonly onFault: (kind: BrokerFault) => void;
}

/**
 * Kafka as far as transactions go: topics of one partition, producers with an id of which the newest
 * epoch alone may write, transactions that end whole, readers of what is committed. It outlives
 * every process.
 */
export class SimKafka {
  /** A broken variant: an older producer goes on beside a newer one. */
  fences = true;
  readonly #scheduler: Scheduler;
  readonly #faults: BrokerFaults;
  readonly #topics = new Map<string, Entry[]>();
  readonly #producers = new Map<string, ProducerState>();
  readonly #visible: (topic: string, value: string) => void;

  /** `visible` is told of each record that readers of committed records see, in their order. */
  constructor(
    scheduler: Scheduler,
    faults: BrokerFaults,
    visible: (topic: string, value: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#faults = faults;
    this.#visible = visible;
  }

  createTopic(topic: string): void {
    if (!this.#topics.has(topic)) this.#topics.set(topic, []);
  }

  /** The epoch of a new producer of this id; what an older one left open is aborted. */
  initProducer(id: string): number {
    const known = this.#producers.get(id);
    if (known === undefined) {
      this.#producers.set(id, { epoch: 0, open: null });
      return 0;
    }
    if (known.open !== null) this.#end(known, 'aborted');
    return ++known.epoch;
  }

  /** Appends to the open transaction, or begins one. Returns the offset of the first record. */
  append(
    id: string,
    epoch: number,
    topic: string,
    records: readonly { readonly key: string | null; readonly value: Buffer }[],
  ): number {
    const producer = this.#producerOf(id, epoch);
    producer.open ??= this.#begin(producer);
    const transaction = producer.open;
    transaction.topics.add(topic);
    this.createTopic(topic);
    const log = this.#topics.get(topic) as Entry[];
    const base = log.length;
    records.forEach((record, i) => log.push({ ...record, offset: base + i, transaction }));
    return base;
  }

  endTransaction(id: string, epoch: number, commit: boolean): void {
    const producer = this.#producerOf(id, epoch);
    if (producer.open === null) throw new BrokerError('INVALID_TXN_STATE');
    this.#end(producer, commit ? 'committed' : 'aborted');
  }

  /** The offset before which everything is decided. */
  lastStableOffset(topic: string): number {
    const log = this.#topics.get(topic) ?? [];
    const first = log.findIndex((entry) => entry?.transaction.state === 'open');
    return first === -1 ? log.length : first;
  }

  /** Up to `most` records from `offset` on, and where the next read begins. */
  fetch(
    topic: string,
    offset: number,
    most: number,
    readUncommitted: boolean,
  ): { records: LogRecord[]; next: number } {
    if (this.#faults.compacts && this.#scheduler.random.chance(0.2)) this.#compact(topic);
    const log = this.#topics.get(topic) ?? [];
    const end = readUncommitted ? log.length : this.lastStableOffset(topic);
    const records: LogRecord[] = [];
    let next = offset;
    for (; next < end && records.length < most; next++) {
      const entry = log[next] as Entry;
      if (entry === null) continue;
      if (readUncommitted || entry.transaction.state === 'committed') records.push(entry);
    }
    return { records, next };
  }

  #producerOf(id: string, epoch: number): ProducerState {
    const producer = this.#producers.get(id);
    if (producer === undefined) throw new BrokerError('INVALID_PRODUCER_ID_MAPPING');
    if (this.fences && producer.epoch !== epoch) throw new BrokerError('INVALID_PRODUCER_EPOCH');
    return producer;
  }

  #begin(producer: ProducerState): Transaction {
    const transaction: Transaction = { state: 'open', topics: new Set() };
    this.#scheduler.after(this.#faults.transactionTimeoutMs, 'transaction times out', () => {
      if (producer.open !== transaction) return;
      this.#faults.onFault('transaction timed out');
      this.#end(producer, 'aborted');
      producer.epoch++; // Its producer is fenced by that, though nobody else took over.
    });
    return transaction;
  }

  #end(producer: ProducerState, state: 'committed' | 'aborted'): void {
    const transaction = producer.open as Transaction;
    producer.open = null;
    transaction.state = state;
    for (const topic of transaction.topics) {
      const log = this.#topics.get(topic) as Entry[];
      if (state === 'committed') {
        for (const entry of log) {
          if (entry?.transaction === transaction) this.#visible(topic, entry.value.toString());
        }
      }
      log.push(null);
    }
  }

  /** Of each key of the marker's topic the last committed record is kept, those behind it too. */
  #compact(topic: string): void {
    const log = this.#topics.get(topic) ?? [];
    const end = this.lastStableOffset(topic);
    const newest = new Set<string>();
    for (let offset = end - 1; offset >= 0; offset--) {
      const entry = log[offset] as Entry;
      if (entry === null || entry.key === null) continue;
      const kept = entry.transaction.state === 'committed' && !newest.has(entry.key);
      if (kept) newest.add(entry.key);
      else log[offset] = null;
    }
  }
}
