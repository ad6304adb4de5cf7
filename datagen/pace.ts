import { type WorldOptions, transactionsPerDay } from './options.ts';
import { dayMs } from './transaction.ts';

/** How fast the stream is let out, in the time of this machine. */
export type PaceOptions =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'rate'; readonly perSecond: number }
  | {
      readonly kind: 'speed';
      readonly simulatedMs: number;
      readonly wallMs: number;
      /** Transactions a second at most. */
      readonly perSecond?: number;
    };

/** As much as one core of the application scores, for a pace that only it limits. */
const unlimitedPerSecond = 2_000;

/** How long so much event time with so many transactions takes in the time of this machine. */
export function durationMs(options: PaceOptions, eventMs: number, transactions: number): number {
  const perSecond = options.kind === 'unlimited' ? unlimitedPerSecond : options.perSecond;
  const byRateMs = perSecond === undefined ? 0 : (transactions / perSecond) * 1000;
  if (options.kind !== 'speed') return byRateMs;
  return Math.max(byRateMs, (options.wallMs / options.simulatedMs) * eventMs);
}

/**
 * About how long a simulated day takes. Whoever keeps something for some days of event time by a
 * clock of the wall needs it.
 */
export function wallMsPerDay(options: PaceOptions, world: WorldOptions): number {
  return durationMs(options, dayMs, transactionsPerDay(world));
}

/**
 * Says whether the next transaction is due. It counts from `restart`, so that a pause (back-pressure,
 * a laptop that slept) is not made up for by a burst.
 */
export class Pace {
  readonly #options: PaceOptions;
  #startedMs = 0;
  #startEventMs = 0;
  #transactions = 0;

  constructor(options: PaceOptions) {
    this.#options = options;
  }

  /** Begins anew: `eventMs` is the event time that is due at `nowMs`. */
  restart(nowMs: number, eventMs: number): void {
    this.#startedMs = nowMs;
    this.#startEventMs = eventMs;
    this.#transactions = 0;
  }

  /** Milliseconds until an event at `eventMs` is due; 0 if it is. */
  waitMs(nowMs: number, eventMs: number): number {
    return Math.max(0, this.#dueMs(eventMs) - (nowMs - this.#startedMs));
  }

  /** Milliseconds by which an event at `eventMs` that is let out now is late. */
  lagMs(nowMs: number, eventMs: number): number {
    if (this.#options.kind === 'unlimited') return 0;
    return Math.max(0, nowMs - this.#startedMs - this.#dueMs(eventMs));
  }

  /** Since `restart`. */
  #dueMs(eventMs: number): number {
    const options = this.#options;
    if (options.kind === 'unlimited') return 0;
    const { perSecond } = options;
    const byRateMs = perSecond === undefined ? 0 : (this.#transactions * 1000) / perSecond;
    if (options.kind === 'rate') return byRateMs;
    const bySpeedMs = ((eventMs - this.#startEventMs) * options.wallMs) / options.simulatedMs;
    return Math.max(byRateMs, bySpeedMs);
  }

  /** A transaction was let out. */
  count(): void {
    this.#transactions++;
  }
}
