import type { Egress, EgressBatch } from '#runtime/ports/egress.ts';
import type { CommittedReply, Ingress, IngressSink } from '#runtime/ports/ingress.ts';
import type { Life, Scheduler } from './scheduler.ts';
import type { Target, Work } from './work.ts';

export interface LogEntry {
  readonly target: Target;
  readonly work: Work;
}

/** A partitioned log of records that outlives every process. */
export class LogIngress implements Ingress {
  readonly id = 'sim/log';
  readonly #partitions: ReadonlyMap<string, readonly LogEntry[]>;
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #everyMs: number;
  #paused = false;

  constructor(
    partitions: ReadonlyMap<string, readonly LogEntry[]>,
    scheduler: Scheduler,
    life: Life,
    everyMs: number,
  ) {
    this.#partitions = partitions;
    this.#scheduler = scheduler;
    this.#life = life;
    this.#everyMs = everyMs;
  }

  open(sink: IngressSink, positions: ReadonlyMap<string, number>): Promise<void> {
    for (const [partition, entries] of this.#partitions) {
      this.#read(sink, partition, entries, positions.get(partition) ?? 0);
    }
    return Promise.resolve();
  }

  pause(): void {
    this.#paused = true;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #read(
    sink: IngressSink,
    partition: string,
    entries: readonly LogEntry[],
    position: number,
  ): void {
    const entry = entries[position];
    if (entry === undefined) return;
    const delay = this.#scheduler.random.exponential(this.#everyMs);
    this.#scheduler.after(delay, `read ${partition} ${position}`, () =>
      this.#life.run(() => {
        if (this.#paused) return;
        if (sink.full) {
          void sink.whenOpen().then(() => this.#read(sink, partition, entries, position));
          return;
        }
        const { target, work } = entry;
        sink.accept([message(target, work)], partition, position + 1);
        this.#read(sink, partition, entries, position + 1);
      }),
    );
  }
}

/** The request side: clients outside offer through it, whichever process is open at the moment. */
export class RequestIngress implements Ingress {
  readonly id = 'sim/requests';
  sink: IngressSink | null = null;
  readonly #answered: (reply: CommittedReply) => void;

  constructor(answered: (reply: CommittedReply) => void) {
    this.#answered = answered;
  }

  reply(reply: CommittedReply): void {
    this.#answered(reply);
  }

  open(sink: IngressSink): Promise<void> {
    this.sink = sink;
    return Promise.resolve();
  }

  pause(): void {
    this.sink = null;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export function message(
  target: Target,
  work: Work,
): { type: string; id: string; typename: string; value: string } {
  const value = Buffer.from(JSON.stringify(work)).latin1Slice();
  return { type: target.type, id: target.id, typename: 'sim/json', value };
}

/** What has left the system; outlives every process. A visible record never changes. */
export class Published {
  readonly records: string[] = [];
}

export interface EgressFaults {
  latencyMs: number;
  /** Share of publications that fail, in part or whole. */
  failed: number;
  /** Counts what was done. */
  readonly onFault: (kind: 'egress failure') => void;
}

/** An exactly-once destination: it recognises by its position what it was given before. */
export class SimEgress implements Egress {
  readonly id: string;
  readonly #published: Published;
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #faults: EgressFaults;
  readonly #violation: (text: string) => void;

  constructor(
    id: string,
    published: Published,
    scheduler: Scheduler,
    life: Life,
    faults: EgressFaults,
    violation: (text: string) => void,
  ) {
    this.id = id;
    this.#published = published;
    this.#scheduler = scheduler;
    this.#life = life;
    this.#faults = faults;
    this.#violation = violation;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  publish(batch: EgressBatch): Promise<string> {
    const records = [...batch.records()].map(({ value }) => Buffer.from(value).toString());
    const { random } = this.#scheduler;
    const { latencyMs, failed } = this.#faults;
    const fails = random.chance(failed);
    if (fails) this.#faults.onFault('egress failure');
    // A failed publication may have got through in part.
    const through = fails ? random.below(records.length + 1) : records.length;
    return new Promise((resolve, reject) => {
      this.#scheduler.after(random.exponential(latencyMs), `publish ${batch.count}`, () => {
        this.#store(batch.firstSequence, records.slice(0, through));
        this.#scheduler.after(random.exponential(latencyMs), 'published', () =>
          this.#life.run(() => {
            if (fails) reject(new Error('the simulated egress failed'));
            else resolve(String(batch.firstSequence + batch.count));
          }),
        );
      });
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #store(first: number, records: readonly string[]): void {
    const known = this.#published.records;
    if (first > known.length) {
      this.#violation(`egress records ${known.length} to ${first} were never published`);
    }
    records.forEach((record, i) => {
      const at = first + i;
      if (at < known.length && known[at] !== record) {
        this.#violation(`visible egress record ${at} changed: ${known[at]} -> ${record}`);
      } else if (at === known.length) known.push(record);
    });
  }
}
