import { deadLetterParked, dropParked, retryParked } from '#runtime/admin/parked-actions.ts';
import type { ActiveAddress } from '#runtime/core/address.ts';
import type { Account } from './sim-function.ts';
import type { SimProcess } from './process.ts';
import { forget, type Work } from './work.ts';
import type { World } from './world.ts';

/** A message that a person or the policy took out of its mailbox, in some life of the runtime. */
interface Removed {
  readonly address: string;
  readonly work: Work;
  /** What it carried; a function that ran again may have sent another amount. */
  readonly amounts: Set<number>;
  dropped: boolean;
  /** The drop was acknowledged when its cut was committed. */
  durable: boolean;
}

/**
 * The person who looks after parked addresses, by the same calls as the admin API; and the record
 * of what that one, or the policy, took out.
 */
export class Operator {
  readonly #world: World;
  readonly #removed = new Map<string, Removed>();
  readonly #orders = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  start(): void {
    const { scheduler } = this.#world;
    scheduler.after(scheduler.random.exponential(4_000), 'operator', () => {
      if (this.#world.healing) return;
      this.start();
      const process = this.#world.open;
      process?.life.run(() => this.#act(process));
    });
  }

  /** Lets every parked address try again, as a person would once the image is mended. */
  retryAll({ runtime: { engine } }: SimProcess): void {
    for (const { type, id } of [...engine.parked]) retryParked(engine, type, id);
  }

  /** Whether the message was taken out, perhaps in a life that never committed it. */
  mayHaveRemoved(cause: string): boolean {
    return this.#removed.has(cause);
  }

  /** Whether a cancellation may be among what was taken out: then what it cancels stays. */
  get removedAnything(): boolean {
    return this.#removed.size > 0;
  }

  removedOrder(from: string, to: string, order: number): boolean {
    return this.#orders.has(`${from} ${to} ${order}`);
  }

  /** What a cut may lack: for each message that is nowhere in it, the amounts it may have had. */
  missingAmounts(isThere: (cause: string) => boolean): (readonly number[])[] {
    return [...this.#removed]
      .filter(([cause]) => !isThere(cause))
      .map(([, { amounts }]) => [...amounts]);
  }

  /** Takes what was removed for good out of what is expected, or finds it done nevertheless. */
  settle(accounts: ReadonlyMap<string, Account>, deadLetters: readonly string[]): void {
    const letters = new Set<string>();
    for (const letter of deadLetters) {
      const { cause } = JSON.parse(letter) as Work;
      if (letters.has(cause)) this.#world.violation(`${cause} is a dead letter twice`);
      letters.add(cause);
    }
    for (const [cause, { address, work, dropped, durable }] of this.#removed) {
      const done = accounts.get(address)?.done.includes(cause) === true;
      if (done && (durable || letters.has(cause))) {
        this.#world.violation(`${cause} was taken out, and was done nevertheless`);
      }
      if (!done && (dropped || letters.has(cause))) {
        forget(this.#world.maker.expected, address, work);
      }
    }
  }

  #act(process: SimProcess): void {
    const { random } = this.#world.scheduler;
    const { engine } = process.runtime;
    const parked = [...engine.parked];
    if (process.runtime.state !== 'running' || parked.length === 0) return;
    const address = random.pick(parked);
    const kind = random.below(3);
    const { type, id } = address;
    if (kind === 0) retryParked(engine, type, id);
    else if (kind === 1) {
      const removed = this.#note(address);
      removed.dropped = true;
      dropParked(engine, type, id);
      process.runtime.commits.durable().then(
        () => (removed.durable = true),
        () => undefined,
      );
    } else {
      this.#note(address);
      deadLetterParked(engine, type, id, { egress: undefined, topic: undefined });
    }
  }

  #note(address: ActiveAddress): Removed {
    const first = address.first;
    if (first === null) throw new Error('a parked address without a message');
    const work = JSON.parse(Buffer.from(first.value, 'latin1').toString()) as Work;
    const { caller } = first;
    const from = caller === null ? '' : `${caller.type}/${caller.id}`;
    return this.note(from, `${address.type}/${address.id}`, work);
  }

  /** A message that leaves, unless the process dies before that is committed. */
  note(from: string, to: string, work: Work): Removed {
    const { cause, amount, order } = work;
    if (from !== '') this.#orders.add(`${from} ${to} ${order}`);
    let removed = this.#removed.get(cause);
    if (removed === undefined) {
      removed = { address: to, work, amounts: new Set(), dropped: false, durable: false };
      this.#removed.set(cause, removed);
    }
    removed.amounts.add(amount);
    return removed;
  }
}
