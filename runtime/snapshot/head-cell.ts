import type { WeirError } from '#protocol/errors.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { isPermanent, snapshotErrors } from './errors.ts';
import { decodeHead, encodeHead, type HeadState } from './head.ts';
import type { Pauses } from './pauses.ts';

export type SwapOutcome =
  | { readonly won: true; readonly bytes: number }
  /** Somebody else's head is current; null if there is none any more. */
  | { readonly won: false; readonly current: HeadState | null };

/** Told before every pause of a retry. */
export type RetryListener = (error: unknown, attempts: number) => void;

/**
 * The head as this process knows it, and the one way to change it (E5). A swap whose reply is lost
 * is resolved by reading the head: the random commit id in it says whose write arrived.
 */
export class HeadCell {
  /** What was read or written last. */
  state: HeadState | null = null;
  tag: string | null = null;
  /** The tag before that, if this process replaced it. */
  overtaken: string | null = null;
  readonly #store: SnapshotStore;
  readonly #pauses: Pauses;

  constructor(store: SnapshotStore, pauses: Pauses) {
    this.#store = store;
    this.#pauses = pauses;
  }

  /** Reads and verifies the current head, once. */
  async read(): Promise<HeadState | null> {
    const head = await this.#store.readHead();
    const state = head === null ? null : decodeHead(head.body);
    this.state = state;
    this.tag = head?.tag ?? null;
    return state;
  }

  /**
   * Replaces the head that was read or written last by `next`; keeps trying until the outcome is
   * known (or the pauses end). Every attempt carries the same bytes and the same condition, so a
   * delayed first attempt that arrives after a second one changes nothing.
   */
  async swap(next: HeadState, retrying: RetryListener): Promise<SwapOutcome> {
    const body = encodeHead(next);
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.#store.swapHead(body, this.tag);
        if (result.outcome === 'swapped') return this.#won(next, result.tag, body.length);
        const outcome = await this.#whoseIsIt(next, body.length);
        if (outcome !== 'unchanged') return outcome;
        retrying(new Error('the store refused the swap of an unchanged head'), attempt);
      } catch (error) {
        if (isPermanent(error)) throw error;
        retrying(error, attempt);
        const outcome = await this.#resolve(next, body.length, retrying, attempt);
        if (outcome !== 'unchanged') return outcome;
      }
      await this.#pauses.backOff(attempt);
    }
  }

  /** After a rejection: reads until the store answers, since only the head knows what happened. */
  async #resolve(
    next: HeadState,
    bytes: number,
    retrying: RetryListener,
    attempts: number,
  ): Promise<SwapOutcome | 'unchanged'> {
    for (let attempt = attempts; ; attempt++) {
      try {
        return await this.#whoseIsIt(next, bytes);
      } catch (error) {
        if (isPermanent(error)) throw error;
        retrying(error, attempt);
        await this.#pauses.backOff(attempt);
      }
    }
  }

  async #whoseIsIt(next: HeadState, bytes: number): Promise<SwapOutcome | 'unchanged'> {
    const head = await this.#store.readHead();
    if (head === null) return this.tag === null ? 'unchanged' : { won: false, current: null };
    if (head.tag === this.tag) return 'unchanged';
    const current = decodeHead(head.body);
    if (current.commitId === next.commitId) return this.#won(next, head.tag, bytes);
    return { won: false, current };
  }

  #won(next: HeadState, tag: string, bytes: number): SwapOutcome {
    this.state = next;
    this.overtaken = this.tag;
    this.tag = tag;
    return { won: true, bytes };
  }
}

/** What a writer of epoch `epoch` has to conclude from a head that is not its own. */
export function lostTo(current: HeadState | null, epoch: number, url: string): WeirError {
  if (current === null) {
    return snapshotErrors.MISSING_OBJECT(`the head is gone from ${url}`);
  }
  if (current.epoch > epoch) {
    const owner = current.owner;
    const by = owner === null ? '' : ` by process ${owner.pid} on ${owner.hostname}`;
    return snapshotErrors.SUPERSEDED(
      `${url} was taken over${by} (epoch ${current.epoch}, this writer had ${epoch})`,
    );
  }
  return snapshotErrors.HEAD_ASSERTION(
    `the head of ${url} is at epoch ${current.epoch}, cut ${current.sequence}, commit ` +
      `${current.commitId}, which this writer of epoch ${epoch} did not write`,
  );
}
