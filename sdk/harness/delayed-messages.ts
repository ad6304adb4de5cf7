import type { Address } from '#protocol/messages.ts';
import { sdkErrors } from '../errors.ts';
import type { SentByFunction } from './harness-record.ts';

interface Delayed {
  readonly fireAtMs: number;
  /** The sender and its token; empty if it can't be cancelled. */
  readonly key: string;
  readonly message: SentByFunction;
}

/** The delayed messages that have not fired. */
export class DelayedMessages {
  /** By time; of the same time in the order in which they were sent. */
  #waiting: Delayed[] = [];

  get size(): number {
    return this.#waiting.length;
  }

  add(sender: Address, token: string, fireAtMs: number, message: SentByFunction): void {
    const key = token === '' ? '' : keyOf(sender, token);
    if (key !== '' && this.#waiting.some((delayed) => delayed.key === key)) {
      throw sdkErrors.TOKEN(
        `${sender.type}/${sender.id}: the token "${token}" belongs to a message that has not fired`,
      );
    }
    const after = this.#waiting.findIndex((delayed) => delayed.fireAtMs > fireAtMs);
    this.#waiting.splice(after === -1 ? this.#waiting.length : after, 0, {
      fireAtMs,
      key,
      message,
    });
  }

  /** A token belongs to the address that sent the message; nothing happens if it has fired. */
  cancel(sender: Address, token: string): void {
    const key = keyOf(sender, token);
    this.#waiting = this.#waiting.filter((delayed) => delayed.key !== key);
  }

  /** Takes out the next one that is due at `nowMs`. */
  takeDue(nowMs: number): Delayed | null {
    const first = this.#waiting[0];
    if (first === undefined || first.fireAtMs > nowMs) return null;
    this.#waiting.shift();
    return first;
  }
}

function keyOf(sender: Address, token: string): string {
  return JSON.stringify([sender.type, sender.id, token]);
}
