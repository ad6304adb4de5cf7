import { messageOf } from '#protocol/errors.ts';
import type { Life, Scheduler } from './scheduler.ts';

/** How badly the store behaves, drawn per seed. */
export interface StoreFaults {
  /** Mean latency of an operation. */
  latencyMs: number;
  /** Share of operations that fail before they had any effect. */
  failed: number;
  /** Share of writes that take effect, but whose answer is lost. */
  ambiguous: number;
  /** Counts what was done. */
  readonly onFault?: (kind: 'store failure' | 'lost store answer') => void;
}

/** What becomes of one request on its way, drawn beforehand; times in milliseconds. */
export interface Passage {
  readonly label: string;
  /** It fails before it had any effect. */
  readonly fails: boolean;
  /** It has its effect, but the answer is lost. */
  readonly loses: boolean;
  /** It was given up by then, and has its effect so much later; null: it was not. */
  readonly lateMs: number | null;
  readonly toEffectMs: number;
  readonly toAnswerMs: number;
  /** Counts what was done to it. */
  readonly failed: () => void;
  readonly lost: () => void;
}

/** One request of a process to a service, and its answer. */
export function passage<T>(
  scheduler: Scheduler,
  life: Life,
  way: Passage,
  effect: () => T,
): Promise<T> {
  const { label, fails, loses, lateMs, toEffectMs, toAnswerMs } = way;
  const later = (delayMs: number, outcome: string, action: () => void): void =>
    void scheduler.after(delayMs, `${label} ${outcome}`, () => life.run(action));
  return new Promise((resolve, reject) => {
    if (fails) {
      way.failed();
      later(toEffectMs + toAnswerMs, 'fails', () => reject(new Error(`it failed: ${label}`)));
      return;
    }
    if (lateMs !== null) {
      way.lost();
      later(toEffectMs, 'given up', () => reject(new Error(`given up: ${label}`)));
    }
    // The effect happens even if the process that asked for it is dead by then.
    scheduler.after(toEffectMs + (lateMs ?? 0), label, () => {
      let outcome: () => void;
      try {
        const value = effect();
        outcome = () => resolve(value);
      } catch (error) {
        outcome = () => reject(error instanceof Error ? error : new Error(messageOf(error)));
      }
      if (lateMs !== null) return;
      if (loses) {
        way.lost();
        outcome = () => reject(new Error(`the answer was lost: ${label}`));
      }
      later(toAnswerMs, 'answered', outcome);
    });
  });
}

/** How a store is reached: slowly, at times not at all, and now and then without an answer. */
export class SimService {
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #faults: StoreFaults;

  constructor(scheduler: Scheduler, life: Life, faults: StoreFaults) {
    this.#scheduler = scheduler;
    this.#life = life;
    this.#faults = faults;
  }

  operation<T>(label: string, write: boolean, effect: () => T): Promise<T> {
    const { random } = this.#scheduler;
    const { latencyMs, failed, ambiguous, onFault } = this.#faults;
    const way: Passage = {
      label,
      fails: random.chance(failed),
      loses: write && random.chance(ambiguous),
      lateMs: null,
      toEffectMs: random.exponential(latencyMs / 2),
      toAnswerMs: random.exponential(latencyMs / 2),
      failed: () => onFault?.('store failure'),
      lost: () => onFault?.('lost store answer'),
    };
    return passage(this.#scheduler, this.#life, way, effect);
  }
}
