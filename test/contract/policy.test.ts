/**
 * What every selector policy must do, one that somebody adds included. How well each does over a
 * stream: test/models/selector.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { productIndex } from '#models/selector/evidence.ts';
import { type Choice, type Standing, policies } from '#models/selector/policy.ts';
import { seededRandom } from '#models/seeded-random.ts';

const modelsMax = 7;

/** Anything that a persona may stand at, the first transaction and a tie of all included. */
const standings: fc.Arbitrary<Standing> = fc.integer({ min: 1, max: modelsMax }).chain((models) => {
  const each = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
    fc.array(value, { minLength: models, maxLength: models });
  const loss = fc.oneof(
    fc.constant(0),
    fc.constant(0.5),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  const count = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true }));
  return fc
    .record({
      count: each(count),
      own: each(count),
      mean: each(loss),
      errors: each(fc.double({ min: -1, max: 1, noNaN: true })),
      standardError: fc.option(fc.double({ min: 0, max: 0.5, noNaN: true })),
      healthy: each(fc.boolean()).filter((some) => some.includes(true)),
      incumbent: fc.option(fc.integer({ min: 0, max: models - 1 })),
      incumbentDays: fc.integer({ min: 0, max: 100 }),
    })
    .map(({ errors, standardError, ...standing }) => ({
      ...standing,
      means: { loss: standing.mean, products: productsOf(errors) },
      error: (i: number, j: number) => (i === j ? null : standardError),
    }));
});

/** Mean products of errors as one transaction's would be: a matrix that can exist. */
function productsOf(errors: readonly number[]): number[] {
  const products: number[] = [];
  errors.forEach((a, i) =>
    errors.forEach((b, j) => {
      if (j >= i) products[productIndex(errors.length, i, j)] = a * b;
    }),
  );
  return products;
}

describe.each([...policies])('the policy %s', (name, policy) => {
  const chosen = (standing: Standing, seed: number): Choice =>
    policy.choose(standing, seededRandom(seed));
  const holds = (check: (standing: Standing, seed: number) => void): void =>
    fc.assert(fc.property(standings, fc.nat(), check), { numRuns: 2_000 });

  test('goes by its own name', () => {
    expect(policy.name).toBe(name);
    expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
  });

  test('gives each model a share, and all of them 1', () => {
    holds((standing, seed) => {
      const { weights, kind } = chosen(standing, seed);
      expect(weights).toHaveLength(standing.mean.length);
      for (const weight of weights) expect(weight).toBeGreaterThanOrEqual(0);
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      expect(['draw', 'mean', 'learned-blend']).toContain(kind);
    });
  });

  test('never gives a share to a model without a score', () => {
    holds((standing, seed) => {
      const { weights } = chosen(standing, seed);
      standing.healthy.forEach((ok, i) => {
        if (!ok) expect(weights[i]).toBe(0);
      });
    });
  });

  test('serves the only model that gave a score, alone', () => {
    holds((standing, seed) => {
      const only = standing.healthy.indexOf(true);
      const healthy = standing.healthy.map((_, i) => i === only);
      expect(chosen({ ...standing, healthy }, seed).weights[only]).toBeCloseTo(1, 9);
    });
  });

  test('chooses the same for the same transaction, and changes nothing that it looks at', () => {
    holds((standing, seed) => {
      const before = JSON.stringify(standing);
      expect(chosen(standing, seed)).toEqual(chosen(standing, seed));
      expect(JSON.stringify(standing)).toBe(before);
    });
  });
});
