import type { TrainedModel } from './artifact.ts';
import { calibrated } from './calibration.ts';
import type { Classifier, TrainingSet } from './classifier.ts';

export interface ModelOutput {
  /** The model's own score, 0..1. */
  readonly raw: number;
  /** The calibrated probability of fraud. */
  readonly score: number;
  readonly alert: boolean;
}

/** One model's word on one row of features. */
export function outputOf(model: TrainedModel, features: Float64Array): ModelOutput {
  const raw = model.classifier.score(features);
  const score = calibrated(model.calibration, raw);
  return { raw, score, alert: score >= model.alertThreshold };
}

/** A model's own scores of all rows. */
export function scoresOf(classifier: Classifier, set: TrainingSet): Float64Array {
  const scores = new Float64Array(set.rows);
  for (let row = 0; row < set.rows; row++) {
    const from = row * set.width;
    scores[row] = classifier.score(set.features.subarray(from, from + set.width));
  }
  return scores;
}
