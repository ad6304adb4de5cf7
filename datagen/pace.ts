import { type WorldOptions, transactionsPerDay } from './options.ts';
import { dayMs } from './transaction.ts';

/** How fast the stream is let out, in the time of this machine. */
export type PaceOptions =
  | { readonly kind: 'unlimited' }
  | { readonly kind: 'rate'; readonly perSecond: number }
  | { readonly kind: 'speed'; readonly simulatedMs: number; readonly wallMs: number };

/** As much as one core of the application scores, for a pace that only it limits. */
const unlimitedPerSecond = 2_000;

/**
 * About how long a simulated day takes in the time of this machine. Whoever keeps something for
 * some days of event time by a clock of the wall needs it.
 */
export function wallMsPerDay(options: PaceOptions, world: WorldOptions): number {
  if (options.kind === 'speed') return (options.wallMs / options.simulatedMs) * dayMs;
  const perSecond = options.kind === 'rate' ? options.perSecond : unlimitedPerSecond;
  return (transactionsPerDay(world) / perSecond) * 1000;
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
    const elapsedMs = nowMs - this.#startedMs;
    const options = this.#options;
    switch (options.kind) {
      case 'unlimited':
        return 0;
      case 'rate':
        return Math.max(0, (this.#transactions * 1000) / options.perSecond - elapsedMs);
      case 'speed': {
        const wallPerSimulated = options.wallMs / options.simulatedMs;
        return Math.max(0, (eventMs - this.#startEventMs) * wallPerSimulated - elapsedMs);
      }
    }
  }

  /** A transaction was let out. */
  count(): void {
    this.#transactions++;
  }
}
