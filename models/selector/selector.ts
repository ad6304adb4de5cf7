/**
 * Which model serves a persona: evidence, a policy, and the choice so far. Everything is a function
 * of what came in and of the seed, so that the same events give the same choices.
 */
import { hashOf } from '../hash.ts';
import { seededRandom } from '../seeded-random.ts';
import {
  type Evidence,
  type EvidenceOptions,
  addOutcome,
  correctOutcome,
  emptyEvidence,
} from './evidence.ts';
import type { Means } from './means.ts';
import { type Levels, addToLevels, emptyLevels, quarantined } from './quarantine.ts';
import { type Totals, addToTotals, emptyTotals, regretOf } from './regret.ts';
import { type Choice, type Policy, type Standing, standingOf } from './policy.ts';

export interface SelectorOptions extends Omit<EvidenceOptions, 'models'> {
  readonly policy: Policy;
  /** Credits only the model that was served, as where scoring with all is too dear. */
  readonly bandit: boolean;
  /** What a persona begins with of which nothing else is known. */
  readonly prior: Means;
  /** By persona, what a labelled holdout has shown of the models. */
  readonly warmStart?: ReadonlyMap<string, SelectorState>;
  /** Of the frauds, the share whose label comes before their day is mature. */
  readonly knownShare: number;
  /** Transactions that the prior, or the parent, counts for. */
  readonly pseudoCount: number;
  readonly seed: number;
}

export const selectorDefaults = {
  maturityDays: 7,
  knownShare: 1,
  discount: 0.9,
  bandit: false,
  pseudoCount: 1_500,
  seed: 1,
} as const;

export interface SelectorState {
  readonly evidence: Evidence;
  /** The model that serves; null while none leads for certain. */
  incumbent: number | null;
  /** Day on which it became that. */
  sinceDay: number;
  /** The model that a person has chosen; null: the policy chooses. */
  pinned: number | null;
  /** By model, whether a person holds it back; its scores are counted all the same. */
  readonly held: (Hold | null)[];
  /** What is known beyond this persona. */
  parent: Means;
  readonly levels: Levels;
  readonly totals: Totals;
}

/**
 * Why a person keeps a model from being served: `shadow` it is only watched, `quarantine` it is
 * thought to be broken.
 */
export const holds = ['shadow', 'quarantine'] as const;
export type Hold = (typeof holds)[number];

export interface Decision {
  /** Place of the served model; of a blend the one with the largest weight. */
  readonly served: number;
  readonly choice: Choice;
  /** The chance that it was to be this one; 1 for a blend. */
  readonly propensity: number;
  /** What is served. */
  readonly score: number;
  /** Why: discounted transactions behind it, and how sure its lead over the next best is (null for a blend). */
  readonly evidence: { readonly count: number; readonly z: number | null };
  /** So far; null in bandit mode, in which nobody knows. */
  readonly regret: number | null;
}

/** The state with which a persona begins. */
export function startingSelector(options: SelectorOptions, persona: string): SelectorState {
  const warm = options.warmStart?.get(persona);
  return warm === undefined ? emptySelector(options) : structuredClone(warm);
}

/** The state of a persona of which nothing is known but the prior. */
export function emptySelector(options: SelectorOptions): SelectorState {
  const { prior } = options;
  const evidence = emptyEvidence(evidenceOptions(options));
  return {
    evidence,
    // A prior that tells the models apart is known from somewhere.
    incumbent: prior.loss.every((loss) => loss === prior.loss[0]) ? null : smallest(prior.loss),
    sinceDay: 0,
    pinned: null,
    held: prior.loss.map(() => null),
    parent: prior,
    levels: emptyLevels(prior.loss.length),
    totals: emptyTotals(prior.loss.length),
  };
}

/**
 * Chooses for a transaction and counts it. A pin goes before the policy, but not before a model's
 * health. Throws a TypeError if no model gave a probability.
 */
export function decide(
  state: SelectorState,
  options: SelectorOptions,
  transaction: { readonly id: string; readonly day: number },
  scores: readonly number[],
): Decision {
  const { pinned } = state;
  const healthy = healthOf(state, scores);
  addToLevels(state.levels, scores);
  const standing: Standing = {
    ...standingOf(state.evidence.settled, state.parent, options.pseudoCount),
    healthy,
    incumbent: state.incumbent,
    incumbentDays: transaction.day - state.sinceDay,
  };
  const random = seededRandom(hashOf(transaction.id) ^ options.seed);
  const free = options.policy.choose(standing, random);
  const choice = pinned !== null && healthy[pinned] === true ? only(pinned, scores.length) : free;
  const served = choice.kind === 'draw' ? drawn(choice.weights, random()) : largest(choice.weights);
  if (pinned === null && choice.kind !== 'draw') state.incumbent = null;
  if (pinned === null && choice.kind === 'draw' && served !== state.incumbent) {
    // A transaction that its model could not score does not change who serves the others.
    if (state.incumbent === null || healthy[state.incumbent]) {
      state.incumbent = served;
      state.sinceDay = transaction.day;
    }
  }
  addOutcome(state.evidence, evidenceOptions(options), {
    day: transaction.day,
    scores,
    only: options.bandit ? served : null,
  });
  const score =
    choice.kind === 'draw'
      ? scores[served]!
      : choice.weights.reduce((sum, weight, i) => sum + (weight > 0 ? weight * scores[i]! : 0), 0);
  addToTotals(state.totals, scores, score, false, 1);
  return {
    served,
    choice,
    propensity: choice.kind === 'draw' ? choice.weights[served]! : 1,
    score,
    evidence: {
      count: state.evidence.settled.count[served]!,
      z: choice.kind === 'draw' ? leadOf(standing, served) : null,
    },
    regret: options.bandit ? null : regretOf(state.totals),
  };
}

/**
 * By model, whether it may be served: it gave a probability, nobody holds it back, and its scores
 * are on a level that could be right.
 */
function healthOf({ levels, held }: SelectorState, scores: readonly number[]): boolean[] {
  const given = scores.map((score) => score >= 0 && score <= 1);
  if (!given.includes(true)) throw new TypeError('no model gave a probability');
  const barred = quarantined(levels);
  const free = given.map((ok, i) => ok && held[i] === null);
  const healthy = free.map((ok, i) => ok && !barred[i]);
  // Better a doubtful score than none.
  return [healthy, free, given].find((some) => some.includes(true))!;
}

/** What a person should know of each model's standing with a persona. */
export interface ModelStanding {
  /** Discounted transactions behind its mean, of this persona alone. */
  readonly count: number;
  /** Mean loss, shrunk to what is known beyond this persona; 0..1. */
  readonly loss: number;
  /** How sure it is worse than the best one: difference of the means in standard errors. */
  readonly behind: number | null;
  readonly hold: Hold | null;
  /** Its scores are on a level that can't be right. */
  readonly offLevel: boolean;
}

export function standings(state: SelectorState, options: SelectorOptions): ModelStanding[] {
  const { mean, own, error } = standingOf(
    state.evidence.settled,
    state.parent,
    options.pseudoCount,
  );
  const best = smallest(mean);
  const barred = quarantined(state.levels);
  return mean.map((loss, i) => {
    const se = i === best ? null : error(i, best);
    return {
      count: own[i]!,
      loss,
      behind: se === null || se === 0 ? null : (loss - mean[best]!) / se,
      hold: state.held[i]!,
      offLevel: barred[i]!,
    };
  });
}

/** Makes a model serve, or, with null, lets the policy decide again. */
export function pin(state: SelectorState, model: number | null): void {
  state.pinned = model;
  // Whoever chooses it wants it served.
  if (model !== null) state.held[model] = null;
}

/** Holds a model back, or, with null, lets it serve again. */
export function hold(state: SelectorState, model: number, why: Hold | null): void {
  state.held[model] = why;
  if (why === null) return;
  if (state.pinned === model) state.pinned = null;
  if (state.incumbent === model) state.incumbent = null;
}

/** A label: a fraud, or that it was none after all. */
export function credit(
  state: SelectorState,
  options: SelectorOptions,
  outcome: {
    readonly day: number;
    readonly scores: readonly number[];
    readonly served: number;
    /** What was served. */
    readonly score: number;
    /** Day on which the label of the fraud came. */
    readonly labelDay: number;
  },
  fraud: boolean,
): void {
  const { day, scores, served, score, labelDay } = outcome;
  addToTotals(state.totals, scores, score, !fraud, -1);
  addToTotals(state.totals, scores, score, fraud, 1);
  const corrected = { day, scores, only: options.bandit ? served : null };
  // The early ones stand for those that come later.
  if (labelDay >= day + options.maturityDays) return;
  const weight = 1 / options.knownShare;
  correctOutcome(state.evidence, evidenceOptions(options), corrected, fraud, weight);
}

export function evidenceOptions(options: SelectorOptions): EvidenceOptions {
  const { maturityDays, discount, prior } = options;
  return { models: prior.loss.length, maturityDays, discount };
}

/** z of the served model against the best of the others. */
function leadOf({ mean, error, healthy }: Standing, served: number): number | null {
  const others = mean.map((value, i) => (i === served || !healthy[i] ? Infinity : value));
  const rival = smallest(others);
  if (rival === served || others[rival] === Infinity) return null;
  const se = error(served, rival);
  return se === null || se === 0 ? null : (mean[rival]! - mean[served]!) / se;
}

function only(chosen: number, models: number): Choice {
  const weights = Array.from({ length: models }, (_, i) => (i === chosen ? 1 : 0));
  return { kind: 'draw', weights };
}

function drawn(weights: readonly number[], random: number): number {
  let left = random;
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return largest(weights);
}

function largest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
}

function smallest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value < values[best]! ? i : best), 0);
}
