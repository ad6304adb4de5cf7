import type { Clock, TimerHandle } from '#runtime/ports/clock.ts';

/** How long a suspect is under way before others go beside it, milliseconds; longer with each loss. */
const firstAloneMs = 1_000;

/** One suspect that is under way. */
interface Trial {
  /** No other suspect was under way at any time of it. */
  alone: boolean;
  /** Counts against the window, until its time alone is over. */
  timer: TimerHandle | null;
}

export interface Suspect {
  /** How often in a row its server was lost with it. */
  readonly losses: number;
}

/**
 * Requests that were under way each time when their server was lost. One of them may be the reason:
 * a message that ends the process which takes it, and with it all that this process has in hand.
 * Were they all sent again together, as they are after the first loss, the same ones would fail
 * together for ever, and nobody could tell which of them to blame (E8). So they go through a window:
 * twice as wide after each that is answered, half as wide after each that fails, down to one at a
 * time. Whoever is no suspect goes on meanwhile.
 *
 * A suspect that takes long holds up the others for a second only, doubled with each loss: one that
 * hangs must not stop them, and one that ends its server late is alone in the end.
 */
export class Suspects<R extends Suspect> {
  readonly #clock: Clock;
  readonly #start: (request: R) => void;
  readonly #underWay = new Map<R, Trial>();
  /** In the order in which they came; bounded by the transport's concurrency (E7). */
  readonly #waiting = new Set<R>();
  #window = 1;
  /** Of those under way, how many count against the window. */
  #counted = 0;
  #isStarting = false;

  /** `start` begins an attempt, or gives the request up if its budget is spent. */
  constructor(clock: Clock, start: (request: R) => void) {
    this.#clock = clock;
    this.#start = start;
  }

  /** Starts the request when it is its turn. */
  add(request: R): void {
    this.#waiting.add(request);
    this.#startNext();
  }

  /**
   * The attempt of a request, suspect or not, has ended or was not made at all.
   * @returns whether it was the only suspect that was under way, from its beginning to its end.
   */
  ended(request: R, how: 'answered' | 'failed' | 'untried'): boolean {
    const trial = this.#underWay.get(request);
    if (trial === undefined) return false;
    this.#underWay.delete(request);
    this.#uncount(trial);
    if (how === 'answered') this.#window *= 2;
    if (how === 'failed') this.#window = Math.max(1, this.#window / 2);
    this.#startNext();
    if (this.#underWay.size === 0 && this.#waiting.size === 0) this.#window = 1;
    return trial.alone;
  }

  close(): void {
    for (const { timer } of this.#underWay.values()) timer?.cancel();
    this.#underWay.clear();
    this.#waiting.clear();
  }

  #startNext(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    for (const request of this.#waiting) {
      if (this.#counted >= this.#window) break;
      this.#waiting.delete(request);
      this.#watch(request);
      this.#start(request);
    }
    this.#isStarting = false;
  }

  #watch(request: R): void {
    const alone = this.#underWay.size === 0;
    if (!alone) for (const other of this.#underWay.values()) other.alone = false;
    const trial: Trial = { alone, timer: null };
    const aloneMs = firstAloneMs * 2 ** Math.min(request.losses, 10);
    trial.timer = this.#clock.setTimer(aloneMs, () => {
      this.#uncount(trial);
      this.#startNext();
    });
    this.#underWay.set(request, trial);
    this.#counted++;
  }

  #uncount(trial: Trial): void {
    if (trial.timer === null) return;
    trial.timer.cancel();
    trial.timer = null;
    this.#counted--;
  }
}
