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

/** How a service is reached: slowly, at times not at all, and now and then without an answer. */
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
    const { latencyMs, failed, ambiguous } = this.#faults;
    const fails = random.chance(failed);
    const loses = write && random.chance(ambiguous);
    const toEffect = random.exponential(latencyMs / 2);
    const toAnswer = random.exponential(latencyMs / 2);
    return new Promise((resolve, reject) => {
      if (fails) {
        this.#faults.onFault?.('store failure');
        this.#later(toEffect + toAnswer, `${label} fails`, () =>
          reject(new Error(`the simulated store failed: ${label}`)),
        );
        return;
      }
      // The effect happens even if the process that asked for it is dead by then.
      this.#scheduler.after(toEffect, label, () => {
        let outcome: () => void;
        try {
          const value = effect();
          outcome = () => resolve(value);
        } catch (error) {
          outcome = () => reject(error instanceof Error ? error : new Error(messageOf(error)));
        }
        if (loses) {
          this.#faults.onFault?.('lost store answer');
          outcome = () => reject(new Error(`the answer was lost: ${label}`));
        }
        this.#later(toAnswer, `${label} answered`, outcome);
      });
    });
  }

  #later(delayMs: number, label: string, action: () => void): void {
    this.#scheduler.after(delayMs, label, () => this.#life.run(action));
  }
}
