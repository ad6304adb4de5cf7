/**
 * Gradient-boosted trees: each corrects the log loss of those before, by the second-order method of
 * XGBoost (Chen and Guestrin 2016), each on a sample of the rows (Friedman 2002).
 */
import { type ClassifierKind, type TrainingSet, probabilityOf } from './classifier.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import { checkTrainable } from './trainable.ts';
import { binColumns } from './trees/binning.ts';
import { TreeEnsemble, ensembleLoader } from './trees/ensemble.ts';
import { growTree } from './trees/grow.ts';
import { type Tree, treeValue } from './trees/tree.ts';

const name = 'boosted-trees';
const own = {
  trees: 300,
  maxDepth: 4,
  minLeafRows: 30,
  lambda: 5,
  rate: 0.05,
  /** Of the rows, for each tree. */
  rowShare: 0.7,
  /** Of the features, for each tree. */
  featureShare: 0.3,
};
const seed = 20_181;

export const boostedTrees = {
  name,
  fit(data, settings = {}) {
    const { trees, rowShare, featureShare, ...options } = { ...own, ...settings };
    checkTrainable(data);
    const binned = binColumns(data);
    const random = seededRandom(seed);
    const base = logitOfRate(data);
    const logits = new Float64Array(data.rows).fill(base);
    const gradient = new Float64Array(data.rows);
    const curvature = new Float64Array(data.rows);
    const drawn = Math.max(1, Math.round(featureShare * data.width));
    const grown: Tree[] = [];
    for (let i = 0; i < trees; i++) {
      for (let row = 0; row < data.rows; row++) {
        const p = probabilityOf(logits[row]!);
        gradient[row] = p - data.labels[row]!;
        curvature[row] = p * (1 - p);
      }
      const rows = Uint32Array.from({ length: data.rows }, (_, row) => row).filter(
        () => random() < rowShare,
      );
      const features = [...shuffled(data.width, random).subarray(0, drawn)];
      const more = { features, featuresPerNode: drawn, random };
      const tree = growTree(binned, rows, gradient, curvature, { ...options, ...more });
      grown.push(tree);
      for (let row = 0; row < data.rows; row++) {
        logits[row]! += treeValue(tree, data.features, row * data.width);
      }
    }
    return new TreeEnsemble(name, { scale: 'logit', trees: grown, base, factor: 1 });
  },
  ...ensembleLoader(name, 'logit'),
} satisfies ClassifierKind;

function logitOfRate(data: TrainingSet): number {
  const rate = data.labels.reduce((sum, label) => sum + label, 0) / data.rows;
  return Math.log(rate / (1 - rate));
}
