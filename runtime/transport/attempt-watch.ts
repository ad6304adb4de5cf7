import type { Clock, TimerHandle } from '#runtime/ports/clock.ts';
import type { PendingRequest } from './pending-request.ts';
import type { RequestLifecycle } from './request-lifecycle.ts';

const longestPauseMs = 1_000;

/**
 * Notices attempts that take too long where there is no connection to time out: one timer for all
 * of them, which looks at them now and then. Late by a quarter of the limit or a second at most.
 */
export class AttemptWatch<P> {
  readonly #clock: Clock;
  readonly #lifecycle: RequestLifecycle<P>;
  readonly #attemptTimeoutMs: number;
  readonly #onTimeout: (request: PendingRequest<P>) => void;
  readonly #running = new Set<PendingRequest<P>>();
  #timer: TimerHandle | null = null;
  #closed = false;

  constructor(
    clock: Clock,
    lifecycle: RequestLifecycle<P>,
    attemptTimeoutMs: number,
    onTimeout: (request: PendingRequest<P>) => void,
  ) {
    this.#clock = clock;
    this.#lifecycle = lifecycle;
    this.#attemptTimeoutMs = attemptTimeoutMs;
    this.#onTimeout = onTimeout;
  }

  add(request: PendingRequest<P>): void {
    this.#running.add(request);
    this.#arm();
  }

  /** False if it was not watched (any more): then it has timed out. */
  delete(request: PendingRequest<P>): boolean {
    return this.#running.delete(request);
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#running.clear();
  }

  #arm(): void {
    if (this.#timer !== null || this.#closed) return;
    const pauseMs = Math.min(longestPauseMs, this.#attemptTimeoutMs / 4);
    this.#timer = this.#clock.setTimer(pauseMs, () => {
      this.#timer = null;
      this.#look();
      if (this.#running.size > 0) this.#arm();
    });
  }

  #look(): void {
    const now = this.#clock.monotonic();
    // A copy: whoever is told may add the request again, and a set would visit it for ever.
    for (const request of [...this.#running]) {
      const endsAt = request.attemptAt + this.#attemptTimeoutMs;
      if (now < endsAt && this.#lifecycle.remainingMs(request) > 0) continue;
      this.#running.delete(request);
      this.#onTimeout(request);
    }
  }
}
