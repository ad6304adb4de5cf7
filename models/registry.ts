import { boostedTrees } from './boosted-trees.ts';
import type { ClassifierKind } from './classifier.ts';
import { decisionTree } from './decision-tree.ts';
import { logisticRegression } from './logistic-regression.ts';
import { neuralNetwork } from './neural-network.ts';
import { randomForest } from './random-forest.ts';

/** Every kind of model: a new one is registered here, and trained, served and evaluated. */
const kinds: readonly ClassifierKind[] = [
  logisticRegression,
  decisionTree,
  randomForest,
  boostedTrees,
  neuralNetwork,
];

export const classifierKinds: ReadonlyMap<string, ClassifierKind> = new Map(
  kinds.map((kind) => [kind.name, kind]),
);
