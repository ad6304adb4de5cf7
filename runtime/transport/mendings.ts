/** More of one request say more of that one than of all. */
const failuresMax = 30;
/** The share of healthy addresses that may be taken for poisoned ones. */
const mistakes = 1e-6;

interface Span {
  /** Requests that failed first and were answered then. */
  mended: number;
  /** The failures of these beyond their first ones. */
  failedAgain: number;
}

/**
 * How often requests fail that are answered in the end. Behind an address with several servers of
 * which one fails, everybody fails now and then, some of them many times in a row, while others are
 * answered: by that alone such an outage would park healthy addresses (E8).
 *
 * Kept for one to three budgets: what was before says nothing of now.
 */
export class Mendings {
  readonly #spanMs: number;
  #since = -Infinity;
  #now: Span = { mended: 0, failedAgain: 0 };
  #before: Span = { mended: 0, failedAgain: 0 };

  constructor(budgetMs: number) {
    this.#spanMs = budgetMs;
  }

  /** A request was answered that had failed `failures` times, at least once. */
  add(failures: number, nowMs: number): void {
    this.#turn(nowMs);
    this.#now.mended++;
    this.#now.failedAgain += Math.min(failures, failuresMax) - 1;
  }

  /**
   * Whether so many failures in a row may have met somebody healthy. The chance that one more try
   * fails, estimated from n tries of which k failed as (k + 1/2) / (n + 1) (Krichevsky and Trofimov,
   * 1981), to the power of their number. Where nobody was mended, nothing speaks for it.
   */
  explain(failures: number, nowMs: number): boolean {
    this.#turn(nowMs);
    const mended = this.#now.mended + this.#before.mended;
    if (mended === 0) return false;
    const failed = this.#now.failedAgain + this.#before.failedAgain;
    return ((failed + 0.5) / (failed + mended + 1)) ** failures > mistakes;
  }

  #turn(nowMs: number): void {
    const passed = nowMs - this.#since;
    if (passed < this.#spanMs) return;
    this.#before = passed < 2 * this.#spanMs ? this.#now : { mended: 0, failedAgain: 0 };
    this.#now = { mended: 0, failedAgain: 0 };
    this.#since = nowMs;
  }
}
