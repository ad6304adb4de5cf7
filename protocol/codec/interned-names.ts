import { protocolErrors } from './errors.ts';
import { utf8Text } from './wire-reader.ts';
import type { WireReader } from './wire-reader.ts';

/**
 * Names that occur again and again are decoded once. A table finds the string of some raw bytes
 * without decoding them; it has a fixed number of places, four for each hash, and a newcomer
 * replaces one of its four. So a sender of ever new names costs time, never memory:
 * at most 2,048 names of 256 bytes for each table.
 */
const sets = 512;
const ways = 4;
const maxNameBytes = 256;

interface InternedName {
  readonly bytes: Uint8Array;
  readonly text: string;
}

class InternTable {
  readonly #places: (InternedName | undefined)[] = new Array<undefined>(sets * ways).fill(
    undefined,
  );
  readonly #decode: (body: Buffer, start: number, end: number) => string;
  #turn = 0;

  constructor(decode: (body: Buffer, start: number, end: number) => string) {
    this.#decode = decode;
  }

  /** The string that `body[start, end)` stands for. */
  text(body: Buffer, start: number, end: number): string {
    const length = end - start;
    const first = (sampleHash(body, start, end) & (sets - 1)) * ways;
    for (let way = first; way < first + ways; way++) {
      const place = this.#places[way];
      if (place !== undefined && place.bytes.length === length && isAt(place.bytes, body, start)) {
        return place.text;
      }
    }
    const text = this.#decode(body, start, end);
    if (length <= maxNameBytes) {
      const bytes = new Uint8Array(length);
      bytes.set(body.subarray(start, end));
      this.#turn = (this.#turn + 1) & (ways - 1);
      this.#places[first + this.#turn] = { bytes, text };
    }
    return text;
  }
}

/** Length and seven bytes: names differ at their ends, and what is found is compared anyway. */
function sampleHash(body: Buffer, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  if (length >= 8) {
    hash = Math.imul(hash, 31) + body[end - 1]!;
    hash = Math.imul(hash, 31) + body[end - 2]!;
    hash = Math.imul(hash, 31) + body[end - 3]!;
    hash = Math.imul(hash, 31) + body[end - 5]!;
    hash = Math.imul(hash, 31) + body[end - 8]!;
    hash = Math.imul(hash, 31) + body[start + (length >>> 1)]!;
    hash = Math.imul(hash, 31) + body[start + (length >>> 2)]!;
  } else {
    for (let i = start; i < end; i++) hash = Math.imul(hash, 31) + body[i]!;
  }
  return hash ^ (hash >>> 15) ^ (hash >>> 7);
}

function isAt(bytes: Uint8Array, body: Buffer, start: number): boolean {
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== body[start + i]) return false;
  }
  return true;
}

const names = new InternTable(utf8Text);
const pairs = new InternTable(pairText);

/** Reads a length-prefixed name of a type or a state. Throws `BAD_UTF8`. */
export function readName(reader: WireReader): string {
  const length = reader.length();
  const start = reader.pos;
  reader.pos = start + length;
  return internedName(reader.body, start, reader.pos);
}

/** The text of `body[start, end)`, the name of a type or a state. Throws `BAD_UTF8`. */
export function internedName(body: Buffer, start: number, end: number): string {
  return start === end ? '' : names.text(body, start, end);
}

/**
 * `namespace/name` of two adjacent fields, both shorter than 128 bytes: `body[start, end)` is
 * `0a length namespace 12 length name`. Throws `BAD_UTF8`, `BAD_NAME`.
 */
export function internedPair(body: Buffer, start: number, end: number): string {
  return pairs.text(body, start, end);
}

function pairText(body: Buffer, start: number, end: number): string {
  const split = start + 2 + body[start + 1]!;
  return joinPair(utf8Text(body, start + 2, split), utf8Text(body, split + 2, end));
}

/**
 * `namespace/name`. A name with a slash is refused (`BAD_NAME`): joined, it could not be told from
 * another namespace's function, and a message would reach the wrong one.
 */
export function joinPair(namespace: string, name: string): string {
  if (name.includes('/')) {
    throw protocolErrors.BAD_NAME(
      `The name ${JSON.stringify(name.slice(0, 100))} in the namespace ` +
        `${JSON.stringify(namespace.slice(0, 100))} contains a slash`,
    );
  }
  return `${namespace}/${name}`;
}
