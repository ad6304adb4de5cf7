import { dayMs } from '#models/features/transaction.ts';
import { averagePrecision, brierScore, calibrationError } from '#models/metrics.ts';
import { reliability } from '#models/reliability.ts';
import { selectorDefaults } from '#models/selector/selector.ts';
import type { ModelQuality, Score } from './frame.ts';

/** As the selectors do: a day counts as labelled when it is so old. */
const { maturityDays } = selectorDefaults;
/** So many mature days are looked at. */
const windowDays = 7;
/** Of a day at most its first so many transactions are kept. */
const perDayMax = 10_000;
/** Below, figures would be chance. */
const leastFrauds = 10;

interface Kept {
  readonly byModel: Readonly<Record<string, number>>;
  fraud: boolean;
}

/** One day's transactions, by id. */
type Day = Map<string, Kept>;

/**
 * How good each model is on the days whose labels are mature: average precision, Brier score and
 * calibration of its scores against the labels that came, with its curve. Computed once a day of
 * event time, on the transactions that this console saw; what has no label by then counts as
 * legitimate.
 */
export class QualityBoard {
  private readonly days = new Map<number, Day>();
  private newestDay = -1;
  private quality: readonly ModelQuality[] = [];

  get rows(): readonly ModelQuality[] {
    return this.quality;
  }

  add({ transactionId, atMs, byModel }: Score): void {
    if (Object.keys(byModel).length === 0) return;
    const number = Math.floor(atMs / dayMs);
    if (number > this.newestDay) this.begin(number);
    if (number <= this.newestDay - maturityDays - windowDays) return;
    let day = this.days.get(number);
    if (day === undefined) this.days.set(number, (day = new Map<string, Kept>()));
    if (day.size < perDayMax) day.set(transactionId, { byModel, fraud: false });
  }

  label(transactionId: string, fraud: boolean): void {
    for (const day of this.days.values()) {
      const kept = day.get(transactionId);
      if (kept === undefined) continue;
      kept.fraud = fraud;
      return;
    }
  }

  private begin(day: number): void {
    this.newestDay = day;
    for (const old of this.days.keys()) {
      if (old <= day - maturityDays - windowDays) this.days.delete(old);
    }
    const mature = [...this.days].filter(([number]) => number <= day - maturityDays);
    const rows = mature.flatMap(([, kept]) => [...kept.values()]);
    const names = new Set<string>();
    for (const { byModel } of rows) for (const name of Object.keys(byModel)) names.add(name);
    this.quality = [...names].sort().map((name) => qualityOf(name, rows, mature.length));
  }
}

function qualityOf(name: string, rows: readonly Kept[], days: number): ModelQuality {
  const own = rows.filter(({ byModel }) => byModel[name] !== undefined);
  const scores = Float64Array.from(own, ({ byModel }) => byModel[name]!);
  const labels = Uint8Array.from(own, ({ fraud }) => (fraud ? 1 : 0));
  const frauds = labels.reduce((sum, label) => sum + label, 0);
  const base = { name, days, transactions: own.length, frauds };
  if (frauds < leastFrauds) {
    return { ...base, averagePrecision: null, brier: null, calibrationError: null, curve: null };
  }
  return {
    ...base,
    averagePrecision: averagePrecision(scores, labels),
    brier: brierScore(scores, labels),
    calibrationError: calibrationError(scores, labels),
    curve: reliability(scores, labels),
  };
}
