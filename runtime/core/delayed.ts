import type { Address } from '#protocol/messages.ts';
import { family } from '../ports/cut.ts';
import type { FunctionType } from './function-type.ts';
import type { Log } from './log.ts';
import { writeText, type Pending } from './message.ts';

/** A message that is delivered at or after its time, unless its sender cancels it. */
export class DelayedMessage implements Pending {
  readonly uid: number;
  readonly dueMs: number;
  readonly sender: Address;
  /** Key group of the sender, to which the entry belongs. */
  readonly group: number;
  readonly token: string;
  readonly type: FunctionType;
  readonly id: string;
  readonly typename: string;
  readonly value: string;
  /** Place in the heap; -1 once fired or cancelled. */
  index = -1;
  loggedIn = 0;
  location = 0;
  older: Pending | null = null;
  newer: Pending | null = null;

  constructor(fields: {
    uid: number;
    dueMs: number;
    sender: Address;
    group: number;
    token: string;
    type: FunctionType;
    id: string;
    typename: string;
    value: string;
  }) {
    this.uid = fields.uid;
    this.dueMs = fields.dueMs;
    this.sender = fields.sender;
    this.group = fields.group;
    this.token = fields.token;
    this.type = fields.type;
    this.id = fields.id;
    this.typename = fields.typename;
    this.value = fields.value;
  }

  appendTo(log: Log): void {
    const texts = [this.sender.type, this.sender.id, this.token, this.id, this.typename];
    const sizes = texts.map((text) => Buffer.byteLength(text));
    const payload = 8 + 4 + 4 * 5 + sizes.reduce((a, b) => a + b) + this.value.length;
    log.begin(family.delayed, this.group, 8, payload);
    this.loggedIn = log.mark;
    this.location = log.location;
    const chunk = log.chunk;
    let at = chunk.writeDoubleLE(this.uid, log.cursor);
    at = chunk.writeDoubleLE(this.dueMs, at);
    at = chunk.writeUInt32LE(this.type.number, at);
    texts.forEach((text, i) => (at = writeText(chunk, at, text, sizes[i] as number)));
    chunk.latin1Write(this.value, at, this.value.length);
  }

  appendRemovalTo(log: Log): void {
    log.removeNumber(family.delayed, this.group, this.uid);
  }
}

/**
 * All delayed messages, in the order in which they fall due: by time, then in the order in which
 * they were sent. A token belongs to the full address that sent it (not to its id alone, as in
 * StateFun, where two function types with the same id share tokens).
 */
export class DelayedMessages {
  readonly #heap: DelayedMessage[] = [];
  readonly #byToken = new Map<string, DelayedMessage>();
  readonly #bySender = new Map<string, number>();
  bytes = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** Wall-clock time at which the next one is due, or null. */
  get nextDueMs(): number | null {
    return this.#heap[0]?.dueMs ?? null;
  }

  holdsToken(sender: Address, token: string): boolean {
    return this.#byToken.has(tokenKey(sender, token));
  }

  /** How many messages the address has sent that are not due yet. */
  countOf(sender: Address): number {
    return this.#bySender.get(senderKey(sender)) ?? 0;
  }

  add(message: DelayedMessage): void {
    message.index = this.#heap.length;
    this.#heap.push(message);
    this.#up(message.index);
    if (message.token !== '') this.#byToken.set(tokenKey(message.sender, message.token), message);
    const key = senderKey(message.sender);
    this.#bySender.set(key, (this.#bySender.get(key) ?? 0) + 1);
    this.bytes += message.value.length;
  }

  /** Takes out the message with this token, or answers null if there is none (any more). */
  cancel(sender: Address, token: string): DelayedMessage | null {
    const message = this.#byToken.get(tokenKey(sender, token));
    if (message === undefined) return null;
    this.#remove(message);
    return message;
  }

  /** Takes out the next message that is due at `nowMs`, or answers null. */
  takeDue(nowMs: number): DelayedMessage | null {
    const first = this.#heap[0];
    if (first === undefined || first.dueMs > nowMs) return null;
    this.#remove(first);
    return first;
  }

  #remove(message: DelayedMessage): void {
    const index = message.index;
    const last = this.#heap.pop() as DelayedMessage;
    if (last !== message) {
      this.#heap[index] = last;
      last.index = index;
      this.#up(index);
      this.#down(last.index);
    }
    message.index = -1;
    this.bytes -= message.value.length;
    if (message.token !== '') this.#byToken.delete(tokenKey(message.sender, message.token));
    const key = senderKey(message.sender);
    const left = (this.#bySender.get(key) as number) - 1;
    if (left === 0) this.#bySender.delete(key);
    else this.#bySender.set(key, left);
  }

  #up(start: number): void {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #down(start: number): void {
    let index = start;
    for (;;) {
      const left = index * 2 + 1;
      if (left >= this.#heap.length) return;
      const right = left + 1;
      const child =
        right < this.#heap.length && earlier(this.#at(right), this.#at(left)) ? right : left;
      if (!this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const below = this.#at(child);
    const above = this.#at(parent);
    if (!earlier(below, above)) return false;
    this.#heap[parent] = below;
    this.#heap[child] = above;
    below.index = parent;
    above.index = child;
    return true;
  }

  #at(index: number): DelayedMessage {
    return this.#heap[index] as DelayedMessage;
  }
}

function earlier(a: DelayedMessage, b: DelayedMessage): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.uid < b.uid);
}

/** Function types hold no space, so the first one ends the type. */
function senderKey(sender: Address): string {
  return `${sender.type} ${sender.id}`;
}

function tokenKey(sender: Address, token: string): string {
  return `${sender.type} ${sender.id.length} ${sender.id}${token}`;
}
