import type { TrainedModel } from './artifact.ts';
import { calibrated } from './calibration.ts';

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
