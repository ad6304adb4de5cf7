import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { averagePrecision, brierScore, cardPrecision, rocAuc } from '#models/metrics.ts';

const scored = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.boolean()), { minLength: 2, maxLength: 40 })
  .filter((rows) => rows.some(([, fraud]) => fraud) && rows.some(([, fraud]) => !fraud))
  .map((rows) => ({
    scores: Float64Array.from(rows, ([score]) => score / 8),
    labels: Uint8Array.from(rows, ([, fraud]) => (fraud ? 1 : 0)),
  }));

describe('metrics', () => {
  it('the area under the ROC curve is the share of pairs in the right order', () => {
    fc.assert(
      fc.property(scored, ({ scores, labels }) => {
        let right = 0;
        let pairs = 0;
        scores.forEach((a, i) => {
          scores.forEach((b, j) => {
            if (labels[i] !== 1 || labels[j] !== 0) return;
            pairs++;
            right += a > b ? 1 : a === b ? 0.5 : 0;
          });
        });
        expect(rocAuc(scores, labels)).toBeCloseTo(right / pairs, 10);
      }),
    );
  });

  it('average precision is the sum of recall steps times precision', () => {
    fc.assert(
      fc.property(scored, ({ scores, labels }) => {
        const frauds = labels.reduce((a, b) => a + b, 0);
        let sum = 0;
        let recallBefore = 0;
        for (const threshold of [...new Set(scores)].sort((a, b) => b - a)) {
          const alerts = [...labels].filter((_, i) => scores[i]! >= threshold);
          const hits = alerts.filter((label) => label === 1).length;
          sum += (hits / frauds - recallBefore) * (hits / alerts.length);
          recallBefore = hits / frauds;
        }
        expect(averagePrecision(scores, labels)).toBeCloseTo(sum, 10);
      }),
    );
  });

  it('give the values of a worked example', () => {
    const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8);
    const labels = Uint8Array.of(0, 0, 1, 1);
    expect(rocAuc(scores, labels)).toBeCloseTo(0.75, 12);
    expect(averagePrecision(scores, labels)).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 3), 12);
    expect(brierScore(scores, labels)).toBeCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, 12);
  });

  it('card precision leaves accounts out once they are found', () => {
    const row = (day: number, accountId: string, score: number, fraud: boolean) => {
      return { day, accountId, score, fraud };
    };
    const transactions = [
      row(1, 'a', 0.9, true),
      row(1, 'a', 0.1, false),
      row(1, 'b', 0.8, false),
      row(1, 'c', 0.7, true),
      row(2, 'a', 0.9, true),
      row(2, 'b', 0.2, false),
      row(2, 'c', 0.3, true),
      row(2, 'd', 0.1, true),
    ];
    // Day 1: a and b, one right. Day 2 without a: c and b, one right.
    expect(cardPrecision(transactions, 2)).toBeCloseTo(0.5, 12);
    expect(cardPrecision(transactions, 1)).toBeCloseTo(1, 12);
  });
});
