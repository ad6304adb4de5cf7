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
  #running: Promise<void> = Promise.resolve();
  /** True to the very step that finds nothing more to publish: no commit may fall between. */
  #busy = false;
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
    if (!this.#busy && this.#retry === null && !this.#stopped) this.#start();
  }

  /**
   * Publishes what is committed, as far as it goes without a retry, and stops. An egress whose
   * records wait to be fetched is not waited for: they are in the cut.
   */
  async drain(): Promise<void> {
    if (this.#egress.waitsForReader === true) this.halt();
    if (this.#halted) return;
    this.#retry?.cancel();
    this.#retry = null;
    if (!this.#busy) this.#start();
    this.#stopped = true;
    await this.#running;
  }

  /** Publishes no further batch (E5); one that is under way may still end. */
  halt(): void {
    this.#stopped = true;
    this.#halted = true;
    this.#retry?.cancel();
    this.#retry = null;
  }

  /** Closes the egress: after the batch under way, unless that waits to be fetched. */
  async close(): Promise<void> {
    this.halt();
    if (this.#egress.waitsForReader !== true) await this.#running;
    await this.#egress.close();
    await this.#running;
  }

  #start(): void {
    this.#busy = true;
    this.#running = this.#publishAll();
  }

  async #publishAll(): Promise<void> {
    try {
      while (!this.#halted) {
        const batch = this.#pending.publishable(this.#committedCut, batchBytesMax, this.#life);
        if (batch === null) return;
        const position = await this.#egress.publish(batch);
        failPoint('egress-published');
        const end = batch.firstSequence + batch.count;
        this.#pending.published(this.#engine.log, end, position);
        this.#engine.relieve();
        this.publishedRecords += batch.count;
        this.trouble = null;
        this.#retryMs = firstRetryMs;
      }
    } catch (error) {
      this.failures++;
      this.trouble = messageOf(error);
      this.#retryLater();
    } finally {
      this.#busy = false;
    }
  }

  #retryLater(): void {
    if (this.#stopped) return;
    this.#retry = this.#clock.setTimer(this.#retryMs, () => {
      this.#retry = null;
      this.#start();
    });
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
  }
}
