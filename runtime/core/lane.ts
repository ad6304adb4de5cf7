import { parkPolicy, type FailurePolicy } from '../ports/failure-policy.ts';
import type { Transport } from '../ports/transport.ts';
import type { ActiveAddress } from './address.ts';

/**
 * The addresses that share one transport: how many requests are out, and who waits for a place.
 * Waiting costs a place in a queue, so messages gather in mailboxes and travel in larger batches.
 */
export class Lane {
  readonly transport: Transport;
  /** Most messages of one address in one request. */
  readonly batchMax: number;
  readonly policy: FailurePolicy;
  outstanding = 0;
  readonly #ready: (ActiveAddress | undefined)[] = [];
  #head = 0;

  constructor(transport: Transport, batchMax: number, policy: FailurePolicy = parkPolicy) {
    this.policy = policy;
    this.transport = transport;
    this.batchMax = batchMax;
  }

  get hasRoom(): boolean {
    return this.outstanding < this.transport.concurrency;
  }

  get waiting(): number {
    return this.#ready.length - this.#head;
  }

  enqueue(address: ActiveAddress): void {
    address.queued = true;
    this.#ready.push(address);
  }

  /** The address that waits longest, or null. */
  dequeue(): ActiveAddress | null {
    if (this.#head === this.#ready.length) return null;
    const address = this.#ready[this.#head] as ActiveAddress;
    this.#ready[this.#head++] = undefined;
    if (this.#head > 1024 && this.#head * 2 > this.#ready.length) {
      this.#ready.splice(0, this.#head);
      this.#head = 0;
    }
    address.queued = false;
    return address;
  }
}
