/** What every kind of model looks like from outside, so that another one slots in beside it. */

/** Rows of features with what they turned out to be. */
export interface TrainingSet {
  readonly rows: number;
  /** Features per row. */
  readonly width: number;
  /** Row after row. */
  readonly features: Float64Array;
  /** 1 for fraud. */
  readonly labels: Uint8Array;
}

/** What each feature adds to a model's raw output. */
export interface Explanation {
  /** Of the raw output: what `scoreOf` turns into a probability, or a probability by itself. */
  readonly scale: 'logit' | 'probability';
  /** The raw output before any feature was looked at. */
  readonly base: number;
  /** By feature; with `base` they sum to the raw output. */
  readonly contributions: Float64Array;
}

/** A fitted model. */
export interface Classifier {
  /** Of its kind: `logistic-regression`, … */
  readonly name: string;
  /** The probability of fraud, in 0..1, for one row of features. Not calibrated. */
  score(features: Float64Array): number;
  /** Why the score of a row is what it is. */
  explain(features: Float64Array): Explanation;
  /** All that `ClassifierKind.load` needs, as JSON. */
  save(): Readonly<Record<string, unknown>>;
}

/** What decides how a kind of model is fitted, by name. */
export type Settings = Readonly<Record<string, number>>;

/** A kind of model. The same training set gives the same model, bit for bit. */
export interface ClassifierKind {
  readonly name: string;
  /**
   * `settings` replace the kind's own, which suit the application's data. Throws
   * WEIR_MODELS_NO_TRAINING if nothing can be fitted.
   */
  fit(data: TrainingSet, settings?: Settings): Classifier | Promise<Classifier>;
  /** Throws WEIR_MODELS_BAD_ARTIFACT if the parameters are not those of this kind. */
  load(parameters: unknown, width: number): Classifier;
}

/** The probability of a logit. */
export function probabilityOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
