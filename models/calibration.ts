/**
 * Turns scores into probabilities that keep their word: isotonic regression by pooling adjacent
 * violators (Barlow et al. 1972), on a later period than the training's. A small part of the score
 * itself is mixed in, so that two transactions keep their order inside a flat step.
 */
import { modelsErrors } from './errors.ts';

/** Ascending scores, and what each means; in between it is interpolated. */
export interface Calibration {
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

const ownShare = 0.005;

/**
 * `weights`: how many transactions each row stands for. Throws WEIR_MODELS_NO_TRAINING without any
 * row.
 */
export function fitCalibration(
  scores: Float64Array,
  labels: Uint8Array,
  weights: Float64Array,
): Calibration {
  if (scores.length === 0) throw modelsErrors.NO_TRAINING('no rows to calibrate with');
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const blocks: { from: number; to: number; weight: number; frauds: number }[] = [];
  for (const row of order) {
    const score = scores[row]!;
    const weight = weights[row]!;
    let block = { from: score, to: score, weight, frauds: weight * labels[row]! };
    for (;;) {
      const before = blocks.at(-1);
      if (before === undefined) break;
      const rising = before.frauds * block.weight < block.frauds * before.weight;
      // Equal scores are one step, whatever their labels.
      if (rising && before.to < block.from) break;
      blocks.pop();
      block = {
        from: before.from,
        to: block.to,
        weight: before.weight + block.weight,
        frauds: before.frauds + block.frauds,
      };
    }
    blocks.push(block);
  }
  const knots = blocks.flatMap(({ from, to, weight, frauds }): [number, number][] => {
    const rate = Math.min(1, frauds / weight);
    return from === to
      ? [[from, rate]]
      : [
          [from, rate],
          [to, rate],
        ];
  });
  return {
    scores: knots.map(([score]) => score),
    probabilities: knots.map(([, rate]) => rate),
  };
}

/** The calibrated probability of a score in 0..1: never falls where the score rises. */
export function calibrated({ scores, probabilities }: Calibration, score: number): number {
  return (1 - ownShare) * interpolated(scores, probabilities, score) + ownShare * score;
}

function interpolated(xs: readonly number[], ys: readonly number[], x: number): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  if (low === 0) return ys[0]!;
  if (low === xs.length) return ys[low - 1]!;
  const [x0, x1] = [xs[low - 1]!, xs[low]!];
  const [y0, y1] = [ys[low - 1]!, ys[low]!];
  // The share first: a product of tiny numbers would lose the digits that keep the order.
  return y0 + (y1 - y0) * ((x - x0) / (x1 - x0));
}

/** Throws WEIR_MODELS_BAD_ARTIFACT for what is no calibration. */
export function loadCalibration(saved: unknown, where: string): Calibration {
  const { scores, probabilities } = (saved ?? {}) as Partial<Calibration>;
  const right =
    rises(scores, true) && rises(probabilities, false) && scores?.length === probabilities?.length;
  if (right) return { scores: scores!, probabilities: probabilities! };
  throw modelsErrors.BAD_ARTIFACT(
    `${where}: calibration must be as many rising scores as probabilities, all in 0..1`,
  );
}

function rises(list: unknown, strictly: boolean): boolean {
  if (!Array.isArray(list) || list.length === 0) return false;
  return list.every((value: unknown, i) => {
    if (typeof value !== 'number' || !(value >= 0 && value <= 1)) return false;
    return i === 0 || value > Number(list[i - 1]) || (!strictly && value === list[i - 1]);
  });
}

/** How late labels of frauds come: the logarithm of the delay in days is normal. */
export interface LabelDelay {
  readonly medianDays: number;
  readonly sigma: number;
  /** Share of the frauds that are confirmed within a day instead; 0 by default. */
  readonly reviewShare?: number;
}

/** Share of the frauds that are known after so many days: the distribution function of the delay. */
export function knownShare(
  { medianDays, sigma, reviewShare = 0 }: LabelDelay,
  ageDays: number,
): number {
  if (ageDays <= 0) return 0;
  const late = Math.log(ageDays / medianDays);
  const reported = sigma === 0 ? Number(late >= 0) : normalDistribution(late / sigma);
  return reviewShare * Math.min(1, ageDays) + (1 - reviewShare) * reported;
}

/** Abramowitz and Stegun, formula 26.2.17; off by less than 7.5e-8. */
function normalDistribution(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}
