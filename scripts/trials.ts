/** Transactions of a period with every model's word on them, as a selector sees them. */
import type { TrainedModel } from '#models/artifact.ts';
import { calibrated, knownShare } from '#models/calibration.ts';
import { dayMs } from '#models/features/transaction.ts';
import type { Trial } from '#models/selector/simulate.ts';
import { scoresOf } from '#models/scoring.ts';
import type { HoldoutTransaction } from '#models/selector/warm-start.ts';
import { type PreparedData, type Rows, weightsOf } from '#models/training.ts';

/** With the weights of `weightsOf`, as a warm start takes them. */
export function holdoutOf(
  models: readonly TrainedModel[],
  data: PreparedData,
  personas?: readonly (string | null)[],
): HoldoutTransaction[] {
  const weights = weightsOf(data);
  return trialsOf(models, data.calibration, personas).map((trial, i) => ({
    ...trial,
    weight: weights[i]!,
  }));
}

/** Of the frauds the share whose label comes before their day is mature, from its middle on. */
export function knownShareOf({ plan }: PreparedData, maturityDays: number): number {
  return knownShare(plan.labelDelay, maturityDays - 0.5);
}

/** `personas`: of the rows' own if not given. */
export function trialsOf(
  models: readonly TrainedModel[],
  rows: Rows,
  personas: readonly (string | null)[] = rows.personas,
): Trial[] {
  const scores = models.map(({ classifier, calibration }) =>
    scoresOf(classifier, rows.set).map((score) => calibrated(calibration, score)),
  );
  return rows.transactions.map(({ transactionId, atMs }, i) => ({
    id: transactionId,
    persona: personas[i] ?? 'unknown',
    day: Math.floor(atMs / dayMs),
    scores: scores.map((of) => of[i]!),
    fraud: rows.set.labels[i] === 1,
    labelDay: Math.floor(rows.labelAtMs[i]! / dayMs),
  }));
}
