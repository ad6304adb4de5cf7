/** How the features and scores of a day's sample are distributed, and how far that is from the reference. */
import { type Distribution, type MonitoringReference, binOf } from './reference.ts';

/** A transaction of the sample. */
export interface Sample {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  readonly features: Float64Array;
  /** In the reference's order; NaN for none. */
  readonly scores: readonly number[];
}

/** Upper ends of the ages at which labels come, in days; behind the last one there is one more. */
export const labelAges = [1, 3, 7, 14, 30, 60] as const;

/** Every day is at the weekend or not: what tells that never looks as it does over weeks. */
const calendarFeatures: ReadonlySet<string> = new Set(['during-weekend']);

export interface DayCounts {
  day: number | null;
  samples: number;
  /** Bins of all distributions one behind the other, features first. */
  readonly bins: Uint32Array;
  /** Labels of frauds that arrived since, by the age of their transactions. */
  readonly labels: Uint32Array;
}

export interface DayReport {
  readonly day: number;
  readonly samples: number;
  /** Population stability index, by name. */
  readonly features: Readonly<Record<string, number>>;
  readonly scores: Readonly<Record<string, number>>;
  readonly labels: Readonly<Record<string, number>>;
}

export function emptyCounts(reference: MonitoringReference): DayCounts {
  return {
    day: null,
    samples: 0,
    bins: new Uint32Array(all(reference).reduce((sum, { shares }) => sum + shares.length, 0)),
    labels: new Uint32Array(labelAges.length + 1),
  };
}

/** Counts one; answers the report of the day before if this one is the first of a new day. */
export function addSample(
  counts: DayCounts,
  reference: MonitoringReference,
  sample: Sample,
): DayReport | null {
  let report: DayReport | null = null;
  if (counts.day === null) counts.day = sample.day;
  if (sample.day > counts.day) {
    report = reportOf(counts, reference);
    counts.day = sample.day;
    counts.samples = 0;
    counts.bins.fill(0);
    counts.labels.fill(0);
  }
  counts.samples++;
  let at = 0;
  reference.features.forEach(({ edges, shares }, i) => {
    counts.bins[at + binOf(edges, sample.features[i]!)]!++;
    at += shares.length;
  });
  reference.scores.forEach(({ edges, shares }, i) => {
    const score = sample.scores[i]!;
    // A model that says nothing is missing from all bins, which is a shift as well.
    if (!Number.isNaN(score)) counts.bins[at + binOf(edges, score)]!++;
    at += shares.length;
  });
  return report;
}

export function addLabel(counts: DayCounts, ageDays: number): void {
  const place = labelAges.findIndex((age) => ageDays <= age);
  counts.labels[place < 0 ? labelAges.length : place]!++;
}

function reportOf(counts: DayCounts, reference: MonitoringReference): DayReport {
  let at = 0;
  const indices = (distributions: readonly Distribution[]): Record<string, number> =>
    Object.fromEntries(
      distributions.flatMap(({ name, shares }) => {
        const own = counts.bins.subarray(at, (at += shares.length));
        if (calendarFeatures.has(name)) return [];
        return [[name, Math.round(1e4 * stabilityIndex(shares, own, counts.samples)) / 1e4]];
      }),
    );
  return {
    day: counts.day!,
    samples: counts.samples,
    features: indices(reference.features),
    scores: indices(reference.scores),
    labels: Object.fromEntries(
      [...labelAges.map((age) => `up to ${age}`), 'older'].map((name, i) => [
        name,
        counts.labels[i]!,
      ]),
    ),
  };
}

/**
 * Population stability index: sum over bins of `(a - e) ln(a / e)` for actual and expected shares
 * (Siddiqi 2006, Credit Risk Scorecards). Below 0.1 nothing has changed, above 0.25 a lot. Half a
 * transaction more in every bin keeps an empty one from being infinite.
 */
export function stabilityIndex(
  expected: readonly number[],
  counts: ArrayLike<number>,
  total: number,
): number {
  const spare = 0.5 / (total + 0.5 * expected.length);
  return expected.reduce((sum, share, i) => {
    const actual = (counts[i]! + 0.5) / (total + 0.5 * expected.length);
    const wanted = Math.max(share, spare);
    return sum + (actual - wanted) * Math.log(actual / wanted);
  }, 0);
}

function all({ features, scores }: MonitoringReference): readonly Distribution[] {
  return [...features, ...scores];
}

/** `day | samples | labels | bins`, 32 bits each, little endian. */
export function packCounts({ day, samples, bins, labels }: DayCounts): Uint8Array {
  const numbers = [day ?? -1, samples, ...labels, ...bins];
  const bytes = Buffer.allocUnsafe(4 * numbers.length);
  numbers.forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
  return bytes;
}

/** What was counted against another reference is dropped: a day's counts, no more. */
export function unpackCounts(
  bytes: Uint8Array | undefined,
  reference: MonitoringReference,
): DayCounts {
  const counts = emptyCounts(reference);
  const length = 4 * (2 + counts.labels.length + counts.bins.length);
  if (bytes?.length !== length) return counts;
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const day = data.readInt32LE(0);
  counts.day = day < 0 ? null : day;
  counts.samples = data.readInt32LE(4);
  let at = 8;
  for (const list of [counts.labels, counts.bins]) {
    for (let i = 0; i < list.length; i++, at += 4) list[i] = data.readInt32LE(at);
  }
  return counts;
}
