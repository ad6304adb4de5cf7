import { writeSync } from 'node:fs';
import type { WeirError } from '#protocol/errors.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { EngineLoop } from './acquire.ts';

/*
 * The heartbeats of a writer come from a thread of their own, so that a long turn of the engine's
 * loop costs it no state. Without a pulse a loop that never goes on would keep the state for ever,
 * and a standby would look on.
 */

const everyMs = 1_000;

/** Shows other threads that the loop of this one moves. */
export class Pulse {
  readonly counter = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #clock: Clock;
  #timer: TimerHandle;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#timer = this.#next();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #next(): TimerHandle {
    return this.#clock.setTimer(everyMs, () => {
      Atomics.add(new Int32Array(this.counter), 0, 1);
      this.#timer = this.#next();
    });
  }
}

/** Feels the pulse of another thread; asked more often than it is to fall silent. */
export class PulseMonitor implements EngineLoop {
  readonly #view: Int32Array;
  readonly #clock: Clock;
  readonly #stillAfterMs: number;
  #seen: number;
  #seenAt: number;

  constructor(counter: SharedArrayBuffer, clock: Clock, stillAfterMs: number) {
    this.#view = new Int32Array(counter);
    this.#clock = clock;
    this.#stillAfterMs = stillAfterMs;
    this.#seen = Atomics.load(this.#view, 0);
    this.#seenAt = clock.monotonic();
  }

  /** Whether the loop has moved within the time that it may stand still. */
  get moves(): boolean {
    const now = this.#clock.monotonic();
    const count = Atomics.load(this.#view, 0);
    if (count !== this.#seen) {
      this.#seen = count;
      this.#seenAt = now;
    }
    return now - this.#seenAt < this.#stillAfterMs;
  }

  end({ code, message }: WeirError): void {
    const line = { level: 'error', time: new Date(this.#clock.now()).toISOString(), code };
    // Past the streams of this process, which are written by the loop that stands still.
    writeSync(2, `${JSON.stringify({ ...line, msg: `${message}; its loop stands still` })}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}
