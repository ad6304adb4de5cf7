import type { Address } from '#protocol/messages.ts';
import { groupOfHash, hashId } from '../ports/key-group.ts';
import { ActiveAddress } from './address.ts';
import type { FunctionType } from './function-type.ts';
import { Message, type FreshList } from './message.ts';

/** What waits, in messages and bytes (E7). */
export interface Load {
  messages: number;
  bytes: number;
}

/**
 * The mailboxes of all active addresses. Messages of parked addresses are counted apart: they may
 * stay for days, and must not close the ingress for everybody else (E8) before they are many.
 */
export class Mailboxes {
  readonly queued: Load = { messages: 0, bytes: 0 };
  readonly parked: Load = { messages: 0, bytes: 0 };
  /** The next message's uid. Delivery order after a recovery is uid order. */
  nextUid = 1;
  readonly #fresh: FreshList;

  constructor(fresh: FreshList) {
    this.#fresh = fresh;
  }

  /** Puts a new message into the mailbox of its target and returns the address. */
  deliver(
    type: FunctionType,
    id: string,
    caller: Address | null,
    typename: string,
    value: string,
  ): ActiveAddress {
    const address = this.open(type, id);
    const { nextUid } = this;
    const message = new Message(nextUid, type, id, address.group, caller, typename, value);
    this.nextUid = nextUid + 1;
    this.#fresh.add(message);
    this.enqueue(address, message);
    return address;
  }

  /** Puts an existing message at the end of the mailbox. */
  enqueue(address: ActiveAddress, message: Message): void {
    address.push(message);
    const type = address.functionType;
    type.counts.messagesIn++;
    type.counts.mailbox++;
    const load = address.parking === null ? this.queued : this.parked;
    load.messages++;
    load.bytes += message.bytes;
  }

  /** The active address, which begins to be one if it was idle. */
  open(type: FunctionType, id: string): ActiveAddress {
    let address = type.active.get(id);
    if (address === undefined) {
      const hash = hashId(id);
      address = new ActiveAddress(type, id, hash, groupOfHash(hash));
      type.active.set(id, address);
    }
    return address;
  }

  /** The first `count` messages are done with; nothing of them stays in the cut. */
  complete(address: ActiveAddress, count: number): void {
    const load = address.parking === null ? this.queued : this.parked;
    for (let i = 0; i < count; i++) {
      const message = address.shift();
      load.messages--;
      load.bytes -= message.bytes;
      this.#fresh.done(message);
    }
    address.functionType.counts.mailbox -= count;
  }

  /** An address with nothing left to do stops being an object; only its state stays. */
  close(address: ActiveAddress): void {
    if (address.count === 0 && address.parking === null) {
      address.functionType.active.delete(address.id);
    }
  }

  /** Moves the messages of an address between the two loads, as it parks or goes on. */
  move(address: ActiveAddress, from: Load, to: Load): void {
    from.messages -= address.count;
    to.messages += address.count;
    from.bytes -= address.bytes;
    to.bytes += address.bytes;
  }
}
