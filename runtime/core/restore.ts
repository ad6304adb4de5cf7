import { messageOf, WeirError } from '#protocol/errors.ts';
import { family, recordHeaderBytes, removed } from '../ports/cut.ts';
import { groupOfHash, hashId } from '../ports/key-group.ts';
import type { Parking } from './address.ts';
import type { Counters } from './counters.ts';
import { DelayedMessage } from './delayed.ts';
import type { Engine } from './engine.ts';
import { coreErrors } from './errors.ts';
import type { Column, FunctionType } from './function-type.ts';
import { Message } from './message.ts';
import { PendingEgress, type EgressChunk } from './pending-egress.ts';
import type { Name } from './registry.ts';

/** The logged-in mark of what an earlier life logged: its location means nothing any more. */
const earlierLife = -1;

/**
 * Builds the engine's picture from the records of the last committed cut (E6): give it every block
 * in order, then `finish`. Nothing of it is written to the log again.
 */
export class Restore {
  readonly #engine: Engine;
  readonly #nowMs: number;
  readonly #names = new Map<number, Name>();
  readonly #types = new Map<number, FunctionType>();
  readonly #columns = new Map<number, Column>();
  readonly #messages = new Map<number, Message>();
  readonly #delayed = new Map<number, DelayedMessage>();
  readonly #chunks = new Map<string, { id: string; chunk: EgressChunk }>();
  readonly #parked = new Map<string, { type: FunctionType; id: string; parking: Parking }>();
  #counters: Counters = { nextUid: 1, egresses: [] };
  records = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#nowMs = engine.now();
  }

  /** Applies a block of whole records. Throws CORRUPT_RECORD, MODULE_CHANGED. */
  block(bytes: Uint8Array): void {
    const block = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < block.length) {
      if (at + recordHeaderBytes > block.length) {
        throw coreErrors.CORRUPT_RECORD('a block ends within the header of a record');
      }
      const length = block.readUInt32LE(at);
      const kind = block[at + 4] as number;
      const keyEnd = at + recordHeaderBytes + block.readUInt16LE(at + 6);
      const end = at + length;
      // A length of 0 would be looked at for ever.
      if (keyEnd > end || end > block.length) {
        throw coreErrors.CORRUPT_RECORD(`a record of kind ${kind} says it has ${length} bytes`);
      }
      try {
        this.#record(kind, block, at + recordHeaderBytes, keyEnd, end);
      } catch (error) {
        if (error instanceof WeirError) throw error;
        throw coreErrors.CORRUPT_RECORD(`a record of kind ${kind}: ${messageOf(error)}`, {
          cause: error,
        });
      }
      this.records++;
      at = end;
    }
  }

  /** Brings messages into their order and hands everything over. Throws CORRUPT_RECORD. */
  finish(): void {
    try {
      this.#handOver();
    } catch (error) {
      if (error instanceof WeirError) throw error;
      throw coreErrors.CORRUPT_RECORD(`the records do not fit together: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  #handOver(): void {
    const { mailboxes, delayed, intake, parked } = this.#engine;
    const byUid = (a: { uid: number }, b: { uid: number }): number => a.uid - b.uid;
    for (const message of [...this.#messages.values()].sort(byUid)) {
      mailboxes.enqueue(mailboxes.open(message.type, message.id), message);
    }
    for (const message of [...this.#delayed.values()].sort(byUid)) delayed.add(message);
    for (const { id, chunk } of this.#chunks.values()) this.#egress(id).restore(chunk);
    for (const [id, next] of this.#counters.egresses) {
      const egress = this.#engine.egresses.get(id);
      if (egress !== undefined) egress.nextSequence = Math.max(egress.nextSequence, next);
    }
    for (const { type, id, parking } of this.#parked.values()) {
      parked.restore(mailboxes.open(type, id), parking);
    }
    mailboxes.nextUid = Math.max(mailboxes.nextUid, this.#counters.nextUid);
    for (const keys of intake.allKeys()) keys.sortByTime();
  }

  #record(kind: number, block: Buffer, key: number, keyEnd: number, end: number): void {
    const gone = (kind & removed) !== 0;
    switch (kind & ~removed) {
      case family.void:
        return;
      case family.name:
        return this.#name(block.readUInt32LE(key), block.utf8Slice(keyEnd, end));
      case family.state:
        return this.#state(gone, block, key, keyEnd);
      case family.message:
        return this.#message(gone, block, key, keyEnd, end);
      case family.delayed:
        return this.#delayedMessage(gone, block, key, keyEnd, end);
      case family.egress:
        return this.#egressChunk(gone, block, key, keyEnd, end);
      case family.published:
        return this.#published(block, key, keyEnd, end);
      case family.position:
        return this.#position(block, key, keyEnd, end);
      case family.idempotency:
        return this.#idempotency(gone, block, key, keyEnd, end);
      case family.parked:
        return this.#parking(gone, block, key, keyEnd, end);
      case family.counters:
        this.#counters = JSON.parse(block.utf8Slice(keyEnd, end)) as Counters;
        return;
      default:
        throw coreErrors.CORRUPT_RECORD(`a record of the unknown kind ${kind}`);
    }
  }

  #name(number: number, text: string): void {
    const name = JSON.parse(text) as Name;
    this.#names.set(number, name);
    const restored = this.#engine.registry.restore(number, name);
    if (restored === null) {
      if (name.kind === 'egress') this.#knownEgress(name.name, number);
    } else if ('table' in restored) this.#columns.set(number, restored);
    else this.#types.set(number, restored);
  }

  #knownEgress(id: string, number: number): void {
    this.#engine.egresses.set(id, new PendingEgress(id, number));
  }

  #state(gone: boolean, block: Buffer, key: number, keyEnd: number): void {
    const number = block.readUInt32LE(key);
    const column = this.#columns.get(number);
    const id = block.utf8Slice(key + 4, keyEnd);
    const hash = hashId(id);
    if (gone) {
      column?.table.remove(id, hash);
      return;
    }
    if (column === undefined) throw this.#changed(number, `state of ${id}`);
    const expiresAtMs = block.readDoubleLE(keyEnd);
    const start = keyEnd + 12;
    const valueEnd = start + block.readUInt32LE(keyEnd + 8);
    // An expired value never comes back, not even as memory that only looks stored.
    if (expiresAtMs <= this.#nowMs) column.table.remove(id, hash);
    else column.table.put(id, hash, block, start, valueEnd, expiresAtMs);
  }

  #message(gone: boolean, block: Buffer, key: number, keyEnd: number, end: number): void {
    const uid = block.readDoubleLE(key);
    if (gone) {
      this.#messages.delete(uid);
      return;
    }
    const read = new Reader(block, keyEnd);
    const number = read.number();
    const hasCaller = read.byte() === 1;
    const id = read.text();
    const caller = { type: read.text(), id: read.text() };
    const typename = read.text();
    const message = new Message(
      uid,
      this.#type(number, `a message for ${id}`),
      id,
      groupOfHash(hashId(id)),
      hasCaller ? caller : null,
      typename,
      block.latin1Slice(read.at, end),
    );
    message.loggedIn = earlierLife;
    this.#messages.set(uid, message);
  }

  #delayedMessage(gone: boolean, block: Buffer, key: number, keyEnd: number, end: number): void {
    const uid = block.readDoubleLE(key);
    if (gone) {
      this.#delayed.delete(uid);
      return;
    }
    const dueMs = block.readDoubleLE(keyEnd);
    const read = new Reader(block, keyEnd + 8);
    const number = read.number();
    const sender = { type: read.text(), id: read.text() };
    const token = read.text();
    const id = read.text();
    const message = new DelayedMessage({
      uid,
      dueMs,
      sender,
      group: groupOfHash(hashId(sender.id)),
      token,
      type: this.#type(number, `a delayed message for ${id}`),
      id,
      typename: read.text(),
      value: block.latin1Slice(read.at, end),
    });
    message.loggedIn = earlierLife;
    this.#delayed.set(uid, message);
  }

  #egressChunk(gone: boolean, block: Buffer, key: number, keyEnd: number, end: number): void {
    const number = block.readUInt32LE(key);
    const firstSequence = block.readDoubleLE(key + 4);
    const at = `${number} ${firstSequence}`;
    if (gone) {
      this.#chunks.delete(at);
      return;
    }
    const chunk = {
      firstSequence,
      count: block.readUInt32LE(keyEnd),
      bytes: Buffer.from(block.subarray(keyEnd + 4, end)),
      cut: 0,
    };
    this.#chunks.set(at, { id: this.#names.get(number)?.name ?? '', chunk });
  }

  #published(block: Buffer, key: number, keyEnd: number, end: number): void {
    const egress = this.#engine.egresses.get(this.#names.get(block.readUInt32LE(key))?.name ?? '');
    if (egress === undefined) return;
    egress.publishedSequence = block.readDoubleLE(keyEnd);
    egress.position = block.utf8Slice(keyEnd + 8, end);
  }

  #position(block: Buffer, key: number, keyEnd: number, end: number): void {
    const number = block.readUInt32LE(key);
    const ingress = this.#names.get(number)?.name ?? '';
    const source = this.#engine.intake.source(ingress);
    const offset = block.readDoubleLE(keyEnd);
    const position = end > keyEnd + 8 ? block.utf8Slice(keyEnd + 8, end) : offset;
    source.positions.set(block.utf8Slice(key + 4, keyEnd), position);
  }

  #idempotency(gone: boolean, block: Buffer, key: number, keyEnd: number, end: number): void {
    const text = block.utf8Slice(key, keyEnd);
    const keys = this.#engine.intake.keysOf(text);
    if (gone) {
      keys?.forget(text);
      return;
    }
    const read = new Reader(block, keyEnd + 8);
    const replyTo = read.text();
    const typename = read.text();
    const answered = read.byte() === 1;
    const value = block.latin1Slice(read.at, end);
    keys?.restore({
      key: text,
      atMs: block.readDoubleLE(keyEnd),
      replyTo,
      reply: answered ? { replyTo, typename, value } : null,
    });
  }

  #parking(gone: boolean, block: Buffer, key: number, keyEnd: number, end: number): void {
    const number = block.readUInt32LE(key);
    const id = block.utf8Slice(key + 4, keyEnd);
    if (gone) {
      this.#parked.delete(`${number} ${id}`);
      return;
    }
    const parking = JSON.parse(block.utf8Slice(keyEnd, end)) as Parking;
    this.#parked.set(`${number} ${id}`, {
      type: this.#type(number, `the parked address ${id}`),
      id,
      parking,
    });
  }

  #egress(id: string): PendingEgress {
    const egress = this.#engine.egresses.get(id);
    if (egress === undefined) {
      throw coreErrors.MODULE_CHANGED(`pending records of an egress without a name (${id})`);
    }
    return egress;
  }

  #type(number: number, what: string): FunctionType {
    const type = this.#types.get(number);
    if (type === undefined) throw this.#changed(number, what);
    return type;
  }

  #changed(number: number, what: string): Error {
    const name = this.#names.get(number);
    const owner = name?.kind === 'column' ? this.#names.get(name.type) : name;
    return coreErrors.MODULE_CHANGED(
      `the state holds ${what}, of ${owner?.name ?? `number ${number}`}, ` +
        'which the module file does not define any more',
    );
  }
}

/** Reads numbers and texts one after the other. */
class Reader {
  at: number;
  readonly #block: Buffer;

  constructor(block: Buffer, at: number) {
    this.#block = block;
    this.at = at;
  }

  number(): number {
    const value = this.#block.readUInt32LE(this.at);
    this.at += 4;
    return value;
  }

  byte(): number {
    const value = this.#block.readUInt8(this.at);
    this.at += 1;
    return value;
  }

  text(): string {
    const bytes = this.number();
    const start = this.at;
    if (start + bytes > this.#block.length) throw new RangeError('a text beyond the block');
    this.at = start + bytes;
    return this.#block.utf8Slice(start, this.at);
  }
}
