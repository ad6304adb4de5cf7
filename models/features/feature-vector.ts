/** The numbers that models see, in the registry's order: the same code when training and serving. */
import { hashOf } from '../hash.ts';
import { type FeatureFacts, features } from './registry.ts';

export const featureNames: readonly string[] = features.map(({ name }) => name);

/**
 * Raised when the meaning of a feature changes under its name; names and order are part of the
 * version by themselves.
 */
const revision = 1;

const nameHash = hashOf(featureNames.join(',')).toString(16).padStart(8, '0');

/** Older models refuse to load when it changes. */
export const featureSetVersion = `stream-${features.length}/${revision}-${nameHash}`;

/** As long as `featureNames`; every value is finite. */
export function featureVector(facts: FeatureFacts): Float64Array {
  const vector = new Float64Array(features.length);
  for (let i = 0; i < features.length; i++) vector[i] = features[i]!.of(facts);
  return vector;
}

/** A feature vector without its zeros, as functions send it to each other. */
export interface SparseVector {
  readonly featureSet: string;
  /** Places in `featureNames`, ascending. */
  readonly indices: readonly number[];
  readonly values: readonly number[];
}

export function toSparse(vector: Float64Array): SparseVector {
  const indices: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < vector.length; i++) {
    if (vector[i] === 0) continue;
    indices.push(i);
    values.push(vector[i]!);
  }
  return { featureSet: featureSetVersion, indices, values };
}

/** Throws a TypeError for a vector of another feature set. */
export function fromSparse({ featureSet, indices, values }: SparseVector): Float64Array {
  if (featureSet !== featureSetVersion) {
    throw new TypeError(`the vector is of feature set ${featureSet}, not ${featureSetVersion}`);
  }
  const vector = new Float64Array(features.length);
  for (let i = 0; i < indices.length; i++) vector[indices[i]!] = values[i]!;
  return vector;
}
