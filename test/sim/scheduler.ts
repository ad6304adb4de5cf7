import type { Clock, Random, TimerHandle } from '#runtime/ports/clock.ts';

/**
 * One seeded source of order: virtual time, and what happens next. Everything that a simulated
 * runtime waits for (timers, the store, functions, sources) is an event in here, so the same seed
 * gives the same run.
 */
export class Scheduler {
  nowMs = 0;
  steps = 0;
  readonly random: SeededRandom;
  #events: Event[] = [];
  #order = 0;
  /** FNV-1a over everything that happened, in order. */
  #hash = 0x811c9dc5;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  /** Runs `action` after `delayMs` of virtual time, unless `alive` says no by then. */
  after(delayMs: number, label: string, action: () => void): Event {
    const event = { at: this.nowMs + delayMs, order: this.#order++, label, action, gone: false };
    this.#events.push(event);
    let index = this.#events.length - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(event, this.#events[parent] as Event)) break;
      this.#events[index] = this.#events[parent] as Event;
      index = parent;
    }
    this.#events[index] = event;
    return event;
  }

  /** Lets the next thing happen; false if nothing is left to happen. */
  async step(): Promise<boolean> {
    const event = this.#take();
    if (event === null) return false;
    this.nowMs = Math.max(this.nowMs, event.at);
    this.steps++;
    this.trace(event.label);
    event.action();
    await settled();
    return true;
  }

  trace(text: string): void {
    for (let i = 0; i < text.length; i++) {
      this.#hash = Math.imul(this.#hash ^ text.charCodeAt(i), 0x01000193);
    }
    this.#hash = Math.imul(this.#hash ^ Math.floor(this.nowMs * 1000), 0x01000193);
  }

  get traceHash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, '0');
  }

  #take(): Event | null {
    for (;;) {
      const first = this.#events[0];
      if (first === undefined) return null;
      const last = this.#events.pop() as Event;
      if (last !== first) this.#sink(last);
      if (!first.gone) return first;
    }
  }

  #sink(event: Event): void {
    const events = this.#events;
    let index = 0;
    for (;;) {
      let child = index * 2 + 1;
      if (child >= events.length) break;
      const right = child + 1;
      if (right < events.length && before(events[right] as Event, events[child] as Event)) {
        child = right;
      }
      if (!before(events[child] as Event, event)) break;
      events[index] = events[child] as Event;
      index = child;
    }
    events[index] = event;
  }
}

export interface Event {
  readonly at: number;
  readonly order: number;
  readonly label: string;
  readonly action: () => void;
  gone: boolean;
}

function before(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Everything that was waiting on a promise has run when this resolves. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** sfc32 (Chris Doty-Humphrey's PractRand), seeded with one number. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(seed: number) {
    this.#a = seed | 0;
    this.#b = Math.imul(seed, 0x9e3779b1) | 0;
    this.#c = 0x243f6a88;
    for (let i = 0; i < 12; i++) this.next();
  }

  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  }

  hex(bytes: number): string {
    let text = '';
    for (let i = 0; i < bytes; i++) text += this.below(256).toString(16).padStart(2, '0');
    return text;
  }

  /** A whole number from 0 to `end` - 1. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Exponentially distributed. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

/** The clock of one process: shared time, timers that die with the process. */
export class SimClock implements Clock {
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #wall: { offsetMs: number };

  constructor(scheduler: Scheduler, life: Life, wall: { offsetMs: number }) {
    this.#scheduler = scheduler;
    this.#life = life;
    this.#wall = wall;
  }

  now(): number {
    return 1_600_000_000_000 + this.#wall.offsetMs + this.#scheduler.nowMs;
  }

  monotonic(): number {
    return this.#scheduler.nowMs;
  }

  setTimer(delayMs: number, action: () => void): TimerHandle {
    const event = this.#scheduler.after(Math.max(0, delayMs), 'timer', () => {
      this.#life.run(action);
    });
    return { cancel: () => (event.gone = true) };
  }
}

/**
 * One process: as long as it is alive its events run; while it is frozen (SIGSTOP) they wait; once
 * it is dead they never run, and promises it waits for stay open for ever.
 */
export class Life {
  alive = true;
  wasFrozen = false;
  #frozen: (() => void)[] | null = null;

  run(action: () => void): void {
    if (!this.alive) return;
    if (this.#frozen !== null) this.#frozen.push(action);
    else action();
  }

  freeze(): void {
    this.wasFrozen = true;
    this.#frozen ??= [];
  }

  thaw(): void {
    const waiting = this.#frozen ?? [];
    this.#frozen = null;
    for (const action of waiting) this.run(action);
  }

  kill(): void {
    this.alive = false;
  }
}
