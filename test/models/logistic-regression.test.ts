import { describe, expect, it } from 'vitest';
import type { TrainingSet } from '#models/classifier.ts';
import { logisticRegression } from '#models/logistic-regression.ts';
import { rocAuc } from '#models/metrics.ts';
import { RandomStream } from '#datagen/random.ts';

/** Rows whose log odds are `-2 + 1.5 x - 0.8 y`, with features on very different scales. */
function sample(rows: number, seed = 1): TrainingSet {
  const random = new RandomStream().start(seed, 0, 0, 0);
  const features = new Float64Array(rows * 2);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const x = random.normal(0, 1);
    const y = random.normal(0, 1);
    features.set([1000 + 50 * x, 0.01 * y], 2 * row);
    const odds = Math.exp(-2 + 1.5 * x - 0.8 * y);
    labels[row] = random.uniform() < odds / (1 + odds) ? 1 : 0;
  }
  return { rows, width: 2, features, labels };
}

function parameters(data: TrainingSet): { weights: number[]; intercept: number } {
  const saved = logisticRegression.fit(data, { c: 1 }).save();
  return saved as { weights: number[]; intercept: number };
}

describe('logistic regression', () => {
  it('finds the coefficients that made the data', () => {
    const { weights, intercept } = parameters(sample(20_000));
    expect(intercept).toBeCloseTo(-2, 1);
    expect(weights[0]! / 1.5).toBeCloseTo(1, 1);
    expect(weights[1]! / -0.8).toBeCloseTo(1, 1);
  });

  it('ends where the gradient of the penalised loss is zero', () => {
    const data = sample(500);
    const model = logisticRegression.fit(data, { c: 1 });
    const saved = model.save() as Record<'weights' | 'means' | 'deviations', number[]>;
    const gradient = [0, 0, 0];
    for (let row = 0; row < data.rows; row++) {
      const features = data.features.subarray(2 * row, 2 * row + 2);
      const residual = model.score(features) - data.labels[row]!;
      gradient[0]! += residual;
      features.forEach((value, i) => {
        gradient[i + 1]! += (residual * (value - saved.means[i]!)) / saved.deviations[i]!;
      });
    }
    expect(gradient[0]).toBeCloseTo(0, 5);
    expect(gradient[1]! + saved.weights[0]!).toBeCloseTo(0, 5);
    expect(gradient[2]! + saved.weights[1]!).toBeCloseTo(0, 5);
  });

  it('is the same bit for bit, and after saving and loading', () => {
    const data = sample(1_000);
    const saved = JSON.stringify(logisticRegression.fit(data, { c: 1 }).save());
    expect(JSON.stringify(logisticRegression.fit(sample(1_000), { c: 1 }).save())).toBe(saved);
    const loaded = logisticRegression.load(JSON.parse(saved), 2);
    const fitted = logisticRegression.fit(data, { c: 1 });
    for (let row = 0; row < 100; row++) {
      const features = data.features.subarray(2 * row, 2 * row + 2);
      expect(loaded.score(features)).toBe(fitted.score(features));
    }
  });

  it('keeps to finite weights where the classes can be told apart for certain', () => {
    const data = sample(200);
    for (let row = 0; row < data.rows; row++) {
      data.labels[row] = data.features[2 * row]! > 1010 ? 1 : 0;
    }
    const model = logisticRegression.fit(data, { c: 1 });
    const scores = Float64Array.from({ length: data.rows }, (_, row) =>
      model.score(data.features.subarray(2 * row, 2 * row + 2)),
    );
    expect(rocAuc(scores, data.labels)).toBeGreaterThan(0.99);
  });

  it('takes a feature that never varies', () => {
    const data = sample(300);
    for (let row = 0; row < data.rows; row++) data.features[2 * row] = 7;
    expect(parameters(data).weights[0]).toBeCloseTo(0, 10);
  });

  it('refuses what can not be learned from, and parameters of another shape', () => {
    const data = sample(50);
    const oneClass = { ...data, labels: new Uint8Array(50) };
    expect(() => logisticRegression.fit(oneClass)).toThrow(/50 rows, 0 of them fraud/);
    data.features[7] = NaN;
    expect(() => logisticRegression.fit(data, { c: 1 })).toThrow(/row 3, feature 1 is NaN/);
    const saved = logisticRegression.fit(sample(50)).save();
    expect(() => logisticRegression.load(saved, 3)).toThrow(/must be 3 numbers/);
    expect(() => logisticRegression.load(null, 2)).toThrow(/must be 2 numbers/);
  });
});
