/**
 * The mean of deep trees, each on a bootstrap sample, each of whose nodes looks at a few features
 * drawn by chance (Breiman 2001).
 */
import type { ClassifierKind } from './classifier.ts';
import { seededRandom } from './seeded-random.ts';
import { checkTrainable } from './trainable.ts';
import { binColumns } from './trees/binning.ts';
import { TreeEnsemble, ensembleLoader } from './trees/ensemble.ts';
import { growTree } from './trees/grow.ts';
import type { Tree } from './trees/tree.ts';

const name = 'random-forest';
const own = {
  trees: 60,
  maxDepth: 12,
  minLeafRows: 3,
  /** A bootstrap sample has as many rows as there are, but no more: deep trees need no more. */
  sampleRowsMax: 100_000,
  /** Times the root of their number: the features that a node looks at. */
  featureFactor: 1.5,
};
const seed = 20_180;

export const randomForest = {
  name,
  fit(data, settings = {}) {
    const { trees, sampleRowsMax, featureFactor, ...limits } = { ...own, ...settings };
    checkTrainable(data);
    const binned = binColumns(data);
    const random = seededRandom(seed);
    const features = Array.from({ length: data.width }, (_, i) => i);
    const featuresPerNode = Math.round(featureFactor * Math.sqrt(data.width));
    const gradient = Float64Array.from(data.labels, (label) => -label);
    const curvature = new Float64Array(data.rows).fill(1);
    const sampled = Math.min(data.rows, sampleRowsMax);
    const grown: Tree[] = [];
    for (let i = 0; i < trees; i++) {
      const rows = Uint32Array.from({ length: sampled }, () => Math.floor(random() * data.rows));
      const more = { features, featuresPerNode, random };
      grown.push(
        growTree(binned, rows, gradient, curvature, { ...limits, lambda: 0, rate: 1, ...more }),
      );
    }
    const ensemble = { trees: grown, base: 0, factor: 1 / trees };
    return new TreeEnsemble(name, { scale: 'probability', ...ensemble });
  },
  ...ensembleLoader(name, 'probability'),
} satisfies ClassifierKind;
