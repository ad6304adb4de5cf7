import { removed } from '../ports/cut.ts';
import { recordKeyBytes, recordLength } from './records.ts';

const keyStart = 8;
const familyBits = 0x7f;

/**
 * The latest record of each (family, key) in a log, without an object per record: open addressing
 * with linear probing over offsets into the log. Entries are numbered in the order in which their
 * keys first occur.
 */
export class RecordIndex {
  readonly #log: Uint8Array;
  /** Entry number + 1, 0 where free. The length is a power of two. */
  #slots = new Uint32Array(1024);
  /** Per entry: offset of its latest record, and the hash of its key. */
  #latest = new Float64Array(512);
  #hashes = new Uint32Array(512);
  #size = 0;

  constructor(log: Uint8Array) {
    this.#log = log;
  }

  get size(): number {
    return this.#size;
  }

  /** Offset in the log of the latest record of an entry. */
  latest(entry: number): number {
    return this.#latest[entry] as number;
  }

  /** Takes the record at `at` of the log as the latest of its key. */
  add(at: number): void {
    const hash = hashOf(this.#log, at);
    const slot = this.#slotOf(this.#log, at, hash);
    const found = this.#slots[slot] as number;
    if (found > 0) {
      this.#latest[found - 1] = at;
      return;
    }
    if (this.#size === this.#latest.length) this.#growEntries();
    this.#latest[this.#size] = at;
    this.#hashes[this.#size] = hash;
    this.#slots[slot] = ++this.#size;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
  }

  /** The entry with the family and key of the record at `at` of another log, or -1. */
  find(log: Uint8Array, at: number): number {
    return (this.#slots[this.#slotOf(log, at, hashOf(log, at))] as number) - 1;
  }

  #slotOf(log: Uint8Array, at: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] as number;
      if (entry === 0) return slot;
      if (this.#hashes[entry - 1] !== hash) continue;
      if (sameKey(this.#log, this.#latest[entry - 1] as number, log, at)) return slot;
    }
  }

  #growEntries(): void {
    const latest = new Float64Array(this.#size * 2);
    const hashes = new Uint32Array(this.#size * 2);
    latest.set(this.#latest);
    hashes.set(this.#hashes);
    this.#latest = latest;
    this.#hashes = hashes;
  }

  #rehash(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let entry = 0; entry < this.#size; entry++) {
      let slot = (this.#hashes[entry] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = entry + 1;
    }
    this.#slots = slots;
  }
}

export function familyOf(log: Uint8Array, at: number): number {
  return (log[at + 4] as number) & familyBits;
}

export function isRemoval(log: Uint8Array, at: number): boolean {
  return ((log[at + 4] as number) & removed) !== 0;
}

/** FNV-1a over family and key, its high bits folded into the low ones that choose the slot. */
function hashOf(log: Uint8Array, at: number): number {
  const end = at + keyStart + recordKeyBytes(log, at);
  let hash = Math.imul(0x811c9dc5 ^ familyOf(log, at), 0x01000193);
  for (let i = at + keyStart; i < end; i++) {
    hash = Math.imul(hash ^ (log[i] as number), 0x01000193);
  }
  return (hash ^ (hash >>> 15)) >>> 0;
}

function sameKey(a: Uint8Array, atA: number, b: Uint8Array, atB: number): boolean {
  const keyBytes = recordKeyBytes(a, atA);
  if (keyBytes !== recordKeyBytes(b, atB) || familyOf(a, atA) !== familyOf(b, atB)) return false;
  for (let i = 0; i < keyBytes; i++) {
    if (a[atA + keyStart + i] !== b[atB + keyStart + i]) return false;
  }
  return true;
}

/** Calls `visit` with the offset of every record of a checked log. */
export function eachRecord(log: Uint8Array, visit: (at: number, length: number) => void): void {
  for (let at = 0; at < log.length;) {
    const length = recordLength(log, at);
    visit(at, length);
    at += length;
  }
}
