import type { Address, InvocationNode } from '#protocol/messages.ts';
import { family } from '../ports/cut.ts';
import type { FunctionType } from './function-type.ts';
import type { Log } from './log.ts';

/** Something that the cut holds until it is done with: a message or a delayed message (E3). */
export interface Pending {
  /** The cut whose log holds it; 0 if none does yet. */
  loggedIn: number;
  /** Where, if that cut is still open. */
  location: number;
  older: Pending | null;
  newer: Pending | null;
  appendTo(log: Log): void;
  appendRemovalTo(log: Log): void;
}

/** An undelivered message, in flight or not. */
export class Message implements InvocationNode, Pending {
  readonly uid: number;
  readonly type: FunctionType;
  readonly id: string;
  readonly group: number;
  readonly caller: Address | null;
  readonly typename: string;
  /** Latin1: a view would pin the reply or the request that it came in. */
  readonly value: string;
  next: Message | null = null;
  loggedIn = 0;
  location = 0;
  older: Pending | null = null;
  newer: Pending | null = null;

  constructor(
    uid: number,
    type: FunctionType,
    id: string,
    group: number,
    caller: Address | null,
    typename: string,
    value: string,
  ) {
    this.uid = uid;
    this.type = type;
    this.id = id;
    this.group = group;
    this.caller = caller;
    this.typename = typename;
    this.value = value;
  }

  /** What it counts for in the bounds: its bytes, and roughly those of the object around them. */
  get bytes(): number {
    return this.value.length + 200;
  }

  appendTo(log: Log): void {
    const { caller, id, typename, value } = this;
    const callerType = caller === null ? '' : caller.type;
    const callerId = caller === null ? '' : caller.id;
    const sizes = [id, callerType, callerId, typename].map((text) => Buffer.byteLength(text));
    const payload = 4 + 1 + 4 * 4 + sizes.reduce((a, b) => a + b) + value.length;
    log.begin(family.message, this.group, 8, payload);
    this.loggedIn = log.mark;
    this.location = log.location;
    const chunk = log.chunk;
    let at = chunk.writeDoubleLE(this.uid, log.cursor);
    at = chunk.writeUInt32LE(this.type.number, at);
    at = chunk.writeUInt8(caller === null ? 0 : 1, at);
    at = writeText(chunk, at, id, sizes[0] as number);
    at = writeText(chunk, at, callerType, sizes[1] as number);
    at = writeText(chunk, at, callerId, sizes[2] as number);
    at = writeText(chunk, at, typename, sizes[3] as number);
    chunk.latin1Write(value, at, value.length);
  }

  appendRemovalTo(log: Log): void {
    log.removeNumber(family.message, this.group, this.uid);
  }
}

/** Writes a length (u32) and UTF-8 text; returns the end. */
export function writeText(chunk: Buffer, at: number, text: string, bytes: number): number {
  chunk.writeUInt32LE(bytes, at);
  chunk.utf8Write(text, at + 4, bytes);
  return at + 4 + bytes;
}

/**
 * What came since the last cut and is not done with. A message that comes and goes between two
 * cuts is never written; the rest is written once, when the cut is taken or, so that taking it
 * stays quick, as soon as more than `limit` are waiting.
 */
export class FreshList {
  count = 0;
  #oldest: Pending | null = null;
  #newest: Pending | null = null;
  readonly #log: Log;
  readonly #limit: number;

  constructor(log: Log, limit: number) {
    this.#log = log;
    this.#limit = limit;
  }

  add(pending: Pending): void {
    pending.older = this.#newest;
    if (this.#newest === null) this.#oldest = pending;
    else this.#newest.newer = pending;
    this.#newest = pending;
    if (++this.count > this.#limit) this.#write(this.#oldest as Pending);
  }

  /** The pending one is done with: nothing of it stays in the cut. */
  done(pending: Pending): void {
    if (pending.loggedIn === 0) this.#unlink(pending);
    else if (pending.loggedIn === this.#log.generation) this.#log.void(pending.location);
    else pending.appendRemovalTo(this.#log);
  }

  /** Writes all of it, before a cut is taken. */
  flush(): void {
    while (this.#oldest !== null) this.#write(this.#oldest);
  }

  #write(pending: Pending): void {
    this.#unlink(pending);
    pending.appendTo(this.#log);
  }

  #unlink(pending: Pending): void {
    const { older, newer } = pending;
    if (older === null) this.#oldest = newer;
    else older.newer = newer;
    if (newer === null) this.#newest = older;
    else newer.older = older;
    pending.older = null;
    pending.newer = null;
    this.count--;
  }
}
