/** What was said and what came, of the transactions whose scores lie between two bounds. */
export interface ReliabilityBin {
  /** Scores from here, */
  readonly from: number;
  /** to below here; 1 itself lies in the last bin. */
  readonly to: number;
  readonly transactions: number;
  readonly frauds: number;
  /** Mean score. */
  readonly said: number;
  /** Share of frauds. */
  readonly came: number;
  /** Where the share lies with 95 % confidence: with one fraud in a hundred bins hold few of them. */
  readonly low: number;
  readonly high: number;
}

/**
 * Closer together towards 0, where nearly all scores are: of ten bins of equal width the first would
 * hold everything, and a model that says 0.5 % where 2 % come would look right.
 */
const bounds = [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];
const z = 1.96;

/** The reliability diagram of scores against their labels (1 for fraud); empty bins are left out. */
export function reliability(scores: Float64Array, labels: Uint8Array): ReliabilityBin[] {
  const bins = bounds.slice(1).map(() => ({ transactions: 0, frauds: 0, sum: 0 }));
  for (const [i, score] of scores.entries()) {
    const bin = bins[binOf(score)]!;
    bin.transactions++;
    bin.frauds += labels[i]!;
    bin.sum += score;
  }
  return bins.flatMap(({ transactions, frauds, sum }, i) => {
    if (transactions === 0) return [];
    const figures = { transactions, frauds, said: sum / transactions };
    const range = { from: bounds[i]!, to: bounds[i + 1]! };
    return [{ ...range, ...figures, ...shareOf(frauds, transactions) }];
  });
}

function binOf(score: number): number {
  let bin = 0;
  while (bin < bounds.length - 2 && score >= bounds[bin + 1]!) bin++;
  return bin;
}

/** A share with its Wilson interval, which is sound for shares near 0 too. */
function shareOf(frauds: number, n: number): { came: number; low: number; high: number } {
  const came = frauds / n;
  const middle = (came + z ** 2 / (2 * n)) / (1 + z ** 2 / n);
  const half = (z / (1 + z ** 2 / n)) * Math.sqrt((came * (1 - came)) / n + z ** 2 / (4 * n ** 2));
  return { came, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
