import { describe, expect, test } from 'vitest';
import { controls } from './controls.ts';
import { faultsOf } from './fault-report.ts';
import { runControls, runSeeds } from './run-seeds.ts';
import { faultKinds, World } from './world.ts';
import { injected } from '../fault-table/injected.ts';

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
    for (const { row, faults } of faultsOf(result)) injected(row, faults);
    const failures = result.failed.map(
      ({ seed, violations }) => `seed ${seed}: ${violations[0]} (npm run sim -- --seed ${seed})`,
    );
    expect(failures).toEqual([]);
    // A run in which nothing goes wrong would prove nothing.
    expect(result.injected.crash).toBeGreaterThan(1000);
    expect(result.injected.takeover).toBeGreaterThan(300);
    for (const kind of faultKinds) expect(result.injected[kind], kind).toBeGreaterThan(50);
  }, 170_000);

  test('notices every broken variant within 1,000 seeds', async () => {
    const results = await runControls(1001);
    injected(32, results.length);
    expect(results).toHaveLength(Object.keys(controls).length);
    const missed = results.filter(({ caught }) => caught === null);
    expect(missed.map(({ control }) => control)).toEqual([]);
  }, 170_000);
});
