import type { Address } from '#protocol/messages.ts';
import type { LastReply } from '../ports/transport.ts';
import type { FunctionType } from './function-type.ts';
import type { Message } from './message.ts';

/** Why an address stopped, as people see it. */
export interface Parking {
  readonly code: string;
  readonly reason: string;
  /** Wall-clock milliseconds. */
  readonly since: number;
  readonly lastReply?: LastReply;
}

/**
 * An address with something to do: its mailbox, and whether a request is in flight (E1). Idle
 * addresses have no such object; they are only entries of the state tables.
 */
export class ActiveAddress implements Address {
  readonly functionType: FunctionType;
  readonly id: string;
  readonly hash: number;
  readonly group: number;
  /** The mailbox: a list from `first` to `last`; the first `inFlight` are with the function. */
  first: Message | null = null;
  last: Message | null = null;
  count = 0;
  bytes = 0;
  inFlight = 0;
  /** In a queue for its turn; it must not be queued twice. */
  queued = false;
  /** Wall-clock independent milliseconds at which the request in flight was sent. */
  sentAtMs = 0;
  /** How many states the request in flight carries. */
  sentStates = 0;
  /** How often in a row the function asked for states without anything new to register. */
  fruitlessHandshakes = 0;
  /** After a failure the messages go one by one, to find the one that fails. */
  single = false;
  /** How many more go one by one. */
  singlesLeft = 0;
  parking: Parking | null = null;

  constructor(functionType: FunctionType, id: string, hash: number, group: number) {
    this.functionType = functionType;
    this.id = id;
    this.hash = hash;
    this.group = group;
  }

  /** The name of the function type, as the wire wants it. */
  get type(): string {
    return this.functionType.name;
  }

  push(message: Message): void {
    if (this.last === null) this.first = message;
    else this.last.next = message;
    this.last = message;
    this.count++;
    this.bytes += message.bytes;
  }

  /** Takes the first message out. */
  shift(): Message {
    const message = this.first as Message;
    this.first = message.next;
    if (this.first === null) this.last = null;
    message.next = null;
    this.count--;
    this.bytes -= message.bytes;
    return message;
  }
}
