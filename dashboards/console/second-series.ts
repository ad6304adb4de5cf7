import type { SecondRow } from './frame.ts';

/** What the page looks back on, and all that is kept per second. */
export const seriesSeconds = 15 * 60;

/**
 * Counts per second of wall-clock time for the last `seconds` seconds, in a ring that never grows.
 */
export class SecondSeries {
  readonly seconds: number;
  private readonly stamps: Float64Array;
  private readonly counts: Float64Array;
  private readonly sums: Float64Array;
  private readonly alerts: Float64Array;

  constructor(seconds: number) {
    this.seconds = seconds;
    this.stamps = new Float64Array(seconds).fill(-1);
    this.counts = new Float64Array(seconds);
    this.sums = new Float64Array(seconds);
    this.alerts = new Float64Array(seconds);
  }

  /** Adds one score to the second (seconds since 1970) in which it was read. */
  add(second: number, score: number, alert: boolean): void {
    const slot = this.slot(second);
    this.counts[slot]! += 1;
    this.sums[slot]! += score;
    if (alert) this.alerts[slot]! += 1;
  }

  /** The rows after `second`, ascending, seconds without a score left out. */
  after(second: number, now: number): SecondRow[] {
    const rows: SecondRow[] = [];
    for (let s = Math.max(second + 1, now - this.seconds + 1); s <= now; s++) {
      const slot = s % this.seconds;
      if (this.stamps[slot] !== s) continue;
      rows.push([s, this.counts[slot]!, round(this.sums[slot]!), this.alerts[slot]!]);
    }
    return rows;
  }

  /** Scores, their sum and the alerts of the `seconds` whole seconds before `now`. */
  total(now: number, seconds: number): { count: number; sum: number; alerts: number } {
    const total = { count: 0, sum: 0, alerts: 0 };
    for (const [, count, sum, alerts] of this.after(now - 1 - seconds, now - 1)) {
      total.count += count;
      total.sum += sum;
      total.alerts += alerts;
    }
    return total;
  }

  restore(rows: readonly SecondRow[]): void {
    for (const [second, count, sum, alerts] of rows) {
      const slot = this.slot(second);
      this.counts[slot] = count;
      this.sums[slot] = sum;
      this.alerts[slot] = alerts;
    }
  }

  private slot(second: number): number {
    const slot = second % this.seconds;
    if (this.stamps[slot] !== second) {
      this.stamps[slot] = second;
      this.counts[slot] = 0;
      this.sums[slot] = 0;
      this.alerts[slot] = 0;
    }
    return slot;
  }
}

function round(sum: number): number {
  return Math.round(sum * 1e4) / 1e4;
}
