import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reliability } from '#models/reliability.ts';

const of = (rows: readonly (readonly [score: number, fraud: boolean])[]) =>
  reliability(
    Float64Array.from(rows, ([score]) => score),
    Uint8Array.from(rows, ([, fraud]) => (fraud ? 1 : 0)),
  );

describe('the reliability diagram', () => {
  it('holds what was said against what came, by the range of the score', () => {
    const rows = Array.from({ length: 1_000 }, (_, i) => [0.004, i < 20] as const);
    const [low, high] = of([...rows, [0.6, true], [0.8, false], [1, true]]);
    expect(low).toMatchObject({ from: 0.002, to: 0.005, transactions: 1_000, frauds: 20 });
    expect(low!.said).toBeCloseTo(0.004, 12);
    expect(low!.came).toBe(0.02);
    // The interval of 20 in 1,000 as tables of it have it.
    expect(low!.low).toBeCloseTo(0.01299, 4);
    expect(low!.high).toBeCloseTo(0.0307, 4);
    expect(high).toMatchObject({ from: 0.5, to: 1, transactions: 3, frauds: 2 });
  });

  it('puts a score that is a bound into the range above it, and 1 into the last', () => {
    const ranges = of([
      [0, false],
      [0.001, false],
      [0.5, false],
      [1, false],
    ]).map(({ from, transactions }) => [from, transactions]);
    expect(ranges).toEqual([
      [0, 1],
      [0.001, 1],
      [0.5, 2],
    ]);
  });

  it('is in fixed bins, whatever the scores, and counts each once', () => {
    const score = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(score, fc.boolean()), { maxLength: 300 }), (rows) => {
        const bins = of(rows);
        expect(bins.length).toBeLessThanOrEqual(10);
        const sum = (of: 'transactions' | 'frauds') => bins.reduce((all, bin) => all + bin[of], 0);
        expect(sum('transactions')).toBe(rows.length);
        expect(sum('frauds')).toBe(rows.filter(([, fraud]) => fraud).length);
        for (const { from, to, said, low, came, high } of bins) {
          expect(said).toBeGreaterThanOrEqual(from * (1 - 1e-9));
          expect(said).toBeLessThanOrEqual(to * (1 + 1e-9));
          expect(low).toBeLessThanOrEqual(came + 1e-12);
          expect(high).toBeGreaterThanOrEqual(came - 1e-12);
        }
      }),
    );
  });
});
