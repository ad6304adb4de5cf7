/**
 * Logistic regression with an L2 penalty on standardised features, fitted by Newton's method
 * (iteratively reweighted least squares; Hastie et al., The Elements of Statistical Learning,
 * section 4.4.1). It minimises `sum of log losses + |w|^2 / (2 C)`; the intercept is not penalised.
 */
import {
  type Classifier,
  type ClassifierKind,
  type Explanation,
  type TrainingSet,
  probabilityOf,
} from './classifier.ts';
import { modelsErrors } from './errors.ts';
import { solvePositiveDefinite } from './linear-system.ts';
import { type Standardiser, fitStandardiser, isNumbers, loadStandardiser } from './standardiser.ts';
import { checkTrainable } from './trainable.ts';

const name = 'logistic-regression';
/** `c`: inverse strength of the penalty. */
const own = { c: 0.1 };
const iterationsMax = 50;
const halvingsMax = 30;
/** The loss is a sum of thousands: below this relative change there is nothing left to gain. */
const tolerance = 1e-10;

class LogisticRegression implements Classifier {
  readonly name = name;
  readonly #scaling: Standardiser;
  readonly #weights: Float64Array;
  readonly #intercept: number;
  /** The same model on features as they are: one multiplication per feature when scoring. */
  readonly #rawWeights: Float64Array;
  readonly #rawIntercept: number;

  /** Weights are those of standardised features. */
  constructor(scaling: Standardiser, weights: Float64Array, intercept: number) {
    this.#scaling = scaling;
    this.#weights = weights;
    this.#intercept = intercept;
    this.#rawWeights = weights.map((weight, i) => weight / scaling.deviations[i]!);
    this.#rawIntercept = this.#rawWeights.reduce(
      (sum, w, i) => sum - w * scaling.means[i]!,
      intercept,
    );
  }

  score(features: Float64Array): number {
    let logit = this.#rawIntercept;
    for (let i = 0; i < this.#rawWeights.length; i++) logit += this.#rawWeights[i]! * features[i]!;
    return probabilityOf(logit);
  }

  /** Against the average row: each feature's distance from its mean, by its weight. */
  explain(features: Float64Array): Explanation {
    const { means } = this.#scaling;
    const contributions = new Float64Array(means.length);
    for (let i = 0; i < contributions.length; i++) {
      contributions[i] = this.#rawWeights[i]! * (features[i]! - means[i]!);
    }
    return { scale: 'logit', base: this.#intercept, contributions };
  }

  save(): Readonly<Record<string, unknown>> {
    const { means, deviations } = this.#scaling;
    return { means, deviations, weights: [...this.#weights], intercept: this.#intercept };
  }
}

export const logisticRegression = {
  name,
  fit(data, settings = {}) {
    const { c } = { ...own, ...settings };
    checkTrainable(data);
    const scaling = fitStandardiser(data);
    const beta = minimise(standardise(data, scaling), data.labels, data.width + 1, c);
    return new LogisticRegression(scaling, beta.slice(1), beta[0]!);
  },
  load(parameters, width) {
    const saved = (parameters ?? {}) as Record<string, unknown>;
    const scaling = loadStandardiser(saved, width, name);
    const { weights, intercept } = saved;
    if (!isNumbers(weights, width) || !isNumbers([intercept], 1)) {
      throw modelsErrors.BAD_ARTIFACT(
        `${name}: weights must be ${width} numbers, intercept must be one`,
      );
    }
    return new LogisticRegression(scaling, Float64Array.from(weights), Number(intercept));
  },
} satisfies ClassifierKind;

/** Rows of standardised features behind a 1 for the intercept. */
function standardise(data: TrainingSet, scaling: Standardiser): Float64Array {
  const width = data.width + 1;
  const x = new Float64Array(data.rows * width);
  for (let row = 0; row < data.rows; row++) {
    x[row * width] = 1;
    for (let i = 0; i < data.width; i++) {
      const value = data.features[row * data.width + i]!;
      x[row * width + i + 1] = (value - scaling.means[i]!) / scaling.deviations[i]!;
    }
  }
  return x;
}

function minimise(x: Float64Array, labels: Uint8Array, width: number, c: number): Float64Array {
  let beta = new Float64Array(width);
  let current = lossOf(x, labels, beta, c);
  for (let iteration = 0; iteration < iterationsMax; iteration++) {
    const step = newtonStep(x, labels, beta, c);
    let next = beta;
    let loss = Infinity;
    // The full step may overshoot far from the minimum; half of it, or of that, does not.
    for (let h = 0, size = 1; h < halvingsMax && !(loss <= current); h++, size /= 2) {
      next = beta.map((value, i) => value - size * step[i]!);
      loss = lossOf(x, labels, next, c);
    }
    if (!(loss <= current)) return beta;
    const gained = current - loss;
    beta = next;
    current = loss;
    if (gained <= tolerance * (1 + loss)) return beta;
  }
  return beta;
}

function newtonStep(
  x: Float64Array,
  labels: Uint8Array,
  beta: Float64Array,
  c: number,
): Float64Array {
  const width = beta.length;
  const gradient = new Float64Array(width);
  const hessian = new Float64Array(width * width);
  for (let row = 0; row < labels.length; row++) {
    const from = row * width;
    const p = probabilityOf(dot(x, from, beta));
    const residual = p - labels[row]!;
    const curvature = p * (1 - p);
    for (let i = 0; i < width; i++) {
      const xi = x[from + i]!;
      gradient[i]! += residual * xi;
      const weighted = curvature * xi;
      for (let j = 0; j <= i; j++) hessian[i * width + j]! += weighted * x[from + j]!;
    }
  }
  for (let i = 1; i < width; i++) {
    gradient[i]! += beta[i]! / c;
    hessian[i * width + i]! += 1 / c;
  }
  // Only the lower triangle is filled, and only it is read.
  const step = solvePositiveDefinite(hessian, gradient);
  if (step === null) throw modelsErrors.NO_TRAINING('the curvature of the loss is not positive');
  return step;
}

function lossOf(x: Float64Array, labels: Uint8Array, beta: Float64Array, c: number): number {
  const width = beta.length;
  let loss = 0;
  for (let row = 0; row < labels.length; row++) {
    const logit = dot(x, row * width, beta);
    // log(1 + e^z) - y z without overflow.
    loss += Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit))) - labels[row]! * logit;
  }
  for (let i = 1; i < width; i++) loss += beta[i]! ** 2 / (2 * c);
  return loss;
}

function dot(x: Float64Array, from: number, beta: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < beta.length; i++) sum += x[from + i]! * beta[i]!;
  return sum;
}
