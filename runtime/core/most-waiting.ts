import type { ActiveAddress } from './address.ts';

/** What waits for an address: a copy. */
export interface WaitingAddress {
  readonly type: string;
  readonly id: string;
  /** Undelivered messages, those in flight included. */
  readonly messages: number;
  readonly inFlight: number;
  readonly parked: boolean;
}

type Active = Pick<ActiveAddress, 'type' | 'id' | 'count' | 'inFlight' | 'parking'>;
type Types = ReadonlyMap<string, { readonly active: ReadonlyMap<string, Active> }>;

/**
 * The addresses with the most messages, found a piece at a time: there may be a million active ones,
 * and the engine's thread must not stand still for all of them. Addresses come and go between two
 * pieces, so the counts are of slightly different moments.
 */
export class MostWaiting {
  /** Addresses looked at. */
  lookedAt = 0;
  readonly #addresses: Iterator<Active, undefined>;
  readonly #limit: number;
  /** The most first. */
  readonly #top: WaitingAddress[] = [];

  constructor(types: Types, limit: number) {
    this.#addresses = activeIn(types);
    this.#limit = limit;
  }

  /** Looks at so many more of them; false if that were all. */
  look(addresses: number): boolean {
    for (let i = 0; i < addresses; i++) {
      const { done, value } = this.#addresses.next();
      if (done === true || value === undefined) return false;
      this.lookedAt++;
      if (value.count > 0) this.#add(value);
    }
    return true;
  }

  top(): WaitingAddress[] {
    return [...this.#top];
  }

  #add({ type, id, count: messages, inFlight, parking }: Active): void {
    const top = this.#top;
    const least = top.length < this.#limit ? 0 : top.at(-1)!.messages;
    if (messages <= least) return;
    // One that went idle and came back meanwhile is met twice.
    const before = top.findIndex((one) => one.id === id && one.type === type);
    if (before >= 0) top.splice(before, 1);
    const place = top.findIndex((one) => one.messages < messages);
    const waiting = { type, id, messages, inFlight, parked: parking !== null };
    top.splice(place < 0 ? top.length : place, 0, waiting);
    if (top.length > this.#limit) top.pop();
  }
}

function* activeIn(types: Types): Generator<Active, undefined> {
  for (const { active } of types.values()) yield* active.values();
}
