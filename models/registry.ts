import type { ClassifierKind } from './classifier.ts';
import { logisticRegression } from './logistic-regression.ts';

/** Every kind of model: a new one is registered here, and trained, served and evaluated. */
const kinds: readonly ClassifierKind[] = [logisticRegression];

export const classifierKinds: ReadonlyMap<string, ClassifierKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
