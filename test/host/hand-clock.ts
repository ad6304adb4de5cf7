import type { Clock, TimerHandle } from '#runtime/ports/clock.ts';

/** Time that passes when the test says so. */
export class HandClock implements Clock {
  time = 1_000_000;
  readonly #timers = new Set<{ readonly dueMs: number; readonly action: () => void }>();

  now(): number {
    return this.time;
  }

  monotonic(): number {
    return this.time;
  }

  setTimer(delayMs: number, action: () => void): TimerHandle {
    const timer = { dueMs: this.time + delayMs, action };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** When the next timer is due, from now; null if there is none. */
  get nextInMs(): number | null {
    const due = [...this.#timers].map(({ dueMs }) => dueMs - this.time);
    return due.length === 0 ? null : Math.min(...due);
  }

  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time pass, timer by timer, and what they begin come to rest. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      const next = [...this.#timers]
        .filter(({ dueMs }) => dueMs <= end)
        .sort((a, b) => a.dueMs - b.dueMs)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.dueMs);
      next.action();
      await settled();
    }
    this.time = end;
    await settled();
  }
}

/** All promises that can go on without time have gone on. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
