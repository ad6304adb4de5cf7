import { messageOf } from '#protocol/errors.ts';
import type { Engine } from '../core/engine.ts';
import type { PendingEgress } from '../core/pending-egress.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { Egress } from '../ports/egress.ts';
import { failPoint } from '../ports/fail-point.ts';

const batchBytesMax = 8 << 20;
const firstRetryMs = 100;
const longestRetryMs = 10_000;

/**
 * Publishes the pending records of one egress, but only those that a committed cut holds (E4), one
 * batch at a time. A failed batch is tried again, for as long as it takes: the records stay in the
 * cut, and when they are many the ingress pauses (E7).
 */
export class EgressPump {
  /** Why the last try failed; null while it works. */
  trouble: string | null = null;
  failures = 0;
  publishedRecords = 0;
  readonly #engine: Engine;
  readonly #pending: PendingEgress;
  readonly #egress: Egress;
  readonly #clock: Clock;
  readonly #life: { readonly lineage: string; readonly epoch: number };
  #committedCut = 0;
  #running: Promise<void> | null = null;
  #retry: TimerHandle | null = null;
  #stopped = false;
  #halted = false;
  #retryMs = firstRetryMs;

  constructor(
    engine: Engine,
    egress: Egress,
    clock: Clock,
    life: { readonly lineage: string; readonly epoch: number },
  ) {
    this.#engine = engine;
    this.#pending = engine.egress(egress.id);
    this.#egress = egress;
    this.#clock = clock;
    this.#life = life;
  }

  get id(): string {
    return this.#egress.id;
  }

  /** Records that no `publish` has confirmed yet. */
  get waiting(): number {
    return this.#pending.pending;
  }

  /** A cut is committed: what it holds may leave. */
  committed(cut: number): void {
    this.#committedCut = cut;
    if (this.#running === null && this.#retry === null && !this.#stopped) this.#start();
  }

  /** Begins no further batch: for a writer that was superseded (E5). */
  halt(): void {
    this.#halted = true;
    this.#stopped = true;
    this.#retry?.cancel();
    this.#retry = null;
  }

  /** Publishes what is committed, as far as it goes without a retry, and stops. */
  async drain(): Promise<void> {
    this.#retry?.cancel();
    this.#retry = null;
    if (this.#running === null) this.#start();
    this.#stopped = true;
    await this.#running;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#retry?.cancel();
    await this.#running;
    await this.#egress.close();
  }

  #start(): void {
    this.#running = this.#publishAll().finally(() => (this.#running = null));
  }

  async #publishAll(): Promise<void> {
    while (!this.#halted) {
      const batch = this.#pending.publishable(this.#committedCut, batchBytesMax, this.#life);
      if (batch === null) return;
      try {
        const position = await this.#egress.publish(batch);
        failPoint('egress-published');
        const end = batch.firstSequence + batch.count;
        this.#pending.published(this.#engine.log, end, position);
        this.#engine.relieve();
        this.publishedRecords += batch.count;
        this.trouble = null;
        this.#retryMs = firstRetryMs;
      } catch (error) {
        this.failures++;
        this.trouble = messageOf(error);
        this.#retryLater();
        return;
      }
    }
  }

  #retryLater(): void {
    if (this.#stopped) return;
    this.#retry = this.#clock.setTimer(this.#retryMs, () => {
      this.#retry = null;
      if (this.#running === null) this.#start();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }
}
