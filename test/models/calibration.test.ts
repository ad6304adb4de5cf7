import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { calibrated, fitCalibration, knownShare, loadCalibration } from '#models/calibration.ts';
import { calibrationError } from '#models/metrics.ts';
import { reasonsOf } from '#models/reasons.ts';
import { featureNames } from '#models/features/feature-vector.ts';
import { seededRandom } from '#models/seeded-random.ts';

const scoresAndLabels = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.boolean(),
    fc.integer({ min: 1, max: 9 }),
  ),
  { minLength: 1, maxLength: 60 },
);

/** Scores so small that they have but a few bits. */
const tiny: [[number, boolean, number][], number[]] = [
  [
    [2.5e-323, false, 1],
    [7e-323, false, 7],
    [6.4e-323, true, 2],
  ],
  [6e-323],
];

describe('a calibration', () => {
  it('never falls where the score rises, and stays a probability', () => {
    fc.assert(
      fc.property(
        scoresAndLabels,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (rows, at) => {
          const calibration = fitCalibration(
            Float64Array.from(rows, ([score]) => score),
            Uint8Array.from(rows, ([, fraud]) => (fraud ? 1 : 0)),
            Float64Array.from(rows, ([, , weight]) => weight),
          );
          expect(loadCalibration(JSON.parse(JSON.stringify(calibration)), 'x')).toEqual(
            calibration,
          );
          const scores = [0, ...at, ...rows.map(([score]) => score), 1].sort((a, b) => a - b);
          const said = scores.map((score) => calibrated(calibration, score));
          expect(said.every((p) => p >= 0 && p <= 1)).toBe(true);
          said.forEach((p, i) => i > 0 && expect(p).toBeGreaterThanOrEqual(said[i - 1]! - 1e-15));
        },
      ),
      { examples: [tiny] },
    );
  });

  it('keeps the order of scores inside a flat step', () => {
    const flat = fitCalibration(
      Float64Array.from([0.1, 0.2, 0.3, 0.4]),
      Uint8Array.from([1, 0, 1, 0]),
      new Float64Array(4).fill(1),
    );
    expect(calibrated(flat, 0.15)).toBeLessThan(calibrated(flat, 0.35));
    expect(calibrated(flat, 0.2)).toBeCloseTo(0.5, 2);
  });

  it('makes probabilities of scores that are none', () => {
    const random = seededRandom(3);
    const draw = (count: number): { scores: Float64Array; labels: Uint8Array } => {
      const scores = Float64Array.from({ length: count }, () => random());
      return { scores, labels: Uint8Array.from(scores, (s) => (random() < s ** 3 / 5 ? 1 : 0)) };
    };
    const known = draw(20_000);
    const calibration = fitCalibration(
      known.scores,
      known.labels,
      new Float64Array(20_000).fill(1),
    );
    const later = draw(20_000);
    const said = later.scores.map((score) => calibrated(calibration, score));
    expect(calibrationError(later.scores, later.labels)).toBeGreaterThan(0.3);
    expect(calibrationError(said, later.labels)).toBeLessThan(0.015);
  });

  it('counts a known fraud for those that are not known yet', () => {
    const scores = Float64Array.from({ length: 100 }, () => 0.5);
    const labels = Uint8Array.from(scores, (_, i) => (i < 10 ? 1 : 0));
    const weights = Float64Array.from(labels, (label) => (label === 1 ? 2 : 1));
    expect(calibrated(fitCalibration(scores, labels, weights), 0.5)).toBeCloseTo(20 / 110, 2);
  });

  it('needs a row', () => {
    const none = new Float64Array(0);
    expect(() => fitCalibration(none, new Uint8Array(0), none)).toThrow(/no rows/);
  });
});

describe('the share of frauds that are known', () => {
  it('is the distribution of their delay', () => {
    const delay = { medianDays: 7, sigma: 0.8 };
    expect(knownShare(delay, 0)).toBe(0);
    expect(knownShare(delay, 7)).toBeCloseTo(0.5, 6);
    expect(knownShare(delay, 7 * Math.exp(0.8))).toBeCloseTo(0.841345, 6);
    expect(knownShare(delay, 7 * Math.exp(-1.6))).toBeCloseTo(0.02275, 5);
    expect(knownShare({ medianDays: 7, sigma: 0 }, 6.9)).toBe(0);
    expect(knownShare({ medianDays: 7, sigma: 0 }, 7)).toBe(1);
  });
});

describe('reasons', () => {
  it('are the three that raised the score most, in words', () => {
    const contributions = new Float64Array(featureNames.length);
    const row = new Float64Array(featureNames.length);
    const set = (name: string, value: number, contribution: number): void => {
      row[featureNames.indexOf(name)] = value;
      contributions[featureNames.indexOf(name)] = contribution;
    };
    set('amount', 900, 2);
    set('during-night', 1, 0.5);
    set('merchant-risk-7d', 0.25, 3);
    set('account-count-1d', 4, 0.1);
    set('account-average-30d', 20, -4);
    expect(reasonsOf({ scale: 'logit', base: -5, contributions }, row)).toEqual([
      '25 % fraud at the merchant in 7 days up to a week ago',
      'amount 900.00',
      'at night',
    ]);
    const none = new Float64Array(featureNames.length).fill(-1);
    expect(reasonsOf({ scale: 'logit', base: 0, contributions: none }, row)).toEqual([]);
  });
});
