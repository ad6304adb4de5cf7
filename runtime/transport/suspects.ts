import type { Clock, TimerHandle } from '#runtime/ports/clock.ts';

/** So many go beside each other after their second loss; half as many after each further one. */
const besideMax = 16;
/** How long one that goes alone keeps others back, milliseconds; twice as long with each loss of it. */
const aloneMs = 1_000;
/** While nobody is answered one suspect is let through this often. */
const probeEveryMs = 100;

/** One suspect that is under way. */
interface Trial {
  /** No other suspect was under way at any time of it. */
  alone: boolean;
  /** How many may be under way with it. */
  readonly width: number;
  /** Until it keeps nobody back any more. */
  timer: TimerHandle | null;
}

export interface Suspect {
  /** How often in a row its server was lost with it. */
  readonly losses: number;
}

export interface SuspectsOptions<R> {
  readonly clock: Clock;
  /** With so many losses a request is a suspect. */
  readonly lossesToSuspect: number;
  /** Whether somebody was answered since a server was lost last. */
  isBack(): boolean;
  /** Begins an attempt, or gives the request up if its budget is spent. */
  start(request: R): void;
}

/**
 * Requests that were under way each time when their server was lost. One of them may be the reason:
 * a message that ends the process which takes it, and with it all that this process has in hand.
 * Were they all sent again together, as they are after the first loss, the same ones would fail
 * together for ever, and nobody could tell which of them to blame (E8). So the more often it went
 * that way with one of them, the fewer others go beside it, until it goes alone. After a loss none
 * of them goes before somebody else was answered: in the hands of a server that is not back yet they
 * would look guilty. Whoever is no suspect goes on meanwhile.
 *
 * One that takes long keeps others back for a second only, twice as long with each loss since it
 * goes alone: one that hangs must not stop them, and one that ends its server late is alone in the
 * end.
 */
export class Suspects<R extends Suspect> {
  readonly #options: SuspectsOptions<R>;
  readonly #underWay = new Map<R, Trial>();
  /** In the order in which they came; bounded by the transport's concurrency (E7). */
  readonly #waiting = new Set<R>();
  #isStarting = false;
  #probeTimer: TimerHandle | null = null;

  constructor(options: SuspectsOptions<R>) {
    this.#options = options;
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
  ended(request: R): boolean {
    const trial = this.#underWay.get(request);
    if (trial !== undefined) {
      this.#underWay.delete(request);
      trial.timer?.cancel();
    }
    if (this.#waiting.size > 0) this.#startNext();
    return trial?.alone ?? false;
  }

  close(): void {
    this.#probeTimer?.cancel();
    for (const { timer } of this.#underWay.values()) timer?.cancel();
    this.#underWay.clear();
    this.#waiting.clear();
  }

  #startNext(): void {
    if (this.#isStarting) return;
    this.#isStarting = true;
    for (const request of this.#waiting) {
      if (!this.#hasRoom(request)) break;
      if (!this.#options.isBack()) {
        this.#probeLater();
        break;
      }
      this.#startOne(request);
    }
    this.#isStarting = false;
  }

  #probeLater(): void {
    this.#probeTimer ??= this.#options.clock.setTimer(probeEveryMs, () => {
      this.#probeTimer = null;
      const next = this.#waiting.values().next().value;
      if (next !== undefined && this.#hasRoom(next)) this.#startOne(next);
      this.#startNext();
    });
  }

  #hasRoom(request: R): boolean {
    let [width, beside] = [this.#width(request), 0];
    for (const trial of this.#underWay.values()) {
      if (trial.timer === null) continue;
      width = Math.min(width, trial.width);
      beside++;
    }
    return beside < width;
  }

  #width({ losses }: R): number {
    return Math.max(1, besideMax / 2 ** (losses - this.#options.lossesToSuspect));
  }

  #startOne(request: R): void {
    this.#waiting.delete(request);
    const alone = this.#underWay.size === 0;
    if (!alone) for (const other of this.#underWay.values()) other.alone = false;
    const trial: Trial = { alone, width: this.#width(request), timer: null };
    const { clock, lossesToSuspect } = this.#options;
    const lossesAlone = request.losses - lossesToSuspect - Math.log2(besideMax);
    trial.timer = clock.setTimer(aloneMs * 2 ** Math.max(0, Math.min(lossesAlone, 10)), () => {
      trial.timer = null;
      this.#startNext();
    });
    this.#underWay.set(request, trial);
    this.#options.start(request);
  }
}
