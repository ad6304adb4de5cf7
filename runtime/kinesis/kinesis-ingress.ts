/**
 * The Kinesis ingress.
 *
 * - E3/E6: the position of every shard is part of the cut, moved in the same step as a record is
 *   taken. Nothing is kept at the service.
 * - Order: what a split or a merge has made is read when everything before it was.
 * - E7: under back-pressure nothing is asked for; at most one answer a shard waits.
 */
import { setMaxListeners } from 'node:events';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import { messageOf, type WeirError } from '#protocol/errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { DeadLetterTarget } from '../ports/failure-policy.ts';
import type { Ingress, IngressSink, Positions } from '../ports/ingress.ts';
import type { KinesisAccess, KinesisStart } from '../ports/kinesis-settings.ts';
import { patiently } from '../ports/patiently.ts';
import { kinesisClient } from './client.ts';
import { kinesisErrors } from './errors.ts';
import type { RejectedRecord } from '../ports/ingress.ts';
import { StreamReader } from './stream-reader.ts';

export interface KinesisStream {
  readonly stream: string;
  readonly valueType: string;
  readonly targets: readonly string[];
}

export interface KinesisIngressOptions extends KinesisAccess {
  readonly id: string;
  readonly streams: readonly KinesisStream[];
  readonly start: KinesisStart;
  /** Where records go that can't become messages; null: they are passed over. */
  readonly deadLetter: DeadLetterTarget | null;
  readonly clock: Clock;
  readonly random: Random;
  /** How long `open` tries to reach the service. */
  readonly startBudgetMs: number;
  /** A record that was passed over; `path` is `stream/shard`. */
  readonly onRejected: (record: Pick<RejectedRecord, 'path' | 'offset' | 'reason'>) => void;
  /** Reading stopped and is tried again; called once per failure. */
  readonly onFailure: (error: WeirError) => void;
}

const retryMs = 1_000;

export class KinesisIngress implements Ingress {
  readonly id: string;
  readonly #options: KinesisIngressOptions;
  readonly #client: KinesisClient;
  readonly #ended = new AbortController();
  readonly #troubles = new Map<string, WeirError>();
  #readers: StreamReader[] = [];
  #running: Promise<unknown> = Promise.resolve();

  constructor(options: KinesisIngressOptions) {
    this.id = options.id;
    this.#options = options;
    this.#client = kinesisClient(options);
    // Each shard waits on it, and each request: many are no leak.
    setMaxListeners(0, this.#ended.signal);
  }

  /** Why not everything is read at present; null while it is. */
  get trouble(): string | null {
    const [first] = this.#troubles.values();
    return first?.message ?? null;
  }

  async open(sink: IngressSink, positions: Positions): Promise<void> {
    const { streams } = this.#options;
    for (const { targets } of streams) {
      const unknown = targets.find((target) => !sink.knows(target));
      if (unknown === undefined) continue;
      throw kinesisErrors.UNKNOWN_TARGET(`ingress ${this.id}: nothing serves target ${unknown}`);
    }
    const readers = streams.map((stream) => new StreamReader(stream, this.#parts(sink)));
    for (const reader of readers) await this.#begin(reader, positions);
    this.#readers = readers;
    this.#running = Promise.all(readers.map((reader) => reader.run()));
  }

  lagMs(): number | null {
    const lags = this.#readers.flatMap((reader) => reader.lagsMs());
    return lags.length === 0 ? null : Math.max(...lags);
  }

  pause(): void {
    // Whatever is under way would not be taken any more.
    this.#ended.abort();
  }

  async close(): Promise<void> {
    this.pause();
    await this.#running;
    this.#client.destroy();
  }

  #parts(sink: IngressSink) {
    return {
      ...this.#options,
      ingress: this.id,
      sink,
      client: this.#client,
      ended: this.#ended.signal,
      trouble: (where: string, error: WeirError | null) => this.#note(where, error),
    };
  }

  async #begin(reader: StreamReader, positions: Positions): Promise<void> {
    const { clock, startBudgetMs } = this.#options;
    await patiently(() => reader.begin(positions), {
      ...{ clock, startBudgetMs, retryMs, ended: this.#ended.signal },
      what: `ingress ${this.id}`,
      failed: (error) =>
        this.#note('start', kinesisErrors.READ_FAILED(messageOf(error), { cause: error })),
      unreachable: kinesisErrors.UNREACHABLE,
    });
    this.#note('start', null);
  }

  #note(where: string, error: WeirError | null): void {
    if (error === null) {
      this.#troubles.delete(where);
      return;
    }
    if (this.#troubles.get(where)?.message !== error.message) this.#options.onFailure(error);
    this.#troubles.set(where, error);
  }
}
