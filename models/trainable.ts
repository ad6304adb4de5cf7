import type { TrainingSet } from './classifier.ts';
import { modelsErrors } from './errors.ts';

/** Throws WEIR_MODELS_NO_TRAINING unless there are both classes and finite features. */
export function checkTrainable(data: TrainingSet): void {
  const frauds = data.labels.reduce((sum, label) => sum + label, 0);
  if (frauds === 0 || frauds === data.rows) {
    throw modelsErrors.NO_TRAINING(
      `${data.rows} rows, ${frauds} of them fraud: two classes needed`,
    );
  }
  const at = data.features.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const where = `row ${Math.floor(at / data.width)}, feature ${at % data.width}`;
    throw modelsErrors.NO_TRAINING(`${where} is ${data.features[at]}`);
  }
}
