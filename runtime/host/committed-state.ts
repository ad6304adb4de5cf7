import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { WeirError } from '#protocol/errors.ts';
import type { AddressPicture } from '../core/inspect.ts';
import type { CommittedAnswer, CommittedQuestion } from './committed-state.worker.ts';
import { hostErrors } from './errors.ts';

/** Questions that may wait; each is a person or a script with patience. */
const waitingMax = 16;
const limitMs = 120_000;
/** An address with very much waiting for it must not take the runtime's memory. */
const heapMiBMax = 512;

/**
 * Answers what the last committed cut holds of one address. The engine keeps only live values, so
 * a thread reads the store; one at a time, and a bounded number wait.
 */
export class CommittedState {
  readonly #stateUrl: string;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `now`: wall-clock milliseconds; values that expired by then are not shown. */
  constructor(stateUrl: string, now: () => number) {
    this.#stateUrl = stateUrl;
    this.#now = now;
  }

  /** Null if the cut does not hold the address. Throws COMMITTED_READ, or the store's errors. */
  async inspect(type: string, id: string): Promise<AddressPicture | null> {
    if (this.#waiting >= waitingMax) {
      throw hostErrors.COMMITTED_READ(`${waitingMax} others wait for committed values`);
    }
    this.#waiting++;
    const turn = this.#last.then(() => this.#ask(type, id));
    this.#last = turn.catch(() => undefined);
    return turn.finally(() => this.#waiting--);
  }

  async #ask(type: string, id: string): Promise<AddressPicture | null> {
    const workerData: CommittedQuestion = {
      ...{ stateUrl: this.#stateUrl, type, id },
      nowMs: this.#now(),
    };
    const worker = new Worker(new URL('./committed-state.worker.ts', import.meta.url), {
      workerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMiBMax },
    });
    // A question that nobody waits for any more must not keep a stopped process alive.
    worker.unref();
    try {
      const signal = AbortSignal.timeout(limitMs);
      const [answer] = (await once(worker, 'message', { signal })) as [CommittedAnswer];
      if ('error' in answer) {
        const { code, message, hint } = answer.error;
        throw new WeirError(code, message, hint);
      }
      const { picture } = answer;
      if (picture === null) return null;
      const states = picture.states.map((state) => ({ ...state, value: Buffer.from(state.value) }));
      return { ...picture, states };
    } catch (error) {
      if (error instanceof WeirError) throw error;
      const message = `${type}/${id}: ${(error as Error).message}`;
      throw hostErrors.COMMITTED_READ(message, { cause: error });
    } finally {
      void worker.terminate();
    }
  }
}
