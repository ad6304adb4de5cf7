/** How good scores are, and how far they get from the best single model to the best per persona. */
import { averagePrecision, brierScore, calibrationError } from '#models/metrics.ts';
import type { Trial } from '#models/selector/simulate.ts';

export interface Figures {
  readonly averagePrecision: number;
  /** Mean, in nats. */
  readonly logLoss: number;
  readonly brier: number;
  readonly calibrationError: number;
  /** 0: the log loss of the best single model; 1: of the best per persona. NaN without any gap. */
  readonly gapRecovered: number;
}

/** Scores that hindsight would have chosen, by trial. */
export interface Reference {
  readonly bestFixed: ArrayLike<number>;
  readonly oracle: ArrayLike<number>;
}

export function figuresOf(
  scores: ArrayLike<number>,
  trials: readonly Trial[],
  { bestFixed, oracle }: Reference,
): Figures {
  const labels = Uint8Array.from(trials, ({ fraud }) => (fraud ? 1 : 0));
  const given = Float64Array.from(scores);
  const logLoss = meanNats(given, trials);
  const best = meanNats(bestFixed, trials);
  return {
    averagePrecision: averagePrecision(given, labels),
    logLoss,
    brier: brierScore(given, labels),
    calibrationError: calibrationError(given, labels),
    gapRecovered: (best - logLoss) / (best - meanNats(oracle, trials)),
  };
}

/** Clipped as little as a logarithm needs. */
const least = 1e-6;

export function natsOf(score: number, fraud: boolean): number {
  return -Math.log(Math.max(least, fraud ? score : 1 - score));
}

function meanNats(scores: ArrayLike<number>, trials: readonly Trial[]): number {
  return trials.reduce((sum, { fraud }, i) => sum + natsOf(scores[i]!, fraud), 0) / trials.length;
}
