import type { Engine } from '../core/engine.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';

/** Fires delayed messages when they are due, a bounded number per turn of the event loop. */
export class DelayLoop {
  readonly #engine: Engine;
  readonly #clock: Clock;
  #timer: TimerHandle | null = null;
  #armedFor = Infinity;
  #stopped = false;

  constructor(engine: Engine, clock: Clock) {
    this.#engine = engine;
    this.#clock = clock;
    engine.onEarlierDue = () => this.arm();
  }

  /** Looks at what is due first, and waits for it. */
  arm(): void {
    if (this.#stopped) return;
    const due = this.#engine.delayed.nextDueMs;
    if (due === null || due >= this.#armedFor) return;
    this.#timer?.cancel();
    this.#armedFor = due;
    // A timer may fire a fraction of a millisecond early; a message may not.
    const wait = Math.ceil(due - this.#clock.now());
    this.#timer = this.#clock.setTimer(Math.max(0, wait), () => this.#fire());
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #fire(): void {
    this.#armedFor = Infinity;
    this.#timer = null;
    this.#engine.fireDue();
    this.arm();
  }
}
