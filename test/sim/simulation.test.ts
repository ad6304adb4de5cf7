import { describe, expect, test } from 'vitest';
import { controls } from './controls.ts';
import { runControls, runSeeds } from './run-seeds.ts';
import { World } from './world.ts';

describe('deterministic simulation', () => {
  test('the same seed gives the same trace', async () => {
    for (const seed of [3, 17, 4711]) {
      const first = await new World(seed).run();
      const second = await new World(seed).run();
      expect(second.traceHash, `seed ${seed}`).toBe(first.traceHash);
      expect(second.steps).toBe(first.steps);
    }
  });

  test('1,000 seeds of crashes, takeovers and faults lose and double nothing', async () => {
    const result = await runSeeds(1, 1001);
    const failures = result.failed.map(
      ({ seed, violations }) => `seed ${seed}: ${violations[0]} (npm run sim -- --seed ${seed})`,
    );
    expect(failures).toEqual([]);
    // A run in which nothing goes wrong would prove nothing.
    expect(result.crashes).toBeGreaterThan(1000);
    expect(result.takeovers).toBeGreaterThan(300);
    expect(result.stops).toBeGreaterThan(300);
    expect(result.outages).toBeGreaterThan(100);
  }, 170_000);

  test('notices every broken variant within 1,000 seeds', async () => {
    const results = await runControls(1001);
    expect(results).toHaveLength(Object.keys(controls).length);
    const missed = results.filter(({ caught }) => caught === null);
    expect(missed.map(({ control }) => control)).toEqual([]);
  }, 170_000);
});
