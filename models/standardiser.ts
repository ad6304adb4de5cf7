import type { TrainingSet } from './classifier.ts';

/** Mean and standard deviation of each feature of a training set. */
export interface Standardiser {
  readonly means: readonly number[];
  /** 1 for a feature that never varies. */
  readonly deviations: readonly number[];
}

/** The population standard deviation, as the field's libraries use it for scaling. */
export function fitStandardiser(data: TrainingSet): Standardiser {
  const { rows, width, features } = data;
  const means = new Array<number>(width).fill(0);
  for (let i = 0; i < rows * width; i++) means[i % width]! += features[i]! / rows;
  const variances = new Array<number>(width).fill(0);
  for (let i = 0; i < rows * width; i++) {
    variances[i % width]! += (features[i]! - means[i % width]!) ** 2 / rows;
  }
  return { means, deviations: variances.map((variance) => Math.sqrt(variance) || 1) };
}
