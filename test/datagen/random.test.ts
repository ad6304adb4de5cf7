import { describe, expect, it } from 'vitest';
import { RandomStream } from '#datagen/random.ts';

describe('random streams', () => {
  it('are fixed for ever by their key', () => {
    const random = new RandomStream().start(1, 3, 42, 17_622);
    const drawn = [random.nextUint32(), random.nextUint32(), random.nextUint32()];
    expect(drawn).toEqual([1051140619, 642972, 1909830367]);
  });

  it('of neighbouring keys have nothing to do with each other', () => {
    const firsts = new Set<number>();
    for (let index = 0; index < 100; index++) {
      for (let day = 0; day < 100; day++) {
        firsts.add(new RandomStream().start(1, 3, index, day).nextUint32());
      }
    }
    // 10,000 draws of 2^32: the expected number of pairs that are equal is 0.012.
    expect(firsts.size).toBeGreaterThan(9_998);
  });

  it('have the moments of their distributions', () => {
    const random = new RandomStream().start(7, 1, 0, 0);
    const draw = (one: () => number): { mean: number; variance: number } => {
      const values = Array.from({ length: 50_000 }, one);
      const mean = values.reduce((a, b) => a + b) / values.length;
      return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length };
    };
    const uniform = draw(() => random.uniform());
    expect(uniform.mean).toBeCloseTo(0.5, 2);
    expect(uniform.variance).toBeCloseTo(1 / 12, 2);
    const normal = draw(() => random.normal(10, 2));
    expect(normal.mean).toBeCloseTo(10, 1);
    expect(normal.variance / 4).toBeCloseTo(1, 1);
    const poisson = draw(() => random.poisson(3));
    expect(poisson.mean / 3).toBeCloseTo(1, 1);
    expect(poisson.variance / 3).toBeCloseTo(1, 1);
  });
});
