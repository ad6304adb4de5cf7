/**
 * Grows one tree on binned features by second-order gain, as XGBoost does (Chen and Guestrin 2016,
 * section 2.2): a node of the gradient sum G and the curvature sum H is worth `G^2 / (H + lambda)`,
 * and answers `-G / (H + lambda)`. With the gradient `-y`, the curvature 1 and no penalty that is
 * the mean of `y` and the reduction of its variance (for two classes: of the Gini impurity).
 */
import { type BinnedColumns, binsMax } from './binning.ts';
import type { Tree } from './tree.ts';

export interface GrowOptions {
  readonly maxDepth: number;
  /** Rows that a leaf has at least. */
  readonly minLeafRows: number;
  /** L2 penalty of the answers. */
  readonly lambda: number;
  /** What the answers are multiplied by. */
  readonly rate: number;
  /** Features that a split may use. */
  readonly features: readonly number[];
  /** How many of them each node draws; all if it is their number. */
  readonly featuresPerNode: number;
  readonly random: () => number;
}

interface Split {
  readonly gain: number;
  readonly feature: number;
  readonly bin: number;
}

const leastGain = 1e-9;

/** `rows` is reordered. `gradient` and `curvature` are by row. */
export function growTree(
  data: BinnedColumns,
  rows: Uint32Array,
  gradient: Float64Array,
  curvature: Float64Array,
  options: GrowOptions,
): Tree {
  return new Growth(data, gradient, curvature, options).grow(rows);
}

class Growth {
  readonly #data: BinnedColumns;
  readonly #gradient: Float64Array;
  readonly #curvature: Float64Array;
  readonly #options: GrowOptions;
  readonly #sums = new Float64Array(2 * binsMax);
  readonly #counts = new Uint32Array(binsMax);
  readonly #feature: number[] = [];
  readonly #threshold: number[] = [];
  readonly #child: number[] = [];
  readonly #value: number[] = [];

  constructor(
    data: BinnedColumns,
    gradient: Float64Array,
    curvature: Float64Array,
    options: GrowOptions,
  ) {
    this.#data = data;
    this.#gradient = gradient;
    this.#curvature = curvature;
    this.#options = options;
  }

  grow(rows: Uint32Array): Tree {
    this.#addNode();
    this.#split(0, rows, 0);
    return {
      feature: Int16Array.from(this.#feature),
      threshold: Float32Array.from(this.#threshold),
      child: Uint16Array.from(this.#child),
      value: Float32Array.from(this.#value),
    };
  }

  #addNode(): void {
    this.#feature.push(-1);
    this.#threshold.push(0);
    this.#child.push(0);
    this.#value.push(0);
  }

  /** Gives the node its value, and its children if they gain anything. */
  #split(node: number, rows: Uint32Array, depth: number): void {
    const { maxDepth, minLeafRows, lambda, rate } = this.#options;
    let g = 0;
    let h = 0;
    for (const row of rows) {
      g += this.#gradient[row]!;
      h += this.#curvature[row]!;
    }
    this.#value[node] = (-g / (h + lambda)) * rate;
    if (depth === maxDepth || rows.length < 2 * minLeafRows) return;
    const best = this.#bestSplit(rows, g, h);
    if (best === null) return;
    const left = this.#partition(rows, best);
    const child = this.#feature.length;
    this.#feature[node] = best.feature;
    this.#threshold[node] = this.#data.edges[best.feature]![best.bin]!;
    this.#child[node] = child;
    this.#addNode();
    this.#addNode();
    this.#split(child, rows.subarray(0, left), depth + 1);
    this.#split(child + 1, rows.subarray(left), depth + 1);
  }

  #bestSplit(rows: Uint32Array, g: number, h: number): Split | null {
    let best: Split | null = null;
    for (const feature of this.#candidates()) {
      const edges = this.#data.edges[feature]!;
      if (edges.length === 0) continue;
      this.#fillHistogram(feature, rows, edges.length + 1);
      const split = this.#bestBin(feature, edges.length, rows.length, g, h);
      if (split !== null && split.gain > (best?.gain ?? leastGain)) best = split;
    }
    return best;
  }

  #fillHistogram(feature: number, rows: Uint32Array, bins: number): void {
    const column = this.#data.columns[feature]!;
    const sums = this.#sums;
    const counts = this.#counts;
    sums.fill(0, 0, 2 * bins);
    counts.fill(0, 0, bins);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i]!;
      const bin = column[row]!;
      sums[2 * bin]! += this.#gradient[row]!;
      sums[2 * bin + 1]! += this.#curvature[row]!;
      counts[bin]!++;
    }
  }

  #bestBin(feature: number, bins: number, rows: number, g: number, h: number): Split | null {
    const { minLeafRows, lambda } = this.#options;
    const whole = g ** 2 / (h + lambda);
    let best: Split | null = null;
    let leftG = 0;
    let leftH = 0;
    let left = 0;
    for (let bin = 0; bin < bins; bin++) {
      leftG += this.#sums[2 * bin]!;
      leftH += this.#sums[2 * bin + 1]!;
      left += this.#counts[bin]!;
      if (left < minLeafRows) continue;
      if (rows - left < minLeafRows) break;
      const rightG = g - leftG;
      const gain = leftG ** 2 / (leftH + lambda) + rightG ** 2 / (h - leftH + lambda) - whole;
      if (gain > (best?.gain ?? leastGain)) best = { gain, feature, bin };
    }
    return best;
  }

  /** Moves the rows of the left child to the front; answers how many they are. */
  #partition(rows: Uint32Array, { feature, bin }: Split): number {
    const column = this.#data.columns[feature]!;
    let left = 0;
    let right = rows.length - 1;
    while (left <= right) {
      const row = rows[left]!;
      if (column[row]! <= bin) left++;
      else {
        rows[left] = rows[right]!;
        rows[right--] = row;
      }
    }
    return left;
  }

  /** The features that this node may split by: the first so many of a partial shuffle. */
  #candidates(): readonly number[] {
    const { features, featuresPerNode, random } = this.#options;
    if (featuresPerNode >= features.length) return features;
    const drawn = [...features];
    for (let i = 0; i < featuresPerNode; i++) {
      const j = i + Math.floor(random() * (drawn.length - i));
      const swapped = drawn[i]!;
      drawn[i] = drawn[j]!;
      drawn[j] = swapped;
    }
    return drawn.slice(0, featuresPerNode);
  }
}
