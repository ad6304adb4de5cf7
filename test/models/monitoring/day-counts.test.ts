import { describe, expect, it } from 'vitest';
import {
  addLabel,
  addSample,
  emptyCounts,
  packCounts,
  stabilityIndex,
  unpackCounts,
} from '#models/monitoring/day-counts.ts';
import { type MonitoringReference, loadReference } from '#models/monitoring/reference.ts';
import { seededRandom } from '#models/seeded-random.ts';

const tenths = Array.from({ length: 9 }, (_, i) => (i + 1) / 10);
const uniform = { edges: tenths, shares: Array.from({ length: 10 }, () => 0.1) };
const reference: MonitoringReference = {
  features: [
    { name: 'steady', ...uniform },
    { name: 'shifting', ...uniform },
  ],
  scores: [{ name: 'model', edges: [0.5], shares: [0.9, 0.1] }],
};

/** A day of samples whose second feature is raised. */
function day(counts: ReturnType<typeof emptyCounts>, number: number, shift: number, score = 0.1) {
  const random = seededRandom(number);
  let report = null;
  for (let i = 0; i < 1_000; i++) {
    const features = Float64Array.of(random(), random() + shift);
    const sample = { day: number, features, scores: [i % 10 === 0 ? 0.9 : score] };
    const made = addSample(counts, reference, sample);
    report ??= made;
  }
  return report;
}

describe('the counts of a day', () => {
  it('show what has shifted and what has not, the day after', () => {
    const counts = emptyCounts(reference);
    expect(day(counts, 1, 0)).toBeNull();
    const first = day(counts, 2, 0.4)!;
    expect(first).toMatchObject({ day: 1, samples: 1_000 });
    expect(first.features['steady']).toBeLessThan(0.05);
    expect(first.features['shifting']).toBeLessThan(0.05);
    const second = day(counts, 3, 0, NaN)!;
    expect(second.features['steady']).toBeLessThan(0.05);
    expect(second.features['shifting']).toBeGreaterThan(0.25);
    expect(second.scores['model']).toBeLessThan(0.01);
    // A model that says nothing most of the time has shifted, too.
    expect(day(counts, 4, 0)!.scores['model']).toBeGreaterThan(0.25);
  });

  it('count labels by the age at which they came, and are the same when they are read again', () => {
    const counts = emptyCounts(reference);
    day(counts, 1, 0);
    for (const age of [0.2, 1, 2, 7, 7.5, 59, 61, 400]) addLabel(counts, age);
    expect([...counts.labels]).toEqual([2, 1, 1, 1, 0, 1, 2]);
    expect(unpackCounts(packCounts(counts), reference)).toEqual(counts);
    expect(unpackCounts(new Uint8Array(5), reference)).toEqual(emptyCounts(reference));
    expect(day(counts, 2, 0)!.labels).toMatchObject({ 'up to 1': 2, 'up to 60': 1, older: 2 });
  });
});

describe('the stability index', () => {
  it('is zero for the same shares, and the sum of its definition', () => {
    expect(stabilityIndex([0.5, 0.5], [5_000, 5_000], 10_000)).toBeCloseTo(0, 6);
    // (0.8 - 0.5) ln 1.6 + (0.2 - 0.5) ln 0.4
    expect(stabilityIndex([0.5, 0.5], [80_000, 20_000], 100_000)).toBeCloseTo(0.4159, 3);
    expect(Number.isFinite(stabilityIndex([1, 0], [0, 10], 10))).toBe(true);
  });
});

describe('the committed reference', () => {
  it('has every feature and model, in shares that sum to one', () => {
    const { features, scores } = loadReference();
    expect(features.length).toBe(94);
    expect(scores.length).toBe(5);
    for (const { name, edges, shares } of [...features, ...scores]) {
      expect(shares.length, name).toBe(edges.length + 1);
      expect(
        shares.reduce((a, b) => a + b),
        name,
      ).toBeCloseTo(1, 9);
      expect(edges, name).toEqual(edges.toSorted((a, b) => a - b));
    }
  });
});
