/** Features in at most 256 bins each: a tree then looks at bins instead of sorting all values. */
import type { TrainingSet } from '../classifier.ts';

export const binsMax = 256;

/** A training set by columns. */
export interface BinnedColumns {
  readonly rows: number;
  /** Per feature, the bin of each row. */
  readonly columns: readonly Uint8Array[];
  /** Per feature, ascending: bin b holds what is at most `edges[b]`; the last bin has none. */
  readonly edges: readonly Float64Array[];
}

/**
 * Half of the edges lie between values of about equal numbers of rows, half between values of equal
 * numbers of frauds: where one row in a hundred is a fraud, most of what tells them apart lies in a
 * tail that the first half alone would put into one bin or two.
 *
 * Edges are rounded to 32 bits, as a tree stores them: so a row falls on the same side when it is
 * trained on and when it is scored.
 */
export function binColumns(data: TrainingSet): BinnedColumns {
  const columns: Uint8Array[] = [];
  const edges: Float64Array[] = [];
  const values = new Float64Array(data.rows);
  for (let feature = 0; feature < data.width; feature++) {
    for (let row = 0; row < data.rows; row++) {
      values[row] = data.features[row * data.width + feature]!;
    }
    const own = edgesOf(values.slice().sort(), ofFrauds(values, data.labels).sort());
    edges.push(own);
    columns.push(Uint8Array.from(values, (value) => binOf(value, own)));
  }
  return { rows: data.rows, columns, edges };
}

function ofFrauds(values: Float64Array, labels: Uint8Array): Float64Array {
  return values.filter((_, row) => labels[row] === 1);
}

function edgesOf(sorted: Float64Array, frauds: Float64Array): Float64Array {
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  const wanted = new Set<number>();
  if (distinct.length <= binsMax) distinct.forEach((_, i) => wanted.add(i));
  else {
    for (const group of [sorted, frauds]) {
      for (let bin = 1; bin < binsMax / 2; bin++) {
        wanted.add(binOf(group[Math.floor((bin * group.length) / (binsMax / 2))]!, distinct));
      }
    }
  }
  const edges: number[] = [];
  for (const i of [...wanted].sort((a, b) => a - b)) {
    if (i + 1 >= distinct.length) continue;
    const edge = Math.fround((distinct[i]! + distinct[i + 1]!) / 2);
    // Two values that 32 bits can't tell apart stay together.
    const between = edge >= distinct[i]! && edge < distinct[i + 1]!;
    if (between && edge > (edges.at(-1) ?? -Infinity)) edges.push(edge);
  }
  return Float64Array.from(edges);
}

/** The first bin whose edge is not below the value: a binary search. */
function binOf(value: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}
