/**
 * The weights of a blend. With the errors `e_i = s_i - y` of calibrated scores the squared error of
 * the blend `sum w_i s_i` with `sum w_i = 1` is `w' E w`, where `E_ij` is the mean of `e_i e_j`: so
 * means of products are all that has to be kept (Bates and Granger 1969, "The combination of
 * forecasts").
 */
import { productIndex } from './evidence.ts';
import type { Means } from './means.ts';

/**
 * Share of the mean squared error that is added to every model's own: it draws the weights towards equal ones,
 * so that they do not jump where two models are alike.
 */
const ridge = 0.01;

/**
 * The weights, none negative, that minimise `w' (E + ridge) w` among the usable models; 0 for the
 * others. A model that would get a negative weight is left out, and the rest is solved anew.
 */
export function blendWeights({ products }: Means, usable: readonly boolean[]): number[] {
  const models = usable.length;
  const of = (i: number, j: number): number => products[productIndex(models, i, j)]!;
  let left = usable.flatMap((ok, i) => (ok ? [i] : []));
  const own = left.reduce((sum, i) => sum + of(i, i), 0);
  // Never quite nothing: models that never err are all alike, too.
  const extra = (ridge * own) / left.length + 1e-12;
  for (;;) {
    const weights = equalErrorWeights(left, (i, j) => of(i, j) + (i === j ? extra : 0));
    const least = weights.reduce((at, weight, i) => (weight < weights[at]! ? i : at), 0);
    if (weights[least]! >= 0 || left.length === 1) {
      const all = new Array<number>(models).fill(0);
      left.forEach((model, i) => (all[model] = weights[i]!));
      return all;
    }
    left = left.filter((_, i) => i !== least);
  }
}

/** `E^-1 1`, made to sum to 1: Gaussian elimination on what is symmetric and positive. */
function equalErrorWeights(
  models: readonly number[],
  error: (i: number, j: number) => number,
): number[] {
  const n = models.length;
  const a = models.map((i) => models.map((j) => error(i, j)));
  const x = new Array<number>(n).fill(1);
  for (let column = 0; column < n; column++) {
    for (let row = column + 1; row < n; row++) {
      const factor = a[row]![column]! / a[column]![column]!;
      for (let k = column; k < n; k++) a[row]![k]! -= factor * a[column]![k]!;
      x[row]! -= factor * x[column]!;
    }
  }
  for (let row = n - 1; row >= 0; row--) {
    for (let k = row + 1; k < n; k++) x[row]! -= a[row]![k]! * x[k]!;
    x[row]! /= a[row]![row]!;
  }
  const sum = x.reduce((total, value) => total + value, 0);
  return x.map((value) => value / sum);
}
