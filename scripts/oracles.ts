/** What would have been best to serve, had it been known: by log loss over all held-out days. */
import type { Trial } from '#models/selector/simulate.ts';
import { natsOf } from './figures.ts';

export interface Hindsight {
  readonly bestFixed: Float64Array;
  readonly personaOracle: Float64Array;
  /** By the personas that were assigned instead of the true ones. */
  readonly assignedOracle: Float64Array;
  /** By true persona and spans of ten days. */
  readonly switchingOracle: Float64Array;
}

const spanDays = 10;

export function hindsight(trials: readonly Trial[], truth: readonly string[]): Hindsight {
  const firstDay = trials[0]!.day;
  const span = (day: number): number => Math.floor((day - firstDay) / spanDays);
  return {
    bestFixed: bestBy(trials, () => 'all'),
    personaOracle: bestBy(trials, (_, i) => truth[i]!),
    assignedOracle: bestBy(trials, ({ persona }) => persona),
    switchingOracle: bestBy(trials, ({ day }, i) => `${truth[i]!} ${span(day)}`),
  };
}

/** In each group the scores of the model that did best in it. */
function bestBy(
  trials: readonly Trial[],
  groupOf: (trial: Trial, i: number) => string,
): Float64Array {
  const losses = new Map<string, number[]>();
  trials.forEach((trial, i) => {
    const group = groupOf(trial, i);
    const sums = losses.get(group) ?? trial.scores.map(() => 0);
    losses.set(group, sums);
    trial.scores.forEach((score, model) => (sums[model]! += natsOf(score, trial.fraud)));
  });
  return mixedBy(trials, (trial, i) => {
    const sums = losses.get(groupOf(trial, i))!;
    return sums.indexOf(Math.min(...sums));
  });
}

/** The scores of the model that is chosen for each. */
export function mixedBy(
  trials: readonly Trial[],
  modelOf: (trial: Trial, i: number) => number,
): Float64Array {
  return Float64Array.from(trials, (trial, i) => trial.scores[modelOf(trial, i)]!);
}
