import type { TrainingSet } from './classifier.ts';
import { modelsErrors } from './errors.ts';

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

/** Throws WEIR_MODELS_BAD_ARTIFACT, naming the model, unless both lists have `width` numbers. */
export function loadStandardiser(
  { means, deviations }: Readonly<Record<string, unknown>>,
  width: number,
  name: string,
): Standardiser {
  if (isNumbers(means, width) && isNumbers(deviations, width)) return { means, deviations };
  throw modelsErrors.BAD_ARTIFACT(`${name}: means and deviations must be ${width} numbers each`);
}

export function isNumbers(list: unknown, length: number): list is number[] {
  return Array.isArray(list) && list.length === length && list.every(Number.isFinite);
}

/** So many deviations from the mean and more are all the same: a network goes astray beyond. */
const clipAt = 30;

/** Writes the row that begins at `from`, standardised and clipped, to `at` in `into`. */
export function clippedRow<T extends Float64Array | Float32Array>(
  { means, deviations }: Standardiser,
  features: Float64Array,
  from: number,
  into: T,
  at: number,
): T {
  for (let i = 0; i < means.length; i++) {
    const value = (features[from + i]! - means[i]!) / deviations[i]!;
    into[at + i] = Math.max(-clipAt, Math.min(clipAt, value));
  }
  return into;
}
