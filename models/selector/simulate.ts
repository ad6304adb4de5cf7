/**
 * A selector over a recorded stream, outside of any function: what it would have served, and what
 * that cost against the best that hindsight knows. The functions use the same state and policies.
 */
import { lossOf } from './evidence.ts';
import {
  type SelectorOptions,
  type SelectorState,
  credit,
  decide,
  startingSelector,
} from './selector.ts';

/** One transaction, in the order of event time. */
export interface Trial {
  readonly id: string;
  readonly persona: string;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** By model, calibrated; NaN for none. */
  readonly scores: readonly number[];
  readonly fraud: boolean;
  /** Day on which a fraud's label arrives; Infinity for never. */
  readonly labelDay: number;
}

export interface Simulation {
  /** By trial. */
  readonly served: Int8Array;
  readonly scores: Float64Array;
  /** Mean losses over all trials, by the truth. */
  readonly loss: {
    readonly policy: number;
    readonly bestFixed: number;
    /** The best fixed model of each persona. */
    readonly personaOracle: number;
    readonly uniformRandom: number;
  };
}

export function simulate(trials: readonly Trial[], options: SelectorOptions): Simulation {
  const states = new Map<string, SelectorState>();
  const waiting = new Map<number, Served[]>();
  const served = new Int8Array(trials.length);
  const scores = new Float64Array(trials.length);
  let day = trials[0]?.day ?? 0;
  trials.forEach((trial, i) => {
    while (day < trial.day) deliver(waiting, day++, states, options);
    const state = states.get(trial.persona) ?? startingSelector(options, trial.persona);
    states.set(trial.persona, state);
    const decision = decide(state, options, trial, trial.scores);
    served[i] = decision.served;
    scores[i] = decision.score;
    if (!trial.fraud || trial.labelDay === Infinity) return;
    const arriving = waiting.get(trial.labelDay) ?? [];
    arriving.push({ trial, served: decision.served, score: decision.score });
    waiting.set(trial.labelDay, arriving);
  });
  return { served, scores, loss: lossesOf(trials, scores, options.prior.loss.length) };
}

interface Served {
  readonly trial: Trial;
  readonly served: number;
  readonly score: number;
}

/** The labels that arrived on a day, when it is over. */
function deliver(
  waiting: Map<number, Served[]>,
  day: number,
  states: ReadonlyMap<string, SelectorState>,
  options: SelectorOptions,
): void {
  for (const { trial, ...given } of waiting.get(day) ?? []) {
    credit(states.get(trial.persona)!, options, { ...trial, ...given }, true);
  }
  waiting.delete(day);
}

function lossesOf(
  trials: readonly Trial[],
  scores: Float64Array,
  models: number,
): Simulation['loss'] {
  const byPersona = new Map<string, Float64Array>();
  const all = new Float64Array(models);
  let policy = 0;
  trials.forEach(({ persona, scores: given, fraud }, i) => {
    policy += lossOf(scores[i]!, fraud);
    const own = byPersona.get(persona) ?? new Float64Array(models);
    byPersona.set(persona, own);
    given.forEach((score, model) => {
      own[model]! += lossOf(score, fraud);
      all[model]! += lossOf(score, fraud);
    });
  });
  const n = trials.length;
  const oracle = [...byPersona.values()].reduce((sum, own) => sum + Math.min(...own), 0);
  return {
    policy: policy / n,
    bestFixed: Math.min(...all) / n,
    personaOracle: oracle / n,
    uniformRandom: all.reduce((sum, value) => sum + value, 0) / models / n,
  };
}
