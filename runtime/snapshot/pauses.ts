import type { Clock, Random, TimerHandle } from '../ports/clock.ts';
import { snapshotErrors } from './errors.ts';

const firstDelayMs = 20;
const longestDelayMs = 5_000;

/** Waiting that ends when the snapshots are closed: every wait then rejects with `CLOSED`. */
export class Pauses {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #waiting = new Map<TimerHandle, () => void>();
  #ended = false;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves after `delayMs`. */
  wait(delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const close = () => reject(snapshotErrors.CLOSED('closed while waiting'));
      if (this.#ended) {
        close();
        return;
      }
      const timer = this.#clock.setTimer(delayMs, () => {
        this.#waiting.delete(timer);
        resolve();
      });
      this.#waiting.set(timer, close);
    });
  }

  /** The pause before attempt `attempt` + 1: doubling, capped, jittered by half. */
  backOff(attempt: number): Promise<void> {
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 16));
    return this.wait(delayMs * (0.5 + this.#random.next() / 2));
  }

  end(): void {
    this.#ended = true;
    for (const [timer, close] of this.#waiting) {
      timer.cancel();
      close();
    }
    this.#waiting.clear();
  }
}
