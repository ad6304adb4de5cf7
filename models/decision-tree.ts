/** A single tree, shallow enough that its leaves are rates and not single rows. */
import type { ClassifierKind } from './classifier.ts';
import { seededRandom } from './seeded-random.ts';
import { checkTrainable } from './trainable.ts';
import { binColumns } from './trees/binning.ts';
import { TreeEnsemble, ensembleLoader } from './trees/ensemble.ts';
import { growTree } from './trees/grow.ts';

const name = 'decision-tree';
const own = { maxDepth: 6, minLeafRows: 30 };

export const decisionTree = {
  name,
  fit(data, settings = {}) {
    const options = { lambda: 0, rate: 1, ...own, ...settings };
    checkTrainable(data);
    const features = Array.from({ length: data.width }, (_, i) => i);
    const tree = growTree(
      binColumns(data),
      Uint32Array.from({ length: data.rows }, (_, row) => row),
      Float64Array.from(data.labels, (label) => -label),
      new Float64Array(data.rows).fill(1),
      // Every node looks at every feature, so nothing is drawn.
      { ...options, features, featuresPerNode: data.width, random: seededRandom(0) },
    );
    return new TreeEnsemble(name, { scale: 'probability', trees: [tree], base: 0, factor: 1 });
  },
  ...ensembleLoader(name, 'probability'),
} satisfies ClassifierKind;
