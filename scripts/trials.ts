/** Transactions of a period with every model's word on them, as a selector sees them. */
import type { TrainedModel } from '#models/artifact.ts';
import { calibrated } from '#models/calibration.ts';
import { dayMs } from '#models/features/transaction.ts';
import type { Trial } from '#models/selector/simulate.ts';
import { scoresOf } from '#models/scoring.ts';
import type { Rows } from '#models/training.ts';

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
    // It is delivered with the first transaction of the day after.
    labelDay: Math.ceil(rows.labelAtMs[i]! / dayMs),
  }));
}
