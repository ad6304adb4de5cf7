import { beforeAll, describe, expect, it } from 'vitest';
import {
  type WorldEvaluation,
  evaluateWorld,
  recommended,
} from '../../scripts/selector-evaluation.ts';

/**
 * A smaller world than that of docs/quality.md, from training to the choice of models. The floors
 * are far below what is measured: they catch a broken model, feature or label path, not a bad day.
 */
describe('a generated world', () => {
  let world: WorldEvaluation;
  beforeAll(async () => {
    world = await evaluateWorld({ seed: 201, customers: 2_000 }, () => undefined);
  }, 600_000);

  const precision = (group: 'alone' | 'hindsight' | 'policies', name: string): number =>
    world[group][name]!.averagePrecision;

  it('is learnt by every kind of model', () => {
    const floors = {
      'logistic-regression': 0.12,
      'decision-tree': 0.05,
      'random-forest': 0.2,
      'boosted-trees': 0.25,
      'neural-network': 0.2,
    };
    expect(world.models.toSorted()).toEqual(Object.keys(floors).sort());
    for (const [name, floor] of Object.entries(floors)) {
      expect(precision('alone', name), name).toBeGreaterThan(floor);
    }
  });

  it('has different best models for different personas', () => {
    const best = world.personas.map(({ averagePrecision }) =>
      averagePrecision.indexOf(Math.max(...averagePrecision)),
    );
    expect(new Set(best).size).toBeGreaterThanOrEqual(2);
    expect(world.hindsight['best per persona']!.logLoss).toBeLessThan(
      0.97 * world.hindsight['best single model']!.logLoss,
    );
  });

  it('has accounts that are taken for what they are', () => {
    expect(world.personasRight.all).toBeGreaterThan(0.9);
    expect(world.personasRight.worst).toBeGreaterThan(0.7);
  });

  it('is served better by choosing with late labels than by one model for all', () => {
    const { policies } = world;
    expect(policies[recommended]!.gapRecovered).toBeGreaterThan(0.2);
    expect(policies['learned-blend']!.gapRecovered).toBeGreaterThan(0.3);
    expect(precision('policies', 'learned-blend')).toBeGreaterThan(precision('policies', 'mean'));
    // Labels that only the served model is credited with teach less.
    expect(policies['epsilon-greedy']!.logLoss).toBeLessThan(
      policies['epsilon-greedy, served model alone']!.logLoss,
    );
  });

  it('is hardly served by a model that broke, and not at all by one that says nothing', () => {
    for (const [name, { shareBefore, shareAtOnce, shareAfter }] of Object.entries(world.broken)) {
      expect(shareBefore, name).toBeGreaterThan(0.2);
      expect(shareAtOnce, name).toBeLessThan(0.2);
      expect(shareAfter, name).toBeLessThan(0.02);
    }
    expect(world.broken['says nothing']!.shareAtOnce).toBe(0);
  });
});
