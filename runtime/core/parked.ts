import { family, removed } from '../ports/cut.ts';
import type { ActiveAddress, Parking } from './address.ts';
import { coreErrors } from './errors.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Log } from './log.ts';
import type { Mailboxes } from './mailboxes.ts';
import type { Message } from './message.ts';

/**
 * Addresses that stopped because of what they alone can't do (E8). Their messages stay in order,
 * the first one being the one that failed, and the reason is in the cut.
 */
export class ParkedAddresses {
  /** In the order in which they parked, with a number that grows with each parking. */
  readonly #addresses = new Map<ActiveAddress, number>();
  #latest = 0;
  readonly #log: Log;
  readonly #mailboxes: Mailboxes;
  readonly #dispatcher: Dispatcher;

  constructor(log: Log, mailboxes: Mailboxes, dispatcher: Dispatcher) {
    this.#log = log;
    this.#mailboxes = mailboxes;
    this.#dispatcher = dispatcher;
  }

  get size(): number {
    return this.#addresses.size;
  }

  [Symbol.iterator](): Iterator<ActiveAddress> {
    return this.#addresses.keys();
  }

  /** The number of the latest parking since the start. */
  get latest(): number {
    return this.#latest;
  }

  /**
   * Parked addresses in the order in which they parked, with the numbers of their parkings: those
   * after `after`, so that a long list is taken in pages whatever parks or goes on in between.
   */
  *list(after = 0): Generator<readonly [ActiveAddress, number]> {
    for (const entry of this.#addresses) if (entry[1] > after) yield entry;
  }

  park(address: ActiveAddress, parking: Parking): void {
    this.restore(address, parking);
    const text = Buffer.from(JSON.stringify(parking));
    const idBytes = Buffer.byteLength(address.id);
    this.#log.begin(family.parked, address.group, 4 + idBytes, text.length);
    text.copy(this.#log.chunk, this.#writeKey(address, idBytes));
  }

  /** Parks an address as the recovered cut says. */
  restore(address: ActiveAddress, parking: Parking): void {
    address.parking = parking;
    address.functionType.counts.parked++;
    this.#addresses.set(address, ++this.#latest);
    this.#mailboxes.move(address, this.#mailboxes.queued, this.#mailboxes.parked);
  }

  /** Lets the address try again, with whatever image answers now. */
  retry(address: ActiveAddress): void {
    this.#unpark(address);
    this.#dispatcher.schedule(address);
    this.#mailboxes.close(address);
  }

  /** Drops the message that failed (the first one) and lets the address go on. Returns it. */
  drop(address: ActiveAddress): Message | null {
    const message = address.first;
    this.#unpark(address);
    if (message !== null) this.#mailboxes.complete(address, 1);
    if (address.count > 0) this.#dispatcher.schedule(address);
    else this.#mailboxes.close(address);
    return message;
  }

  #unpark(address: ActiveAddress): void {
    if (address.parking === null) {
      throw coreErrors.NOT_PARKED(`${address.type}/${address.id} is not parked`);
    }
    address.parking = null;
    address.functionType.counts.parked--;
    this.#addresses.delete(address);
    this.#mailboxes.move(address, this.#mailboxes.parked, this.#mailboxes.queued);
    const idBytes = Buffer.byteLength(address.id);
    this.#log.begin(family.parked | removed, address.group, 4 + idBytes, 0);
    this.#writeKey(address, idBytes);
  }

  #writeKey(address: ActiveAddress, idBytes: number): number {
    const { chunk } = this.#log;
    const at = chunk.writeUInt32LE(address.functionType.number, this.#log.cursor);
    chunk.utf8Write(address.id, at, idBytes);
    return at + idBytes;
  }
}
