import { describe, expect, it } from 'vitest';
import { averagePrecision } from '#models/metrics.ts';
import { lossOf } from '#models/selector/evidence.ts';
import { packSelector, unpackSelector } from '#models/selector/packed-state.ts';
import { policies } from '#models/selector/policy.ts';
import {
  type SelectorOptions,
  credit,
  decide,
  emptySelector,
  selectorDefaults,
} from '#models/selector/selector.ts';
import { type Simulation, type Trial, simulate } from '#models/selector/simulate.ts';
import { modelCount, priorOf, stream } from './streams.ts';

const flat = priorOf(Array.from({ length: modelCount }, () => 0.02));

function options(policy: string, changes: Partial<SelectorOptions> = {}): SelectorOptions {
  const found = policies.get(policy)!;
  // Labels come after 7 days: on the eighth all of them are there.
  return { ...selectorDefaults, maturityDays: 8, policy: found, prior: flat, ...changes };
}

/** Share of the transactions of `[from, to)` that a model served. */
function share(
  trials: readonly Trial[],
  { served }: Simulation,
  model: number,
  from: number,
  to: number,
): number {
  const within = trials.flatMap(({ day }, i) => (day >= from && day < to ? [served[i]] : []));
  return within.filter((one) => one === model).length / within.length;
}

/** Regret against the persona oracle, as a share of that of a model drawn at random. */
function regret({ loss }: Simulation): number {
  return (loss.policy - loss.personaOracle) / (loss.uniformRandom - loss.personaOracle);
}

const dominated = stream({
  ...{ seed: 1, days: 60, perDay: 1_000, personas: ['p'] },
  skill: () => [0.2, 0.3, 0.4, 0.6, 0.9],
});

const winners: Readonly<Record<string, readonly number[]>> = {
  a: [0.9, 0.4, 0.4, 0.3, 0.5],
  b: [0.4, 0.9, 0.4, 0.3, 0.5],
  c: [0.4, 0.4, 0.9, 0.3, 0.5],
  d: [0.4, 0.4, 0.4, 0.9, 0.5],
};
const various = stream({
  ...{ seed: 2, days: 60, perDay: 500, personas: Object.keys(winners) },
  skill: (persona) => winners[persona]!,
});

describe('the recommended policy', () => {
  it('stays with the best model where a holdout named it', () => {
    const prior = priorOf([0.0196, 0.0194, 0.019, 0.018, 0.016]);
    const run = simulate(dominated, options('follow-the-leader', { prior }));
    expect(regret(run)).toBeLessThan(0.02);
  });

  it('finds it without one, when the first labels are mature', () => {
    const run = simulate(dominated, options('follow-the-leader'));
    expect(share(dominated, run, 4, 9, 60)).toBeGreaterThan(0.95);
    // What it lost is the time without labels, with the mean of all models.
    expect(regret(run)).toBeLessThan(0.12);
  });

  it('finds another one for each persona', () => {
    const { loss } = simulate(various, options('follow-the-leader'));
    const recovered = (loss.bestFixed - loss.policy) / (loss.bestFixed - loss.personaOracle);
    expect(recovered).toBeGreaterThan(0.75);
  });

  it('changes over within the delay and 14 days after another one has become the best', () => {
    const trials = stream({
      ...{ seed: 3, days: 70, perDay: 1_000, personas: ['p'] },
      skill: (_, day) => (day < 40 ? [0.9, 0.3, 0.3, 0.3, 0.3] : [0.3, 0.9, 0.3, 0.3, 0.3]),
    });
    const run = simulate(trials, options('follow-the-leader'));
    expect(share(trials, run, 0, 20, 40)).toBeGreaterThan(0.95);
    expect(share(trials, run, 1, 40 + 7 + 14, 70)).toBeGreaterThan(0.8);
  });

  it.each([
    ['says the same of everything', () => 0.5],
    ['says the contrary', (score: number) => 1 - score],
  ])('leaves a model that silently %s', (_, broken) => {
    const trials = stream({
      ...{ seed: 4, days: 50, perDay: 1_000, personas: ['p', 'q'] },
      skill: () => [0.3, 0.4, 0.5, 0.6, 0.9],
      distort: (model, day, score) => (model === 4 && day >= 25 ? broken(score) : score),
    });
    const run = simulate(trials, options('follow-the-leader'));
    expect(share(trials, run, 4, 15, 25)).toBeGreaterThan(0.95);
    expect(share(trials, run, 4, 25 + 7 + 3, 50)).toBeLessThan(0.02);
  });
});

describe.each([...policies.keys()])('the policy %s', (name) => {
  it('never serves a model that gives no probability, from the first moment on', () => {
    const trials = stream({
      ...{ seed: 5, days: 20, perDay: 200, personas: ['p'] },
      skill: () => [0.3, 0.4, 0.5, 0.6, 0.9],
      distort: (model, day, score) => (model === 4 && day >= 10 ? NaN : score),
    });
    const run = simulate(trials, options(name));
    expect(share(trials, run, 4, 10, 20)).toBe(0);
    expect(run.scores.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  it('gives the same choices and the same state for the same events', () => {
    const trials = various.slice(0, 30_000);
    const [first, again] = [simulate(trials, options(name)), simulate(trials, options(name))];
    expect(again).toEqual(first);
    const other = simulate(trials, options(name, { seed: 2 }));
    if (['thompson', 'epsilon-greedy', 'hedge', 'exp3'].includes(name)) {
      expect(other.served).not.toEqual(first.served);
    }
  });

  it('does better than chance with the losses of all models', () => {
    expect(regret(simulate(dominated, options(name)))).toBeLessThan(0.6);
  });

  it('logs how likely each choice was', () => {
    const state = emptySelector(options(name));
    for (const trial of dominated.slice(0, 300)) {
      const { served, choice, propensity } = decide(state, options(name), trial, trial.scores);
      expect(choice.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 9);
      expect(propensity).toBeGreaterThan(0);
      if (choice.kind === 'draw') expect(propensity).toBeCloseTo(choice.weights[served]!, 12);
    }
  });
});

describe('a selector', () => {
  it('uses no label before it arrives', () => {
    // Labels that arrive after the end, and say nonsense, change nothing.
    const late = dominated.map((trial) => ({ ...trial, labelDay: trial.day + 1_000 }));
    const poisoned = late.map((trial, i) => (i % 3 === 0 ? { ...trial, fraud: true } : trial));
    const policy = options('follow-the-leader');
    expect(simulate(poisoned, policy).served).toEqual(simulate(late, policy).served);
  });

  it('knows less with the served model alone, and explores for it', () => {
    const full = regret(simulate(dominated, options('epsilon-greedy')));
    const bandit = regret(simulate(dominated, options('epsilon-greedy', { bandit: true })));
    expect(full).toBeLessThan(0.5 * bandit);
  });

  it('does not follow a lead that rests on too few transactions', () => {
    const policy = options('follow-the-leader', {
      prior: priorOf([0.02, 0.03, 0.03, 0.03, 0.03]),
    });
    const few = dominated.filter((_, i) => i % 40 === 0);
    // 25 a day, of which 200 at most count, however sure they are.
    expect(new Set(simulate(few, { ...policy, pseudoCount: 1 }).served)).toEqual(new Set([0]));
    expect(new Set(simulate(dominated, policy).served).size).toBeGreaterThan(1);
  });

  it('serves the mean of all while no model leads for certain, and again when its lead is lost', () => {
    const trials = stream({
      ...{ seed: 8, days: 60, perDay: 1_000, personas: ['p'] },
      skill: (_, day) => (day < 25 ? [0.9, 0.3, 0.3, 0.3, 0.3] : [0.3, 0.9, 0.3, 0.3, 0.3]),
    });
    const policy = options('follow-the-leader');
    const { scores } = simulate(trials, policy);
    const mean = simulate(trials, options('mean')).scores;
    const blended = (from: number, to: number): number => {
      const days = trials.map(({ day }) => day >= from && day < to);
      const all = days.filter(Boolean).length;
      return trials.filter((_, i) => days[i] && scores[i] === mean[i]).length / all;
    };
    // Nothing is known before the first day is mature.
    expect(blended(0, policy.maturityDays)).toBe(1);
    expect(blended(12, 25)).toBeLessThan(0.1);
    // The change is known a week later, and then weighed against what was true before.
    expect(blended(25, 25 + policy.maturityDays)).toBeLessThan(0.1);
    expect(blended(32, 50)).toBeGreaterThan(0);
    expect(blended(55, 60)).toBeLessThan(0.1);
    const state = emptySelector(policy);
    expect(unpackSelector(packSelector(state), 5).incumbent).toBeNull();
  });

  it('follows a pin, except to a model that gives no probability', () => {
    const prior = priorOf([0.1, 0.2, 0.3, 0.4, 0.5]);
    const state = emptySelector(options('follow-the-leader', { prior }));
    const scores = [0.1, 0.2, 0.3, NaN, 0.5];
    const serve = (pinned: number | null): number => {
      state.pinned = pinned;
      return decide(state, options('follow-the-leader'), { id: 't', day: 1 }, scores).served;
    };
    expect([serve(null), serve(2), serve(3), serve(null)]).toEqual([0, 2, 0, 0]);
    const none = [NaN, NaN, NaN, NaN, NaN];
    expect(() => decide(state, options('mean'), { id: 't', day: 1 }, none)).toThrow(/no model/);
  });

  it('is as before when a label is taken back', () => {
    const policy = options('follow-the-leader');
    const state = emptySelector(policy);
    for (const trial of dominated.slice(0, 20_000)) decide(state, policy, trial, trial.scores);
    const before = packSelector(state);
    const outcome = { ...dominated[5_000]!, served: 0, score: 0.1 };
    credit(state, policy, outcome, true);
    expect(packSelector(state)).not.toEqual(before);
    credit(state, policy, outcome, false);
    const after = new Float64Array(Uint8Array.from(packSelector(state)).buffer);
    const numbers = new Float64Array(Uint8Array.from(before).buffer);
    after.forEach((value, i) => expect(value).toBeCloseTo(numbers[i]!, 9));
  });

  it('lets an early label stand for later ones, which then count no more', () => {
    const policy = options('follow-the-leader', { maturityDays: 3, knownShare: 0.5 });
    const scores = [0.2, 0.2, 0.2, 0.2, 0.9];
    const after = (...labels: { labelDay: number; fraud: boolean }[]): number[] => {
      const state = emptySelector(policy);
      decide(state, policy, { id: 't', day: 10 }, scores);
      for (const { labelDay, fraud } of labels) {
        credit(state, policy, { day: 10, scores, served: 0, score: 0.2, labelDay }, fraud);
      }
      const { loss, seen } = state.evidence.open.get(10)!;
      return [loss[0]!, seen[0]!];
    };
    const [legitimate, fraud] = [lossOf(0.2, false), lossOf(0.2, true)];
    const near = (values: readonly number[]): unknown =>
      values.map((value): unknown => expect.closeTo(value, 12));
    expect(after()).toEqual(near([legitimate, 0]));
    // Two frauds where one is known, less the one transaction that is none after all.
    expect(after({ labelDay: 12, fraud: true })).toEqual(near([2 * fraud - legitimate, 2]));
    expect(after({ labelDay: 13, fraud: true })).toEqual(near([legitimate, 0]));
    const taken = [
      { labelDay: 12, fraud: true },
      { labelDay: 12, fraud: false },
    ];
    expect(after(...taken)).toEqual(near([legitimate, 0]));
  });

  it('blends what errs apart better than any of it alone, and than all of it alike', () => {
    // Two that see different parts of the risk, and some that see little.
    const halves = stream({
      ...{ seed: 7, days: 40, perDay: 1_000, personas: ['p'] },
      skill: () => [0.6, 0.6, 0.1, 0.1, 0],
    });
    const squared = (scores: ArrayLike<number>): number =>
      halves.reduce((sum, { fraud, day }, i) => {
        return day < 10 ? sum : sum + (scores[i]! - (fraud ? 1 : 0)) ** 2;
      }, 0);
    const blend = squared(simulate(halves, options('learned-blend')).scores);
    const alone = [0, 1, 2, 3].map((i) => squared(halves.map(({ scores }) => scores[i]!)));
    expect(blend).toBeLessThan(0.99 * Math.min(...alone));
    expect(blend).toBeLessThan(squared(simulate(halves, options('mean')).scores));
  });

  it('scores better with the mean of several models than with most of them', () => {
    const labels = Uint8Array.from(various, ({ fraud }) => (fraud ? 1 : 0));
    const ap = (scores: Float64Array): number => averagePrecision(scores, labels);
    const mean = ap(simulate(various, options('mean')).scores);
    expect(mean).toBeGreaterThan(ap(Float64Array.from(various, ({ scores }) => scores[3]!)));
  });
});
