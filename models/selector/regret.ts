/**
 * What serving has cost so far, against what the best single model would have: sums of losses as
 * they are known by now. Every transaction counts as legitimate until its label says otherwise, for
 * all models alike.
 */
import { lossOf } from './evidence.ts';

/** By model, and behind them what was served. */
export type Totals = Float64Array;

export function emptyTotals(models: number): Totals {
  return new Float64Array(models + 1);
}

/** `sign` -1 takes what was counted back. */
export function addToTotals(
  totals: Totals,
  scores: readonly number[],
  served: number,
  fraud: boolean,
  sign: 1 | -1,
): void {
  for (let i = 0; i < scores.length; i++) totals[i]! += sign * lossOf(scores[i]!, fraud);
  totals[scores.length]! += sign * lossOf(served, fraud);
}

/**
 * The loss of what was served beyond that of the best single model in hindsight, as a share of the
 * latter: 0.02 is 2 % more. Below 0 where choosing did better than any model alone. Null before
 * there is any loss.
 */
export function regretOf(totals: Totals): number | null {
  const models = totals.length - 1;
  const best = Math.min(...totals.subarray(0, models));
  return best > 0 ? totals[models]! / best - 1 : null;
}
