import type { Clock } from '#runtime/ports/clock.ts';
import type { AttemptFailure } from './failure.ts';

/**
 * Failed attempts in a row, of whichever addresses, after which an endpoint counts as down. Not
 * one: a single poisoned message must not slow the others down (E8).
 */
const failuresToDown = 3;

/** Whether an endpoint answers anybody; decides between blame and patience (E8). */
export class EndpointHealth {
  readonly #clock: Clock;
  #state: 'unknown' | 'up' | 'down' = 'unknown';
  #since: number | null = null;
  #lastError: string | null = null;
  #failuresInARow = 0;
  #lastGoodAt = -Infinity;
  #lastGoodSentAt = -Infinity;
  #upSinceMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): 'unknown' | 'up' | 'down' {
    return this.#state;
  }

  /** Wall-clock milliseconds of the last change of state; null while unknown. */
  get since(): number | null {
    return this.#since;
  }

  get lastError(): string | null {
    return this.#lastError;
  }

  /** Monotonic milliseconds of the last accepted reply. */
  get lastGoodAt(): number {
    return this.#lastGoodAt;
  }

  /** Monotonic milliseconds at which the latest of all attempts that were answered was sent. */
  get lastGoodSentAt(): number {
    return this.#lastGoodSentAt;
  }

  /** Monotonic milliseconds of the last change to `up`. */
  get upSinceMs(): number {
    return this.#upSinceMs;
  }

  /**
   * The reply to an attempt that was sent at `sentAtMs` was accepted. Returns true if the endpoint
   * was down until now.
   */
  good(nowMs: number, sentAtMs: number): boolean {
    this.#failuresInARow = 0;
    this.#lastGoodAt = nowMs;
    this.#lastGoodSentAt = Math.max(this.#lastGoodSentAt, sentAtMs);
    if (this.#state === 'up') return false;
    const wasDown = this.#state === 'down';
    this.#upSinceMs = nowMs;
    this.#change('up');
    return wasDown;
  }

  /**
   * An attempt failed. `ofAddress`: it failed before, others were answered since, and it fails
   * again, which says nothing about the endpoint. Were it counted, addresses that fail would take
   * the endpoint down whenever a few of them are retried together, and the first good answer would
   * retry all of them together again: the others were held up for as long as anybody failed (E8).
   */
  bad(failure: AttemptFailure, ofAddress: boolean): void {
    this.#lastError = `${failure.code}: ${failure.message}`;
    if (ofAddress) return;
    this.#failuresInARow++;
    const enough = failure.failureClass === 'refused' ? 1 : failuresToDown;
    if (this.#failuresInARow >= enough && this.#state !== 'down') this.#change('down');
  }

  #change(state: 'up' | 'down'): void {
    this.#state = state;
    this.#since = this.#clock.now();
  }
}
