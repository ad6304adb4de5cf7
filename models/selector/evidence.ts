/**
 * What is known of how well each model of a persona does, by days of event time.
 *
 * - S1 The loss of a score is its log loss, clipped, as a share of the worst there is. Most
 *   transactions never get a label, so each counts as legitimate from the start, and a fraud's label
 *   corrects it by the difference; the other way round if a label is taken back. Duplicates of a
 *   label make no difference, hence no correction.
 * - S2 A day is settled when it is `maturityDays` old, all models at once. Until then only part of its
 *   frauds is known, the others count as legitimate, which would be held against whoever saw them.
 *   So each known one counts for `1 / knownShare`, and labels that come later count no more
 *   (weighting by inverse probability; Horvitz and Thompson 1952).
 * - S3 Settled days fade by `discount` a day. Corrections that come later still are weighted as their
 *   day is by then.
 * - S4 Models are compared by their differences on the same transactions: most of the noise is common
 *   to all and cancels out. With `bandit` only the served model's loss is taken, and nothing pairs.
 */

export interface EvidenceOptions {
  readonly models: number;
  readonly maturityDays: number;
  /** Weight of a settled day against the day after it. */
  readonly discount: number;
}

/** Sums over transactions; a pair (i, j), i < j, has its place by `pairIndex`. */
export interface Sums {
  /** By model: transactions with a loss. */
  readonly count: Float64Array;
  readonly loss: Float64Array;
  /** By pair: squares of the differences of losses. */
  readonly squares: Float64Array;
  /** By pair, of a model with itself too (`productIndex`): products of errors, for a blend. */
  readonly products: Float64Array;
  /** By model: frauds that its scores expected, and those that there were. */
  readonly expected: Float64Array;
  readonly seen: Float64Array;
}

export const sumKeys = ['count', 'loss', 'squares', 'products', 'expected', 'seen'] as const;

/** All of it as plain numbers: what a state holds. */
export interface Evidence {
  /** Newest day seen, days since 1970-01-01 UTC; null before the first. */
  newestDay: number | null;
  readonly settled: Sums;
  /** Days that are not mature yet. */
  readonly open: Map<number, Sums>;
}

export function emptyEvidence({ models }: EvidenceOptions): Evidence {
  return { newestDay: null, settled: emptySums(models), open: new Map() };
}

/** One transaction's scores; NaN for a model that gave none. */
export interface Outcome {
  readonly day: number;
  readonly scores: readonly number[];
  /** Bandit mode: the only model that is credited; null: all are. */
  readonly only: number | null;
}

/** Counts a new transaction as legitimate (S1), and settles what is mature by its day (S2). */
export function addOutcome(evidence: Evidence, options: EvidenceOptions, outcome: Outcome): void {
  settleUpTo(evidence, options, outcome.day);
  apply(evidence, options, outcome, 1, false);
}

/**
 * A label says that the transaction was a fraud, or takes that back (`fraud` false). `weight`: how
 * many frauds it stands for, the same both times.
 */
export function correctOutcome(
  evidence: Evidence,
  options: EvidenceOptions,
  outcome: Outcome,
  fraud: boolean,
  weight = 1,
): void {
  apply(evidence, options, outcome, -weight, !fraud);
  apply(evidence, options, outcome, weight, fraud);
}

/** Settles every day that is mature when `day` has begun. */
export function settleUpTo(evidence: Evidence, options: EvidenceOptions, day: number): void {
  const newest = evidence.newestDay;
  if (newest !== null && day <= newest) return;
  evidence.newestDay = day;
  if (newest === null) return;
  const { settled, open } = evidence;
  scale(settled, options.discount ** (day - newest));
  for (const [cohort, sums] of open) {
    if (day - cohort < options.maturityDays) continue;
    add(settled, sums, weightOf(cohort, day, options));
    open.delete(cohort);
  }
}

/** Score minus truth; a model that gave no probability is as wrong as can be. */
function errorOf(score: number, fraud: boolean): number {
  if (!(score >= 0 && score <= 1)) return fraud ? -1 : 1;
  return fraud ? score - 1 : score;
}

/** A probability of what happened below this is as wrong as can be. */
const leastProbability = 1e-4;

/** In 0..1; a model that gave no probability has the worst loss there is. */
export function lossOf(score: number, fraud: boolean): number {
  if (!(score >= 0 && score <= 1)) return 1;
  const said = Math.min(1, Math.max(leastProbability, fraud ? score : 1 - score));
  return Math.log(said) / Math.log(leastProbability);
}

export function pairIndex(models: number, i: number, j: number): number {
  const [low, high] = i < j ? [i, j] : [j, i];
  return low * models - (low * (low + 1)) / 2 + (high - low - 1);
}

/** As `pairIndex`, with a place for each model's pair with itself. */
export function productIndex(models: number, i: number, j: number): number {
  const [low, high] = i < j ? [i, j] : [j, i];
  return low * models - (low * (low - 1)) / 2 + (high - low);
}

export function emptySums(models: number): Sums {
  return {
    count: new Float64Array(models),
    loss: new Float64Array(models),
    squares: new Float64Array((models * (models - 1)) / 2),
    products: new Float64Array((models * (models + 1)) / 2),
    expected: new Float64Array(models),
    seen: new Float64Array(models),
  };
}

/** `into += weight * sums`. */
export function add(into: Sums, sums: Sums, weight: number): void {
  for (const key of sumKeys) {
    for (let i = 0; i < into[key].length; i++) into[key][i]! += weight * sums[key][i]!;
  }
}

function scale(sums: Sums, factor: number): void {
  for (const key of sumKeys) {
    for (let i = 0; i < sums[key].length; i++) sums[key][i]! *= factor;
  }
}

/** Of a settled day, as of `day`: 1 when it has just matured. */
function weightOf(cohort: number, day: number, options: EvidenceOptions): number {
  return options.discount ** Math.max(0, day - cohort - options.maturityDays);
}

function apply(
  evidence: Evidence,
  options: EvidenceOptions,
  { day, scores, only }: Outcome,
  factor: number,
  fraud: boolean,
): void {
  const newest = evidence.newestDay ?? day;
  let sums = evidence.settled;
  let weight = factor * weightOf(day, newest, options);
  if (newest - day < options.maturityDays) {
    weight = factor;
    sums = evidence.open.get(day) ?? emptySums(options.models);
    evidence.open.set(day, sums);
  }
  for (let i = 0; i < options.models; i++) {
    if (only !== null && only !== i) continue;
    const loss = lossOf(scores[i]!, fraud);
    const error = errorOf(scores[i]!, fraud);
    sums.count[i]! += weight;
    sums.loss[i]! += weight * loss;
    // One that gave no probability expected nothing and saw nothing.
    if (scores[i]! >= 0 && scores[i]! <= 1) {
      sums.expected[i]! += weight * scores[i]!;
      if (fraud) sums.seen[i]! += weight;
    }
    if (only !== null) continue;
    for (let j = i; j < options.models; j++) {
      const product = error * errorOf(scores[j]!, fraud);
      sums.products[productIndex(options.models, i, j)]! += weight * product;
      if (j === i) continue;
      const difference = loss - lossOf(scores[j]!, fraud);
      sums.squares[pairIndex(options.models, i, j)]! += weight * difference ** 2;
    }
  }
}
