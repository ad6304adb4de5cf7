/**
 * The generator process without its command line: lets the stream out at a pace into the two
 * event logs.
 *
 * - G1 The logs are prefixes of one stream that is a function of the options alone; the position
 *   is the end of the logs. A kill at any moment loses and doubles nothing.
 * - G2 A label is written after its transaction, and when event time has reached it.
 * - G3 No more than the backlog limit lies unconsumed, and memory does not grow.
 */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import {
  type Checkpoint,
  type StreamIdentity,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.ts';
import { EventLog } from './event-log.ts';
import { type DayEvent, type StreamEvent, eventStream } from './event-stream.ts';
import { Pace, type PaceOptions } from './pace.ts';
import { feedbackLine, transactionLine } from './records.ts';
import { createWorld } from './world.ts';

export interface GeneratorOptions {
  readonly stream: StreamIdentity;
  /** Event log folders. */
  readonly transactions: string;
  readonly feedback: string;
  readonly checkpoint: string;
  /** Stops at the beginning of this day (days since 1970-01-01 UTC); null: endless. */
  readonly endDay: number | null;
  readonly pace: PaceOptions;
  /** Bytes of both folders together; infinity for no limit. */
  readonly maxBacklogBytes: number;
  readonly rollBytes?: number;
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
  readonly state: 'resuming' | 'running' | 'waiting';
}

/** Event loop turns, and so signals, come between so many events. */
const eventsPerTurn = 2_000;
/** A pause shorter than a timer can keep would cost more than it paces. */
const shortestPauseMs = 5;
const flushBytes = 256 * 1024;
const backlogCheckMs = 250;
const checkpointMs = 5_000;

export class Generator {
  readonly #options: GeneratorOptions;
  readonly #transactions: EventLog;
  readonly #feedback: EventLog;
  readonly #pace: Pace;
  readonly #start: Checkpoint | null;
  #eventMs: number;
  #transactionsWritten = 0;
  #labelsWritten = 0;
  #transactionsInAll: number;
  #backlogBytes = 0;
  #backlogCheckedMs = -Infinity;
  #checkpointedMs = -Infinity;
  #state: Progress['state'] = 'resuming';

  /** Opens both logs and finds the position. Throws WEIR_DATAGEN_* errors. */
  constructor(options: GeneratorOptions) {
    this.#options = options;
    const roll = options.rollBytes === undefined ? {} : { rollBytes: options.rollBytes };
    const checkpoint = readCheckpoint(options.checkpoint, options.stream);
    this.#transactions = new EventLog(options.transactions, roll);
    this.#feedback = new EventLog(options.feedback, roll);
    const usable =
      checkpoint !== null &&
      checkpoint.transactionsOffset <= this.#transactions.end &&
      checkpoint.feedbackOffset <= this.#feedback.end;
    this.#start = usable ? checkpoint : null;
    this.#transactions.startAt(this.#start?.transactionsOffset ?? 0);
    this.#feedback.startAt(this.#start?.feedbackOffset ?? 0);
    this.#pace = new Pace(options.pace);
    this.#transactionsInAll = this.#start?.transaction ?? 0;
    this.#eventMs = (this.#start?.day ?? options.stream.firstDay) * 86_400_000;
  }

  get progress(): Progress {
    return {
      eventMs: this.#eventMs,
      transactions: this.#transactionsWritten,
      labels: this.#labelsWritten,
      transactionsInAll: this.#transactionsInAll,
      backlogBytes: this.#backlogBytes,
      state: this.#state,
    };
  }

  /** Runs until the last day is written or the signal aborts; everything given out is on disk. */
  async run(signal: AbortSignal): Promise<void> {
    const world = createWorld(this.#options.stream);
    const position = this.#start ?? undefined;
    const events = eventStream(world, this.#options.stream.firstDay, position);
    try {
      for (let turn = 1; !signal.aborted; turn++) {
        const event = events.next().value;
        if (event.kind === 'day') {
          if (this.#options.endDay !== null && event.day >= this.#options.endDay) break;
          this.#beginDay(event);
          continue;
        }
        if (!(await this.#whenDue(event, signal))) break;
        this.#write(event);
        if (turn % eventsPerTurn === 0) await this.#breathe(signal);
      }
      this.#flush();
    } finally {
      this.#transactions.close();
      this.#feedback.close();
    }
  }

  /** Waits for the event's time; false if the signal came first. */
  async #whenDue(event: StreamEvent, signal: AbortSignal): Promise<boolean> {
    const log = event.kind === 'label' ? this.#feedback : this.#transactions;
    // What the log holds already is passed over at full speed.
    if (log.position < log.end) return true;
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

  #write(event: StreamEvent): void {
    this.#eventMs = event.atMs;
    if (event.kind === 'transaction') {
      this.#transactions.append(transactionLine(event));
      this.#transactionsInAll = event.transaction + 1;
    } else if (event.kind === 'label') {
      this.#feedback.append(feedbackLine(event));
    }
    if (this.#state !== 'resuming') {
      if (event.kind === 'transaction') {
        this.#pace.count();
        this.#transactionsWritten++;
      } else this.#labelsWritten++;
    }
    if (this.#transactions.pendingBytes + this.#feedback.pendingBytes >= flushBytes) this.#flush();
  }

  /** Writes what is pending, gives way to signals, and waits while the backlog is too large (G3). */
  async #breathe(signal: AbortSignal): Promise<void> {
    this.#flush();
    await nextTurn();
    const overdue = performance.now() - this.#backlogCheckedMs >= backlogCheckMs;
    if (!overdue || this.#state === 'resuming') return;
    while (this.#measureBacklog() > this.#options.maxBacklogBytes && !signal.aborted) {
      this.#state = 'waiting';
      await pause(backlogCheckMs, signal);
    }
    if (this.#state === 'waiting') this.#pace.restart(performance.now(), this.#eventMs);
    this.#state = 'running';
  }

  #measureBacklog(): number {
    this.#backlogCheckedMs = performance.now();
    this.#backlogBytes = this.#transactions.backlogBytes() + this.#feedback.backlogBytes();
    return this.#backlogBytes;
  }

  /** Transactions before labels: whoever reads a label finds its transaction (G2). */
  #flush(): void {
    this.#transactions.flush();
    this.#feedback.flush();
  }

  #beginDay(event: DayEvent): void {
    const now = performance.now();
    if (this.#state === 'resuming' || now - this.#checkpointedMs < checkpointMs) return;
    this.#checkpointedMs = now;
    this.#flush();
    this.#transactions.sync();
    this.#feedback.sync();
    writeCheckpoint(this.#options.checkpoint, {
      format: 1,
      stream: this.#options.stream,
      day: event.day,
      transaction: event.transaction,
      transactionsOffset: this.#transactions.position,
      feedbackOffset: this.#feedback.position,
    });
  }
}

async function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(durationMs, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
