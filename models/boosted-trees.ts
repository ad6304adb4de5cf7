/**
 * Gradient-boosted trees: each corrects the log loss of those before, by the second-order method of
 * XGBoost (Chen and Guestrin 2016), each on a sample of the rows (Friedman 2002).
 */
import { type ClassifierKind, type TrainingSet, probabilityOf } from './classifier.ts';
import { seededRandom } from './seeded-random.ts';
import { checkTrainable } from './trainable.ts';
import { binColumns } from './trees/binning.ts';
import { TreeEnsemble, ensembleLoader } from './trees/ensemble.ts';
import { growTree } from './trees/grow.ts';
import { type Tree, treeValue } from './trees/tree.ts';

const name = 'boosted-trees';
const trees = 200;
const options = { maxDepth: 3, minLeafRows: 2, lambda: 2, rate: 0.05 };
const rowShare = 0.8;
const seed = 20_181;

export const boostedTrees = {
  name,
  fit(data) {
    checkTrainable(data);
    const binned = binColumns(data);
    const random = seededRandom(seed);
    const base = logitOfRate(data);
    const logits = new Float64Array(data.rows).fill(base);
    const gradient = new Float64Array(data.rows);
    const curvature = new Float64Array(data.rows);
    const features = Array.from({ length: data.width }, (_, i) => i);
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
      const more = { features, featuresPerNode: data.width, random };
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
