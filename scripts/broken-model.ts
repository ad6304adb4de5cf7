/** What a selector makes of a model that silently breaks half-way. */
import type { SelectorOptions } from '#models/selector/selector.ts';
import { type Trial, simulate } from '#models/selector/simulate.ts';
import type { Figures } from './figures.ts';

interface BreakageKind {
  readonly name: string;
  readonly score: (score: number) => number;
}

/** What it says from then on. */
export const breakages: readonly BreakageKind[] = [
  { name: 'says one half', score: () => 0.5 },
  { name: 'says the contrary', score: (score) => 1 - score },
  { name: 'says nothing', score: () => NaN },
];

export interface Breakage {
  readonly model: string;
  /** Its share of the traffic before; at once; from so many days after it broke. */
  readonly shareBefore: number;
  readonly shareAtOnce: number;
  readonly daysAfter: number;
  readonly shareAfter: number;
  readonly policy: Figures;
}

const brokenAfterDays = 20;

/** Breaks the model that served most until then. */
export function brokenRun(
  trials: readonly Trial[],
  names: readonly string[],
  options: SelectorOptions,
  { score }: BreakageKind,
  judge: (scores: ArrayLike<number>) => Figures,
): Breakage {
  const firstDay = trials[0]!.day;
  const lastDay = trials.at(-1)!.day;
  const brokenDay = firstDay + brokenAfterDays;
  const undisturbed = simulate(trials, options);
  const counts = names.map(() => 0);
  trials.forEach(({ day }, i) => {
    if (day < brokenDay) counts[undisturbed.served[i]!]!++;
  });
  const broken = counts.indexOf(Math.max(...counts));
  const changed = trials.map((trial) =>
    trial.day < brokenDay
      ? trial
      : { ...trial, scores: trial.scores.with(broken, score(trial.scores[broken]!)) },
  );
  const run = simulate(changed, options);
  const share = (from: number, to: number): number => {
    let [all, its] = [0, 0];
    trials.forEach(({ day }, i) => {
      if (day < from || day >= to) return;
      all++;
      if (run.served[i] === broken) its++;
    });
    return its / all;
  };
  const daysAfter = options.maturityDays + 3;
  return {
    model: names[broken]!,
    shareBefore: share(firstDay, brokenDay),
    shareAtOnce: share(brokenDay, brokenDay + 1),
    daysAfter,
    shareAfter: share(brokenDay + daysAfter, lastDay + 1),
    policy: judge(run.scores),
  };
}
