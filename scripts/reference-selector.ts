/**
 * The selector on the Handbook's stream, where one model is the best for everybody, and on the same
 * scores with the models' places permuted, so that each persona has another best one. It shows what
 * the mechanism does when the truth is known; nothing there is fraud of a special kind.
 */
import type { TrainedModel } from '#models/artifact.ts';
import { featureNames } from '#models/features/feature-vector.ts';
import { dayMs } from '#models/features/transaction.ts';
import { averagePrecision } from '#models/metrics.ts';
import { classifierKinds } from '#models/registry.ts';
import { seededRandom, shuffled } from '#models/seeded-random.ts';
import { equalMeans } from '#models/selector/means.ts';
import { policies } from '#models/selector/policy.ts';
import { type SelectorOptions, selectorDefaults } from '#models/selector/selector.ts';
import { type Simulation, type Trial, simulate } from '#models/selector/simulate.ts';
import {
  type HoldoutTransaction,
  type WarmStart,
  warmStartOf,
} from '#models/selector/warm-start.ts';
import { type Rows, type TrainingPlan, prepareTraining, trainModel } from '#models/training.ts';
import { figuresOf } from './figures.ts';
import { hindsight } from './oracles.ts';
import { alertShare } from './persona-stream.ts';
import { referenceSettings } from './reference-evaluation.ts';
import { referenceEvents, referenceStartMs } from './reference-events.ts';
import { recommended } from './selector-evaluation.ts';
import { holdoutOf, trialsOf } from './trials.ts';

/** Days of the stream, `[from, to)`; the file ends after day 135. */
const periods = {
  training: [45, 73],
  calibration: [73, 80],
  labelsUntil: 87,
  test: [87, 136],
} as const;
/** All labels come after exactly 7 days: on the eighth day all of them are there. */
const selecting = { ...selectorDefaults, maturityDays: 8 };
const personas = ['small-seldom', 'large-seldom', 'small-often', 'large-often'];

/** Of one run, which leaves out a fifth of the accounts. */
export interface MechanismFigures {
  readonly stationary: Readonly<Record<'warm' | 'cold', Stationary>>;
  readonly permuted: Readonly<Record<'warm' | 'cold', Permuted>>;
  /** By discount, warm. */
  readonly switched: Readonly<Record<string, Switched>>;
  /** Regret as a share of a random choice's, cold: with all models credited, and with one. */
  readonly bandit: Readonly<Record<string, { readonly all: number; readonly served: number }>>;
}

interface Stationary {
  /** Average precision less that of the best single model. */
  readonly gained: number;
  readonly regretShare: number;
}

interface Permuted {
  /** Of the way in log loss from the best single arm to the best per persona. */
  readonly gapRecovered: number;
  /** Of the way in average precision. */
  readonly precisionRecovered: number;
  readonly calibrationError: number;
  /** Average precision of all together less the mean of the personas', by transactions. */
  readonly mixture: number;
}

interface Switched {
  readonly gapRecovered: number;
  /** Days from the change until four fifths of the traffic are on the new best; null: never. */
  readonly days: number | null;
}

interface Prepared {
  readonly models: number;
  readonly holdout: readonly HoldoutTransaction[];
  readonly test: readonly Trial[];
  /** By trial of the test. */
  readonly accounts: readonly number[];
}

/** Throws an Error that names the file and line for what is not such a file. */
export async function evaluateMechanism(
  file: string,
  seeds: readonly number[],
  say: (line: string) => void,
): Promise<MechanismFigures[]> {
  const prepared = await prepare(file, say);
  return seeds.map((seed) => {
    say(`the selector on permuted models, ${seed} of ${seeds.length}`);
    return mechanism(prepared, seed);
  });
}

async function prepare(file: string, say: (line: string) => void): Promise<Prepared> {
  const at = (day: number): number => referenceStartMs + day * dayMs;
  const window = ([from, to]: readonly [number, number]) => ({ fromMs: at(from), toMs: at(to) });
  const plan: TrainingPlan = {
    training: window(periods.training),
    calibration: window(periods.calibration),
    labelsUntilMs: at(periods.labelsUntil),
    labelDelay: { medianDays: 7, sigma: 0 },
    heldOut: window(periods.test),
  };
  say(`features of ${file}`);
  const data = prepareTraining(referenceEvents(file), plan);
  const models: TrainedModel[] = [];
  for (const [name, kind] of classifierKinds) {
    say(`${name} on ${data.training.set.rows} transactions`);
    const own = { ...kind, fit: (set: Rows['set']) => kind.fit(set, referenceSettings[name]) };
    models.push(await trainModel(own, data, alertShare, { data: '', generator: {} }));
  }
  const split = mediansOf(data.training);
  return {
    models: models.length,
    holdout: holdoutOf(models, data, personasOf(data.calibration, split)),
    test: trialsOf(models, data.heldOut, personasOf(data.heldOut, split)),
    accounts: data.heldOut.transactions.map(({ accountId }) => Number(accountId.slice(2))),
  };
}

/** How often and how much an account pays, by its past: the transaction itself left out. */
function habitsOf({ set, transactions }: Rows, row: number): [number, number] {
  const of = (name: string): number => set.features[row * set.width + featureNames.indexOf(name)]!;
  const count = of('account-count-30d');
  const sum = of('account-average-30d') * count - transactions[row]!.amount;
  return [count - 1, count > 1 ? sum / (count - 1) : 0];
}

function mediansOf(rows: Rows): [number, number] {
  const all = rows.transactions.map((_, row) => habitsOf(rows, row));
  const median = (of: 0 | 1): number => {
    return all.map((habits) => habits[of]).sort((a, b) => a - b)[all.length >> 1]!;
  };
  return [median(0), median(1)];
}

function personasOf(rows: Rows, [often, large]: readonly [number, number]): string[] {
  return rows.transactions.map((_, row) => {
    const [count, mean] = habitsOf(rows, row);
    return personas[(count >= often ? 2 : 0) + (mean >= large ? 1 : 0)]!;
  });
}

function mechanism({ models, holdout, test, accounts }: Prepared, seed: number): MechanismFigures {
  const own = test.filter((_, i) => accounts[i]! % 5 !== seed % 5);
  const random = seededRandom(seed);
  const places = permutations(models, random);
  const arms = own.map((trial) => permuted(trial, places[0]));
  const armsBefore = holdout.map((trial) => permuted(trial, places[0]));
  const firstDay = own[0]!.day;
  const changeDay = firstDay + Math.floor((own.at(-1)!.day - firstDay) / 2);
  const changing = own.map((trial) => permuted(trial, places[trial.day < changeDay ? 0 : 1]));
  const warmed = (trials: readonly HoldoutTransaction[]): WarmStart =>
    warmStartOf(trials, firstDay, models, selecting);
  const options = (start: WarmStart | null, changes: Partial<SelectorOptions> = {}) => ({
    ...selecting,
    ...{ policy: policies.get(recommended)!, seed },
    prior: start?.prior ?? equalMeans(models),
    ...(start === null ? {} : { warmStart: start.personas }),
    ...changes,
  });
  const both = <T>(
    trials: readonly Trial[],
    before: readonly HoldoutTransaction[],
    of: (run: Simulation) => T,
  ) => ({
    warm: of(simulate(trials, options(warmed(before)))),
    cold: of(simulate(trials, options(null))),
  });
  const explorers = [...policies.values()].filter(({ explores }) => explores);
  return {
    stationary: both(own, holdout, (run) => stationaryOf(own, run)),
    permuted: both(arms, armsBefore, (run) => permutedOf(arms, run)),
    switched: Object.fromEntries(
      [0.85, 0.9, 0.95, 1].map((discount) => {
        const run = simulate(changing, options(warmed(armsBefore), { discount }));
        return [String(discount), switchedOf(changing, run, changeDay)];
      }),
    ),
    bandit: Object.fromEntries(
      explorers.map((policy) => {
        const share = (bandit: boolean): number =>
          regretShare(simulate(own, options(null, { policy, bandit })));
        return [policy.name, { all: share(false), served: share(true) }];
      }),
    ),
  };
}

/** By persona, which model is in which arm, before and after: each persona has another best arm. */
function permutations(
  models: number,
  random: () => number,
): [ReadonlyMap<string, number>, ReadonlyMap<string, number>] {
  const shifts = shuffled(models, random);
  const shiftOf = (step: number): ReadonlyMap<string, number> =>
    new Map(personas.map((name, i) => [name, shifts[(i + step) % models]!]));
  return [shiftOf(0), shiftOf(1)];
}

function permuted<T extends Pick<Trial, 'persona' | 'scores'>>(
  trial: T,
  shifts: ReadonlyMap<string, number>,
): T {
  const shift = shifts.get(trial.persona)!;
  const { scores } = trial;
  return { ...trial, scores: scores.map((_, i) => scores[(i + shift) % scores.length]!) };
}

function stationaryOf(trials: readonly Trial[], run: Simulation): Stationary {
  const labels = labelsOf(trials);
  const alone = trials[0]!.scores.map((_, i) =>
    averagePrecision(
      Float64Array.from(trials, ({ scores }) => scores[i]!),
      labels,
    ),
  );
  const gained = averagePrecision(run.scores, labels) - Math.max(...alone);
  return { gained, regretShare: regretShare(run) };
}

function regretShare({ loss: { policy, personaOracle, uniformRandom } }: Simulation): number {
  return (policy - personaOracle) / (uniformRandom - personaOracle);
}

function permutedOf(trials: readonly Trial[], run: Simulation): Permuted {
  const past = hindsight(
    trials,
    trials.map(({ persona }) => persona),
  );
  const reference = { bestFixed: past.bestFixed, oracle: past.personaOracle };
  const of = (scores: ArrayLike<number>) => figuresOf(scores, trials, reference);
  const [fixed, best, own] = [of(past.bestFixed), of(past.personaOracle), of(run.scores)];
  const gained = own.averagePrecision - fixed.averagePrecision;
  const parts = personas.map((persona) => {
    const places = trials.flatMap((trial, i) => (trial.persona === persona ? [i] : []));
    const scores = Float64Array.from(places, (i) => run.scores[i]!);
    const labels = Uint8Array.from(places, (i) => (trials[i]!.fraud ? 1 : 0));
    return (averagePrecision(scores, labels) * places.length) / trials.length;
  });
  return {
    gapRecovered: own.gapRecovered,
    precisionRecovered: gained / (best.averagePrecision - fixed.averagePrecision),
    calibrationError: own.calibrationError,
    mixture: own.averagePrecision - parts.reduce((sum, part) => sum + part, 0),
  };
}

function switchedOf(trials: readonly Trial[], run: Simulation, changeDay: number): Switched {
  const half = trials.map(
    ({ persona, day }) => `${persona} ${day < changeDay ? 'before' : 'after'}`,
  );
  const fixed = hindsight(trials, half);
  const reference = { bestFixed: fixed.bestFixed, oracle: fixed.personaOracle };
  const { gapRecovered } = figuresOf(run.scores, trials, reference);
  const lastDay = trials.at(-1)!.day;
  for (let day = changeDay; day <= lastDay; day++) {
    let [all, right] = [0, 0];
    trials.forEach((trial, i) => {
      if (trial.day !== day) return;
      all++;
      if (run.scores[i] === fixed.personaOracle[i]) right++;
    });
    if (right >= 0.8 * all) return { gapRecovered, days: day - changeDay };
  }
  return { gapRecovered, days: null };
}

function labelsOf(trials: readonly Trial[]): Uint8Array {
  return Uint8Array.from(trials, ({ fraud }) => (fraud ? 1 : 0));
}
