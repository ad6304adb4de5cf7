import { seededRandom } from '#models/seeded-random.ts';
import { type Means, equalMeans } from '#models/selector/means.ts';
import type { Trial } from '#models/selector/simulate.ts';

export const modelCount = 5;

export interface StreamOptions {
  readonly seed: number;
  readonly days: number;
  readonly perDay: number;
  /** Chance of each model to see how risky a transaction is; else it says the base rate. */
  readonly skill: (persona: string, day: number) => readonly number[];
  readonly personas: readonly string[];
  /** Days from a fraud to its label. */
  readonly labelDays?: number;
  /** What a model says in the end. */
  readonly distort?: (model: number, day: number, score: number) => number;
}

const baseRate = 0.02;
const riskyShare = 0.04;
const riskyRate = 0.4;

/**
 * Calibrated models of different skill: each sees a transaction's risk or nothing of it. So the
 * loss of a model falls evenly with its skill, and nothing else tells the models apart.
 */
export function stream(options: StreamOptions): Trial[] {
  const random = seededRandom(options.seed);
  const quietRate = (baseRate - riskyShare * riskyRate) / (1 - riskyShare);
  const trials: Trial[] = [];
  for (let day = 0; day < options.days; day++) {
    for (const persona of options.personas) {
      const skills = options.skill(persona, day);
      for (let n = 0; n < options.perDay; n++) {
        const rate = random() < riskyShare ? riskyRate : quietRate;
        const fraud = random() < rate;
        const scores = skills.map((skill, model) => {
          const honest = random() < skill ? rate : baseRate;
          return options.distort?.(model, day, honest) ?? honest;
        });
        const labelDay = day + (options.labelDays ?? 7);
        trials.push({ id: `t-${trials.length}`, persona, day, scores, fraud, labelDay });
      }
    }
  }
  return trials;
}

/** Means that tell the models apart by their losses alone. */
export function priorOf(loss: readonly number[]): Means {
  return { loss, products: equalMeans(loss.length).products };
}
