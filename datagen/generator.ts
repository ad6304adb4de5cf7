/**
 * The generator process without its command line: lets the stream out at a pace into two event
 * logs, or whatever else is an outlet.
 *
 * - G1 The logs are prefixes of one stream that is a function of the options alone; the position
 *   is the end of the logs. A kill at any moment loses and doubles nothing.
 * - G2 A label is written after its transaction, and when event time has reached it.
 * - G3 No more than the backlog limit lies unconsumed, and memory does not grow.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StreamIdentity } from './checkpoint.ts';
import { type DayEvent, eventStream } from './event-stream.ts';
import type { Outlet, RecordEvent } from './outlet.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { pause } from './pause.ts';
import { createWorld } from './world.ts';

export interface GeneratorOptions {
  readonly stream: StreamIdentity;
  /** Stops at the beginning of this day (days since 1970-01-01 UTC); null: endless. */
  readonly endDay: number | null;
  readonly pace: PaceOptions;
  /** Bytes that may lie unconsumed in the outlet; infinity for no limit. */
  readonly maxBacklogBytes: number;
}

export interface Progress {
  /** Event time reached, ms since 1970 UTC. */
  readonly eventMs: number;
  /** Transactions and labels written by this process. */
  readonly transactions: number;
  readonly labels: number;
  /** Transactions of the stream so far, those of earlier processes included. */
  readonly transactionsInAll: number;
  readonly backlogBytes: number;
  /** Milliseconds by which the stream is behind its pace; 0 where it goes as fast as it can. */
  readonly lagMs: number;
  /** `waiting`: too much is unconsumed, or the outlet takes nothing. */
  readonly state: 'resuming' | 'running' | 'waiting';
  /** Why the outlet takes nothing; null: nothing is in the way. */
  readonly problem: string | null;
}

/** Event loop turns, and so signals, come between so many events. */
const eventsPerTurn = 2_000;
/** A pause shorter than a timer can keep would cost more than it paces. */
const shortestPauseMs = 5;
const flushBytes = 256 * 1024;
const backlogCheckMs = 250;

export class Generator {
  readonly #options: GeneratorOptions;
  readonly #outlet: Outlet;
  readonly #pace: Pace;
  #eventMs: number;
  #transactionsWritten = 0;
  #labelsWritten = 0;
  #transactionsInAll: number;
  #backlogBytes = 0;
  #backlogCheckedMs = -Infinity;
  #state: Progress['state'] = 'resuming';

  /** `outlet` is closed at the end of `run`. */
  constructor(options: GeneratorOptions, outlet: Outlet) {
    this.#options = options;
    this.#outlet = outlet;
    this.#pace = new Pace(options.pace);
    this.#transactionsInAll = outlet.start?.transaction ?? 0;
    this.#eventMs = (outlet.start?.day ?? options.stream.firstDay) * 86_400_000;
  }

  get progress(): Progress {
    const { problem } = this.#outlet;
    return {
      eventMs: this.#eventMs,
      transactions: this.#transactionsWritten,
      labels: this.#labelsWritten,
      transactionsInAll: this.#transactionsInAll,
      backlogBytes: this.#backlogBytes,
      lagMs: this.#state === 'resuming' ? 0 : this.#pace.lagMs(performance.now(), this.#eventMs),
      state: problem === null ? this.#state : 'waiting',
      problem,
    };
  }

  /** Runs until the last day is written or the signal aborts; everything is let out. */
  async run(signal: AbortSignal): Promise<void> {
    const world = createWorld(this.#options.stream);
    const position = this.#outlet.start ?? undefined;
    const events = eventStream(world, this.#options.stream.firstDay, position);
    try {
      for (let turn = 1; !signal.aborted; turn++) {
        const event = events.next().value;
        if (event.kind === 'day') {
          if (this.#options.endDay !== null && event.day >= this.#options.endDay) break;
          await this.#beginDay(event, signal);
          continue;
        }
        if (!(await this.#whenDue(event, signal))) break;
        this.#write(event);
        if (this.#outlet.pendingBytes >= flushBytes) await this.#outlet.flush(signal);
        if (turn % eventsPerTurn === 0) await this.#breathe(signal);
      }
      await this.#outlet.flush(signal);
    } finally {
      await this.#outlet.close();
    }
  }

  /** Waits for the event's time; false if the signal came first. */
  async #whenDue(event: RecordEvent, signal: AbortSignal): Promise<boolean> {
    // What is there already is passed over at full speed.
    if (this.#outlet.holds(event)) return true;
    if (this.#state === 'resuming') {
      this.#state = 'running';
      this.#pace.restart(performance.now(), event.atMs);
    }
    for (;;) {
      const waitMs = this.#pace.waitMs(performance.now(), event.atMs);
      if (waitMs === 0) return true;
      await this.#breathe(signal);
      await pause(Math.max(shortestPauseMs, Math.min(waitMs, backlogCheckMs)), signal);
      if (signal.aborted) return false;
    }
  }

  #write(event: RecordEvent): void {
    this.#eventMs = event.atMs;
    this.#outlet.write(event);
    if (event.kind === 'transaction') this.#transactionsInAll = event.transaction + 1;
    if (this.#state === 'resuming') return;
    if (event.kind === 'transaction') {
      this.#pace.count();
      this.#transactionsWritten++;
    } else this.#labelsWritten++;
  }

  /** Writes what is pending, gives way to signals, and waits while the backlog is too large (G3). */
  async #breathe(signal: AbortSignal): Promise<void> {
    await this.#outlet.flush(signal);
    await nextTurn();
    const overdue = performance.now() - this.#backlogCheckedMs >= backlogCheckMs;
    if (!overdue || this.#state === 'resuming') return;
    while ((await this.#measureBacklog()) > this.#options.maxBacklogBytes && !signal.aborted) {
      this.#state = 'waiting';
      await pause(backlogCheckMs, signal);
    }
    if (this.#state === 'waiting') this.#pace.restart(performance.now(), this.#eventMs);
    this.#state = 'running';
  }

  async #measureBacklog(): Promise<number> {
    this.#backlogBytes = await this.#outlet.backlogBytes();
    this.#backlogCheckedMs = performance.now();
    return this.#backlogBytes;
  }

  async #beginDay(event: DayEvent, signal: AbortSignal): Promise<void> {
    if (this.#state !== 'resuming') await this.#outlet.beginDay(event, signal);
  }
}
