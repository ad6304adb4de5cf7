/** A binary decision tree in flat arrays, the same when it is trained, stored and served. */
import { modelsErrors } from '../errors.ts';
import { packed, unpacked } from '../packed.ts';

/** Node 0 is the root. A row goes left if its feature is at most the threshold. */
export interface Tree {
  /** -1 for a leaf. */
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  /** The left child; the right one is the next node. 0 for a leaf. */
  readonly child: Uint16Array;
  /** What the node would answer if it were a leaf. */
  readonly value: Float32Array;
}

/** The answer for the row that begins at `from` in `features`. */
export function treeValue(tree: Tree, features: Float64Array, from = 0): number {
  const { feature, threshold, child, value } = tree;
  let node = 0;
  for (let at = feature[0]!; at >= 0; at = feature[node]!) {
    node = child[node]! + (features[from + at]! <= threshold[node]! ? 0 : 1);
  }
  return value[node]!;
}

/**
 * Adds `scale` times what each feature contributes along the row's path: the change of the value
 * from a node to its child (Saabas 2014, "Interpreting random forests"). With the root's value they
 * sum to the leaf's.
 */
export function addPathContributions(
  tree: Tree,
  features: Float64Array,
  scale: number,
  contributions: Float64Array,
): void {
  const { feature, threshold, child, value } = tree;
  let node = 0;
  for (let at = feature[0]!; at >= 0; at = feature[node]!) {
    const next = child[node]! + (features[at]! <= threshold[node]! ? 0 : 1);
    contributions[at]! += scale * (value[next]! - value[node]!);
    node = next;
  }
}

/** Trees one behind the other, as base64 of little-endian arrays. */
export function saveTrees(trees: readonly Tree[]): Record<string, unknown> {
  return {
    nodes: trees.map(({ feature }) => feature.length),
    feature: packed(trees.map((tree) => tree.feature)),
    threshold: packed(trees.map((tree) => tree.threshold)),
    child: packed(trees.map((tree) => tree.child)),
    value: packed(trees.map((tree) => tree.value)),
  };
}

/** Throws WEIR_MODELS_BAD_ARTIFACT for what are no trees over `width` features. */
export function loadTrees(saved: unknown, width: number, name: string): Tree[] {
  const { nodes, ...arrays } = (saved ?? {}) as Record<string, unknown>;
  if (!Array.isArray(nodes) || nodes.length === 0) throw bad(name, 'it has no list of nodes');
  let total = 0;
  for (const count of nodes as unknown[]) {
    if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > 0xffff) {
      throw bad(name, `a tree of ${String(count)} nodes`);
    }
    total += Number(count);
  }
  const feature = new Int16Array(unpacked(arrays['feature'], 2 * total, name));
  const threshold = new Float32Array(unpacked(arrays['threshold'], 4 * total, name));
  const child = new Uint16Array(unpacked(arrays['child'], 2 * total, name));
  const value = new Float32Array(unpacked(arrays['value'], 4 * total, name));
  let from = 0;
  return (nodes as number[]).map((count) => {
    const to = from + count;
    const tree = {
      feature: feature.subarray(from, to),
      threshold: threshold.subarray(from, to),
      child: child.subarray(from, to),
      value: value.subarray(from, to),
    };
    from = to;
    checkTree(tree, width, name);
    return tree;
  });
}

/** A tree that points backwards would never come to a leaf. */
function checkTree({ feature, threshold, child, value }: Tree, width: number, name: string): void {
  for (let node = 0; node < feature.length; node++) {
    if (!Number.isFinite(value[node])) throw bad(name, `node ${node} has no value`);
    if (feature[node]! < 0) continue;
    const inside = child[node]! > node && child[node]! + 1 < feature.length;
    if (feature[node]! >= width || !inside || Number.isNaN(threshold[node])) {
      throw bad(name, `node ${node} leads nowhere`);
    }
  }
}

function bad(name: string, what: string): Error {
  return modelsErrors.BAD_ARTIFACT(`${name}: ${what}`);
}
