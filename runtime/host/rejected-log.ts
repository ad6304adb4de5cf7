import type { WeirError } from '#protocol/errors.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { Logger } from './logger.ts';

const quietMs = 1000;

interface RejectedRecord {
  readonly path: string;
  readonly offset: number | string;
  readonly reason: WeirError;
}

/**
 * Tells of records that an ingress could not take: the first at once, then at most one line a
 * second with the number of those passed over. A source full of them must not fill the disk.
 */
export class RejectedLog {
  readonly #ingress: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #quiet: TimerHandle | null = null;
  #last: RejectedRecord | null = null;
  #passedOver = 0;

  constructor(ingress: string, clock: Clock, log: Logger) {
    this.#ingress = ingress;
    this.#clock = clock;
    this.#log = log;
  }

  rejected(record: RejectedRecord): void {
    if (this.#quiet === null) {
      this.#write(record, 0);
      return;
    }
    if (this.#last !== null) this.#passedOver++;
    this.#last = record;
  }

  #write({ path, offset, reason }: RejectedRecord, passedOver: number): void {
    const fields = { ingress: this.#ingress, path, offset, code: reason.code, hint: reason.hint };
    this.#log.error({ ...fields, ...(passedOver > 0 ? { passedOver } : {}) }, reason.message);
    this.#quiet = this.#clock.setTimer(quietMs, () => this.#next());
  }

  #next(): void {
    this.#quiet = null;
    const last = this.#last;
    if (last === null) return;
    const passedOver = this.#passedOver;
    this.#last = null;
    this.#passedOver = 0;
    this.#write(last, passedOver);
  }
}
