import { keyGroups } from '../ports/cut.ts';
import { groupOfHash } from '../ports/key-group.ts';
import type { Arena, Page } from './arena.ts';

/*
 * A record in the arena (bytes):
 *
 *     0    hash of the id           u32
 *     4    cut whose log holds it   u32   (the location below is valid only in that cut)
 *     8    location in that log     u32
 *     12   bytes of the value       u32
 *     16   expiry, wall-clock ms    f64   (Infinity: never)
 *     24   bytes of the id          u32
 *     28   id, UTF-8
 *     …    value
 */
const headerBytes = 28;
const smallestShard = 8;

/** What a state entry says of itself; a cursor that is reused, valid until the next call. */
export interface StateEntry {
  page: Page;
  /** Offset of the record in its page. */
  at: number;
  valueStart: number;
  valueEnd: number;
  expiresAtMs: number;
}

/**
 * The values of one state of one function type, by address id: open addressing with linear
 * probing, one small table per key group, so that growing one never holds up the loop for long
 * (a single table of a million entries would rehash for 50 ms). Values are copied in and replaced,
 * never mutated by anybody who holds them.
 */
export class StateTable {
  size = 0;
  readonly entry: StateEntry;
  readonly #arena: Arena;
  readonly #shards: (Shard | undefined)[] = new Array<Shard | undefined>(keyGroups);

  constructor(arena: Arena) {
    this.#arena = arena;
    this.entry = { page: nullPage, at: 0, valueStart: 0, valueEnd: 0, expiresAtMs: 0 };
  }

  /** Finds the value of `id` and points `entry` at it. `hash` is `hashId(id)`. */
  find(id: string, hash: number): boolean {
    const shard = this.#shards[groupOfHash(hash)];
    if (shard === undefined) return false;
    const slot = this.#slotOf(shard, id, hash);
    if (slot < 0) return false;
    this.#point(shard.references[slot] as number);
    return true;
  }

  /**
   * Stores a copy of `value[start, end)` and points `entry` at the record, whose cut and location
   * are kept from the value that it replaces (0 if there was none).
   */
  put(
    id: string,
    hash: number,
    value: Uint8Array,
    start: number,
    end: number,
    expiresAtMs: number,
  ): void {
    const group = groupOfHash(hash);
    const shard = (this.#shards[group] ??= newShard(smallestShard));
    const slot = this.#slotOf(shard, id, hash);
    const valueBytes = end - start;
    if (slot >= 0) {
      this.#replace(shard, slot, value, start, valueBytes);
    } else {
      this.#insert(group, shard, id, hash, valueBytes);
      this.#writeValue(value, start, valueBytes);
      this.size++;
    }
    this.setExpiry(expiresAtMs);
  }

  /** Of the entry that `entry` points at. */
  setExpiry(expiresAtMs: number): void {
    const { page, at } = this.entry;
    page.doubles[(at + 16) >>> 3] = expiresAtMs;
    this.entry.expiresAtMs = expiresAtMs;
  }

  /** The cut whose log holds the entry's value, 0 if none does. */
  get loggedIn(): number {
    return this.entry.page.words[(this.entry.at + 4) >>> 2] as number;
  }

  get location(): number {
    return this.entry.page.words[(this.entry.at + 8) >>> 2] as number;
  }

  setLogged(cut: number, location: number): void {
    const { page, at } = this.entry;
    page.words[(at + 4) >>> 2] = cut;
    page.words[(at + 8) >>> 2] = location;
  }

  /** Removes the value of `id`; false if there is none. */
  remove(id: string, hash: number): boolean {
    const shard = this.#shards[groupOfHash(hash)];
    if (shard === undefined) return false;
    const slot = this.#slotOf(shard, id, hash);
    if (slot < 0) return false;
    const reference = shard.references[slot] as number;
    this.#point(reference);
    this.#arena.release(reference, this.#recordBytes());
    closeGap(shard, slot);
    shard.count--;
    this.size--;
    return true;
  }

  /** The ids of one key group, in no particular order. */
  *idsOf(group: number): Generator<string> {
    const shard = this.#shards[group];
    if (shard === undefined) return;
    for (const reference of shard.references) {
      if (reference === 0) continue;
      this.#point(reference);
      yield this.#id();
    }
  }

  /**
   * Ids whose value has expired at `nowMs`, among the next slots of one key group. Returns the
   * slot to go on from, or 0 at the end of the group.
   */
  expired(group: number, from: number, slots: number, nowMs: number, found: string[]): number {
    const shard = this.#shards[group];
    if (shard === undefined) return 0;
    const end = Math.min(from + slots, shard.references.length);
    for (let slot = from; slot < end; slot++) {
      const reference = shard.references[slot] as number;
      if (reference === 0) continue;
      this.#point(reference);
      if (this.entry.expiresAtMs <= nowMs) found.push(this.#id());
    }
    return end === shard.references.length ? 0 : end;
  }

  #id(): string {
    const { page, at } = this.entry;
    const idBytes = page.words[(at + 24) >>> 2] as number;
    return page.bytes.utf8Slice(at + headerBytes, at + headerBytes + idBytes);
  }

  #recordBytes(): number {
    const { page, at } = this.entry;
    return (
      headerBytes +
      (page.words[(at + 24) >>> 2] as number) +
      (page.words[(at + 12) >>> 2] as number)
    );
  }

  #point(reference: number): void {
    const page = this.#arena.pages[reference >>> 16] as Page;
    const at = (reference & 0xffff) << 4;
    const entry = this.entry;
    entry.page = page;
    entry.at = at;
    entry.valueStart = at + headerBytes + (page.words[(at + 24) >>> 2] as number);
    entry.valueEnd = entry.valueStart + (page.words[(at + 12) >>> 2] as number);
    entry.expiresAtMs = page.doubles[(at + 16) >>> 3] as number;
  }

  #slotOf(shard: Shard, id: string, hash: number): number {
    const { hashes, references } = shard;
    const mask = references.length - 1;
    let slot = spread(hash) & mask;
    for (;;) {
      const reference = references[slot] as number;
      if (reference === 0) return -1;
      if (hashes[slot] === hash && this.#holds(reference, id)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #holds(reference: number, id: string): boolean {
    const page = this.#arena.pages[reference >>> 16] as Page;
    const at = (reference & 0xffff) << 4;
    const idBytes = page.words[(at + 24) >>> 2] as number;
    const from = at + headerBytes;
    const bytes = page.bytes;
    if (idBytes !== id.length) {
      // Only text beyond ASCII is longer in bytes than in code units.
      return idBytes > id.length && bytes.utf8Slice(from, from + idBytes) === id;
    }
    for (let i = 0; i < idBytes; i++) {
      const code = id.charCodeAt(i);
      // As many bytes as code units: only ASCII can be meant, and "Ã©" is not the bytes of "é".
      if (code > 127 || bytes[from + i] !== code) return false;
    }
    return true;
  }

  #replace(shard: Shard, slot: number, value: Uint8Array, start: number, valueBytes: number): void {
    const old = shard.references[slot] as number;
    this.#point(old);
    const oldBytes = this.#recordBytes();
    const fixedBytes = oldBytes - (this.entry.valueEnd - this.entry.valueStart);
    if (this.#arena.capacity(oldBytes) !== this.#arena.capacity(fixedBytes + valueBytes)) {
      const { page, at } = this.entry;
      const reference = this.#arena.allocate(fixedBytes + valueBytes);
      const target = this.#arena.pages[reference >>> 16] as Page;
      page.bytes.copy(target.bytes, (reference & 0xffff) << 4, at, at + fixedBytes);
      this.#arena.release(old, oldBytes);
      shard.references[slot] = reference;
      this.#point(reference);
    }
    this.#writeValue(value, start, valueBytes);
  }

  #insert(group: number, shard: Shard, id: string, hash: number, valueBytes: number): void {
    let target = shard;
    if ((shard.count + 1) * 4 > shard.references.length * 3) {
      target = grown(shard);
      this.#shards[group] = target;
    }
    const idBytes = Buffer.byteLength(id);
    const reference = this.#arena.allocate(headerBytes + idBytes + valueBytes);
    const page = this.#arena.pages[reference >>> 16] as Page;
    const at = (reference & 0xffff) << 4;
    page.words[at >>> 2] = hash;
    page.words[(at + 4) >>> 2] = 0;
    page.words[(at + 8) >>> 2] = 0;
    page.words[(at + 12) >>> 2] = valueBytes;
    page.words[(at + 24) >>> 2] = idBytes;
    page.bytes.utf8Write(id, at + headerBytes, idBytes);
    insertInto(target, hash, reference);
    target.count++;
    this.#point(reference);
  }

  #writeValue(value: Uint8Array, start: number, valueBytes: number): void {
    const { page, at, valueStart } = this.entry;
    page.words[(at + 12) >>> 2] = valueBytes;
    this.entry.valueEnd = valueStart + valueBytes;
    copyBytes(value, start, page.bytes, valueStart, valueBytes);
  }
}

/** Copies bytes; short runs by a loop, since a native call costs more than they do. */
export function copyBytes(
  from: Uint8Array,
  start: number,
  to: Uint8Array,
  at: number,
  length: number,
): void {
  if (length <= 24) {
    for (let i = 0; i < length; i++) to[at + i] = from[start + i] as number;
  } else {
    to.set(from.subarray(start, start + length), at);
  }
}

interface Shard {
  count: number;
  readonly hashes: Uint32Array;
  /** Arena references; 0 is a free slot. The length is a power of two. */
  readonly references: Uint32Array;
}

function newShard(slots: number): Shard {
  return { count: 0, hashes: new Uint32Array(slots), references: new Uint32Array(slots) };
}

/** The key group has used up some bits of the hash; this makes the others decide the slot. */
function spread(hash: number): number {
  const mixed = Math.imul(hash, 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

function insertInto(shard: Shard, hash: number, reference: number): void {
  const mask = shard.references.length - 1;
  let slot = spread(hash) & mask;
  while (shard.references[slot] !== 0) slot = (slot + 1) & mask;
  shard.hashes[slot] = hash;
  shard.references[slot] = reference;
}

function grown(shard: Shard): Shard {
  const larger = newShard(shard.references.length * 2);
  larger.count = shard.count;
  for (let slot = 0; slot < shard.references.length; slot++) {
    const reference = shard.references[slot] as number;
    if (reference !== 0) insertInto(larger, shard.hashes[slot] as number, reference);
  }
  return larger;
}

/** Frees a slot and moves later entries of the probe run up, so that no tombstones are needed. */
function closeGap(shard: Shard, freed: number): void {
  const { hashes, references } = shard;
  const mask = references.length - 1;
  let gap = freed;
  let slot = (gap + 1) & mask;
  while (references[slot] !== 0) {
    const home = spread(hashes[slot] as number) & mask;
    if (((slot - home) & mask) >= ((slot - gap) & mask)) {
      references[gap] = references[slot] as number;
      hashes[gap] = hashes[slot] as number;
      gap = slot;
    }
    slot = (slot + 1) & mask;
  }
  references[gap] = 0;
}

const nullPage: Page = {
  bytes: Buffer.alloc(0),
  words: new Uint32Array(0),
  doubles: new Float64Array(0),
};
