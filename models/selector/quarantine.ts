/**
 * Sees without any label that a model has stopped making sense. Calibrated models agree on how much
 * fraud there is, if on nothing else: one whose scores are on another level than the others' is
 * broken, and is not served while that lasts. Labels would show it too, but a week later.
 */

/** A fading mean of each model's scores. */
export interface Levels {
  /** Transactions in it, up to `windowTransactions`. */
  count: number;
  /** By model. */
  readonly means: Float64Array;
}

const windowTransactions = 200;
/** Fewer say nothing. */
const leastTransactions = 50;
/** So many times the median of all models, and at least `tooHighFrom`. */
const tooHighFactor = 10;
const tooHighFrom = 0.1;
const tooLowFactor = 50;

export function emptyLevels(models: number): Levels {
  return { count: 0, means: new Float64Array(models) };
}

/** Takes a transaction's scores in; a model that gave none keeps its level. */
export function addToLevels(levels: Levels, scores: readonly number[]): void {
  levels.count = Math.min(windowTransactions, levels.count + 1);
  for (let i = 0; i < levels.means.length; i++) {
    const score = scores[i]!;
    if (score >= 0 && score <= 1) levels.means[i]! += (score - levels.means[i]!) / levels.count;
  }
}

/** By model, whether it is on no level that could be right. */
export function quarantined({ count, means }: Levels): boolean[] {
  if (count < leastTransactions) return Array.from(means, () => false);
  const median = means.toSorted()[means.length >> 1]!;
  return Array.from(means, (mean) => {
    const tooHigh = mean > tooHighFrom && mean > tooHighFactor * median;
    return tooHigh || mean * tooLowFactor < median;
  });
}
