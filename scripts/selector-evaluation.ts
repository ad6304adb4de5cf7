/**
 * One world of personas, from training to the choice of models: what every model does for every
 * persona, and what every policy makes of that, on days that nothing was trained on.
 */
import type { TrainedModel } from '#models/artifact.ts';
import { classifierKinds } from '#models/registry.ts';
import { shrunk } from '#models/selector/means.ts';
import { policies } from '#models/selector/policy.ts';
import {
  type SelectorOptions,
  type SelectorState,
  selectorDefaults,
} from '#models/selector/selector.ts';
import { type Trial, simulate } from '#models/selector/simulate.ts';
import { warmStartOf } from '#models/selector/warm-start.ts';
import { trainModel } from '#models/training.ts';
import { type Breakage, breakages, brokenRun } from './broken-model.ts';
import { type Figures, figuresOf, natsOf } from './figures.ts';
import { hindsight, mixedBy } from './oracles.ts';
import { type Overrides, alertShare, days, personaData } from './persona-stream.ts';
import { holdoutOf, knownShareOf, trialsOf } from './trials.ts';

export const recommended = 'follow-the-leader';

/** One persona over some days of the timeline. */
export interface PersonaRow {
  readonly persona: string;
  readonly from: number;
  readonly to: number;
  readonly frauds: number;
  /** By model. */
  readonly averagePrecision: readonly number[];
  readonly logLoss: readonly number[];
}

export interface WorldEvaluation {
  readonly seed: number;
  readonly transactions: number;
  readonly frauds: number;
  readonly models: readonly string[];
  /** Seconds that fitting and calibrating took, by model. */
  readonly fitS: readonly number[];
  /** Share of the transactions whose account is taken for what it is, and the worst persona's. */
  readonly personasRight: { readonly all: number; readonly worst: number };
  readonly personas: readonly PersonaRow[];
  /** By name: each model alone, what hindsight would choose, then policies. */
  readonly alone: Readonly<Record<string, Figures>>;
  readonly hindsight: Readonly<Record<string, Figures>>;
  readonly policies: Readonly<Record<string, Figures>>;
  readonly broken: Readonly<Record<string, Breakage>>;
  /** By policy, the loss in excess of the best single model's, summed up to each held-out day. */
  readonly regret: Readonly<Record<string, readonly number[]>>;
}

/** The windows of the table: before and after tactics and signals changed for most. */
const windows = [
  [days.inService[0], 100],
  [100, days.inService[1]],
] as const;

export async function evaluateWorld(
  overrides: Overrides,
  say: (line: string) => void,
): Promise<WorldEvaluation> {
  const { data, options, world } = personaData(overrides, days.inService, say);
  const models: TrainedModel[] = [];
  const fitS: number[] = [];
  for (const [name, kind] of classifierKinds) {
    say(`${name} on ${data.training.set.rows} transactions`);
    const startedMs = performance.now();
    models.push(await trainModel(kind, data, alertShare, { data: '', generator: {} }));
    fitS.push((performance.now() - startedMs) / 1000);
  }
  const names = models.map(({ classifier }) => classifier.name);
  const truth = data.heldOut.transactions.map(({ accountId }) => {
    return world.personaOf(Number(accountId.slice(2)))!;
  });
  const trials = trialsOf(models, data.heldOut);
  const holdout = holdoutOf(models, data);
  const knownShare = knownShareOf(data, selectorDefaults.maturityDays);
  const selecting = { ...selectorDefaults, knownShare };
  const firstDay = options.timelineFrom + days.inService[0];
  const warm = warmStartOf(holdout, firstDay, names.length, selecting);
  const optionsOf = (policy: string, changes: Partial<SelectorOptions> = {}): SelectorOptions => ({
    ...selecting,
    policy: policies.get(policy)!,
    prior: warm.prior,
    warmStart: warm.personas,
    ...changes,
  });

  const past = hindsight(trials, truth);
  const reference = { bestFixed: past.bestFixed, oracle: past.personaOracle };
  const judge = (scores: ArrayLike<number>): Figures => figuresOf(scores, trials, reference);
  const regret: Record<string, readonly number[]> = {};
  const run = (name: string, options: SelectorOptions, on: readonly Trial[] = trials): Figures => {
    say(`policy ${name}`);
    const { scores } = simulate(on, options);
    regret[name] = regretByDay(scores, past.bestFixed, trials, firstDay);
    return judge(scores);
  };
  const cold: Partial<SelectorOptions> = { warmStart: new Map() };
  const together = trials.map((trial) => ({ ...trial, persona: 'everybody' }));
  const everybody = holdout.map((trial) => ({ ...trial, persona: 'everybody' }));
  const warmTogether = warmStartOf(everybody, firstDay, names.length, selecting);
  const leaderOf = (state?: SelectorState): number => {
    if (state === undefined) return 0;
    const { loss } = shrunk(state.evidence.settled, warm.prior, selecting.pseudoCount);
    return loss.indexOf(Math.min(...loss));
  };
  const explorers = [...policies.values()].filter(({ explores }) => explores);
  return {
    seed: options.seed,
    transactions: trials.length,
    frauds: trials.filter(({ fraud }) => fraud).length,
    models: names,
    fitS,
    personasRight: personasRight(data.heldOut.personas, truth),
    personas: personaRows(trials, truth, firstDay - days.inService[0]),
    alone: Object.fromEntries(
      names.map((name, i) => [name, judge(trials.map(({ scores }) => scores[i]!))]),
    ),
    hindsight: {
      'best single model': judge(past.bestFixed),
      'best per persona': judge(past.personaOracle),
      'best per assigned persona': judge(past.assignedOracle),
      'best per persona and 10 days': judge(past.switchingOracle),
      'chosen on the holdout': judge(
        mixedBy(trials, ({ persona }) => {
          return leaderOf(warm.personas.get(persona));
        }),
      ),
    },
    policies: {
      ...Object.fromEntries([...policies.keys()].map((name) => [name, run(name, optionsOf(name))])),
      [`${recommended}, no warm start`]: run('cold', optionsOf(recommended, cold)),
      [`${recommended}, one for all`]: run(
        'one for all',
        optionsOf(recommended, { prior: warmTogether.prior, warmStart: warmTogether.personas }),
        together,
      ),
      [`${recommended}, true persona`]: run(
        'true persona',
        optionsOf(recommended),
        trials.map((trial, i) => ({ ...trial, persona: truth[i]! })),
      ),
      ...Object.fromEntries(
        explorers.map(({ name }) => {
          const label = `${name}, served model alone`;
          return [label, run(label, optionsOf(name, { bandit: true }))];
        }),
      ),
    },
    broken: Object.fromEntries(
      breakages.map((breakage) => {
        say(`broken: ${breakage.name}`);
        return [breakage.name, brokenRun(trials, names, optionsOf(recommended), breakage, judge)];
      }),
    ),
    regret,
  };
}

function personasRight(
  assigned: readonly (string | null)[],
  truth: readonly string[],
): WorldEvaluation['personasRight'] {
  const counts = new Map<string, { right: number; all: number }>();
  assigned.forEach((persona, i) => {
    const count = counts.get(truth[i]!) ?? { right: 0, all: 0 };
    counts.set(truth[i]!, count);
    count.all++;
    if (persona === truth[i]) count.right++;
  });
  const all = [...counts.values()];
  const right = all.reduce((sum, count) => sum + count.right, 0);
  return {
    all: right / assigned.length,
    worst: Math.min(...all.map((count) => count.right / count.all)),
  };
}

function personaRows(
  trials: readonly Trial[],
  truth: readonly string[],
  timelineFrom: number,
): PersonaRow[] {
  const reference = { bestFixed: [], oracle: [] };
  return [...new Set(truth)].sort().flatMap((persona) =>
    windows.map(([from, to]) => {
      const own = trials.filter(({ day }, i) => {
        return truth[i] === persona && day >= timelineFrom + from && day < timelineFrom + to;
      });
      const figures = own[0]!.scores.map((_, model) =>
        figuresOf(
          own.map(({ scores }) => scores[model]!),
          own,
          reference,
        ),
      );
      return {
        ...{ persona, from, to, frauds: own.filter(({ fraud }) => fraud).length },
        averagePrecision: figures.map(({ averagePrecision }) => averagePrecision),
        logLoss: figures.map(({ logLoss }) => logLoss),
      };
    }),
  );
}

function regretByDay(
  scores: ArrayLike<number>,
  best: ArrayLike<number>,
  trials: readonly Trial[],
  firstDay: number,
): number[] {
  const sums = new Array<number>(days.inService[1] - days.inService[0]).fill(0);
  trials.forEach(({ day, fraud }, i) => {
    sums[day - firstDay]! += natsOf(scores[i]!, fraud) - natsOf(best[i]!, fraud);
  });
  let sum = 0;
  return sums.map((value) => (sum += value));
}
