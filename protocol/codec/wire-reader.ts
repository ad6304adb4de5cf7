import { isUtf8 } from 'node:buffer';
import { protocolErrors } from './errors.ts';

/** Groups nested deeper than this are refused: every level costs stack. */
const maxGroupDepth = 100;
/**
 * An entry of a list may have 2 bytes on the wire and takes about 100 in memory: without a bound,
 * a message of 32 MiB could exhaust the heap.
 */
const maxEntries = 1_000_000;

/** The wire types of protobuf. */
const wire = { varint: 0, fixed64: 1, bytes: 2, group: 3, groupEnd: 4, fixed32: 5 } as const;

/**
 * Reads protobuf from `body[pos, end)`. `end` is the end of the message that is being read: `enter`
 * narrows it to a nested one, and nothing ever reads behind it, so that a wrong length is noticed
 * where it is and never costs memory.
 */
export class WireReader {
  readonly body: Buffer;
  pos: number;
  end: number;
  /** The upper 32 bits of the last varint. */
  high = 0;
  #entries = 0;

  constructor(body: Buffer, start: number, end: number) {
    if (!(start >= 0 && start <= end && end <= body.length)) {
      throw new RangeError(`[${start}, ${end}) is not a range of a buffer of ${body.length} bytes`);
    }
    this.body = body;
    this.pos = start;
    this.end = end;
  }

  /** The lower 32 bits of a varint, unsigned; the upper ones are left in `high`. */
  varint(): number {
    const pos = this.pos;
    if (pos < this.end) {
      const byte = this.body[pos]!;
      if (byte < 0x80) {
        this.pos = pos + 1;
        this.high = 0;
        return byte;
      }
    }
    return this.#longVarint();
  }

  #longVarint(): number {
    const start = this.pos;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.pos >= this.end) throw this.truncated();
      const byte = this.body[this.pos++]!;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) {
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    throw protocolErrors.MALFORMED(`A varint of more than 10 bytes at byte ${start}`);
  }

  /** Field number and wire type, as they are on the wire. */
  tag(): number {
    const start = this.pos;
    const tag = this.varint();
    if (this.high !== 0 || tag < 8) {
      throw protocolErrors.MALFORMED(`No field has the tag ${tag} at byte ${start}`);
    }
    return tag;
  }

  /** The length of a field, checked to lie within the message. */
  length(): number {
    const length = this.varint();
    if (this.high !== 0 || length > this.end - this.pos) {
      throw protocolErrors.TRUNCATED(
        `A field of ${this.high === 0 ? length : 'more than 2^32'} bytes at byte ${this.pos}, ` +
          `where its message has ${this.end - this.pos} left`,
      );
    }
    return length;
  }

  /** Begins a nested message and returns the outer end, to be put back into `end` behind it. */
  enter(): number {
    const length = this.length();
    const outer = this.end;
    this.end = this.pos + length;
    return outer;
  }

  /** To be called for every entry of a list. Throws `TOO_MANY`. */
  entry(): void {
    if (++this.#entries > maxEntries) {
      throw protocolErrors.TOO_MANY(`More than ${maxEntries} entries, up to byte ${this.pos}`);
    }
  }

  bool(): boolean {
    const low = this.varint();
    return low !== 0 || this.high !== 0;
  }

  /** An int32 or enum: protobuf keeps the lower 32 bits of whatever was sent. */
  int32(): number {
    return this.varint() | 0;
  }

  /** An int64 as a number. Throws `NUMBER_RANGE` if it is no safe integer. */
  int64(what: string): number {
    const low = this.varint();
    const value = (this.high | 0) * 0x1_0000_0000 + low;
    if (!Number.isSafeInteger(value)) {
      throw protocolErrors.NUMBER_RANGE(`${what} is beyond 2^53 (at byte ${this.pos})`);
    }
    return value;
  }

  string(): string {
    const length = this.length();
    const start = this.pos;
    this.pos = start + length;
    return utf8Text(this.body, start, this.pos);
  }

  /** Skips the field whose tag was just read. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case wire.varint:
        this.varint();
        return;
      case wire.fixed64:
        return this.#advance(8);
      case wire.bytes:
        return this.#advance(this.length());
      case wire.group:
        return this.#skipGroup(tag, depth);
      case wire.fixed32:
        return this.#advance(4);
      default:
        throw protocolErrors.MALFORMED(
          `Wire type ${tag & 7} of field ${tag >>> 3} before byte ${this.pos}`,
        );
    }
  }

  #skipGroup(tag: number, depth: number): void {
    if (depth >= maxGroupDepth) {
      throw protocolErrors.TOO_DEEP(`More than ${maxGroupDepth} nested groups at ${this.pos}`);
    }
    const endTag = (tag | 7) - 3;
    for (;;) {
      const inner = this.tag();
      if (inner === endTag >>> 0) return;
      this.skip(inner, depth + 1);
    }
  }

  #advance(bytes: number): void {
    if (bytes > this.end - this.pos) throw this.truncated();
    this.pos += bytes;
  }

  truncated(): Error {
    return protocolErrors.TRUNCATED(`The message ends within a field, at byte ${this.end}`);
  }
}

/** `body[start, end)` as text. Throws `BAD_UTF8`. */
export function utf8Text(body: Buffer, start: number, end: number): string {
  if (start === end) return '';
  const text = body.utf8Slice(start, end);
  // Decoding replaces what is wrong; only a text that contains the replacement needs the check.
  if (text.includes('\ufffd') && !isUtf8(body.subarray(start, end))) {
    throw protocolErrors.BAD_UTF8(`The ${end - start} bytes at byte ${start} are not UTF-8`);
  }
  return text;
}
