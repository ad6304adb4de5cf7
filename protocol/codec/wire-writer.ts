import type { Bytes } from '../messages.ts';
import { protocolErrors } from './errors.ts';

const initialBytes = 64 * 1024;
/** A scratch buffer that one large message made larger than this is given back. */
const maxKeptBytes = 1024 * 1024;
const maxMessageBytes = 2 ** 31 - 1;
/** Below this many bytes a loop is quicker than a call of a native copy. */
const loopBytes = 16;

/** Works on any Uint8Array, and creates no view as `set` with `subarray` would. */
// eslint-disable-next-line @typescript-eslint/unbound-method -- always called with its `this`
const { copy: copyBytes } = Buffer.alloc(0);

/**
 * Writes protobuf into one scratch buffer. The caller says with `ensure` how much is to come at
 * most; the other methods do not check.
 */
export class WireWriter {
  buffer: Buffer = Buffer.allocUnsafeSlow(initialBytes);
  pos = 0;

  /** Makes room for `bytes` more. Throws `TOO_LARGE` at 2 GiB. */
  ensure(bytes: number): void {
    if (bytes > this.buffer.length - this.pos) this.#grow(this.pos + bytes);
  }

  #grow(needed: number): void {
    if (needed > maxMessageBytes) {
      throw protocolErrors.TOO_LARGE(`A message of at least ${needed} bytes`);
    }
    const larger = Buffer.allocUnsafeSlow(
      Math.min(maxMessageBytes, Math.max(needed, this.buffer.length * 2)),
    );
    this.buffer.copy(larger, 0, 0, this.pos);
    this.buffer = larger;
  }

  /** Begins a message at `pos` 0. */
  begin(): void {
    this.pos = 0;
    // Also after a message that failed half-way.
    if (this.buffer.length > maxKeptBytes) this.buffer = Buffer.allocUnsafeSlow(initialBytes);
  }

  byte(value: number): void {
    this.buffer[this.pos++] = value;
  }

  /** An unsigned number of at most 31 bits. */
  varint(value: number): void {
    const buffer = this.buffer;
    let pos = this.pos;
    while (value >= 0x80) {
      buffer[pos++] = (value & 0x7f) | 0x80;
      value >>>= 7;
    }
    buffer[pos++] = value;
    this.pos = pos;
  }

  /** A non-negative safe integer. */
  varint53(value: number): void {
    while (value > 0x7fff_ffff) {
      this.buffer[this.pos++] = (value % 0x80) | 0x80;
      value = Math.floor(value / 0x80);
    }
    this.varint(value);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.pos);
    this.pos += bytes.length;
  }

  /** A field with a one-byte tag that holds `utf8` as `utf8Bytes(text)` bytes. */
  text(tag: number, text: string, utf8: number): void {
    this.byte(tag);
    this.varint(utf8);
    if (utf8 !== text.length) this.buffer.utf8Write(text, this.pos, utf8);
    else if (utf8 >= loopBytes) this.buffer.latin1Write(text, this.pos, utf8);
    else {
      for (let i = 0; i < utf8; i++) this.buffer[this.pos + i] = text.charCodeAt(i);
    }
    this.pos += utf8;
  }

  /** A value's bytes as a field with a one-byte tag. */
  value(tag: number, value: Bytes): void {
    if (typeof value === 'string') this.text(tag, value, value.length);
    else this.slice(tag, value, 0, value.length);
  }

  /** `body[start, end)` as a field with a one-byte tag. */
  slice(tag: number, body: Uint8Array, start: number, end: number): void {
    const length = end - start;
    this.byte(tag);
    this.varint(length);
    if (length >= loopBytes) {
      copyBytes.call(body, this.buffer, this.pos, start, end);
    } else {
      for (let i = 0; i < length; i++) this.buffer[this.pos + i] = body[start + i]!;
    }
    this.pos += length;
  }

  /**
   * Puts the tag of a field above number 15 (`tag` and 06) and the length of what lies from `start`
   * on in front of it, and returns where that begins: at most 7 bytes before `start`.
   */
  prefix(start: number, tag: number): number {
    const end = this.pos;
    const begin = start - 2 - varintBytes(end - start);
    this.pos = begin;
    this.byte(tag);
    this.byte(0x06);
    this.varint(end - start);
    this.pos = end;
    return begin;
  }

  /** The bytes since `start`, in a buffer of their own (a small one from Node's pool). */
  taken(start: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.pos - start);
    this.buffer.copy(bytes, 0, start, this.pos);
    return bytes;
  }
}

/** Bytes of a varint of at most 31 bits. */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Bytes of a length-prefixed field with a one-byte tag. */
export function fieldBytes(length: number): number {
  return 1 + varintBytes(length) + length;
}

/** As `fieldBytes`, but nothing for an empty field, as proto3 has it. */
export function optionalFieldBytes(length: number): number {
  return length === 0 ? 0 : fieldBytes(length);
}

/**
 * Bytes of a text in UTF-8. An unpaired surrogate counts, and is written, as U+FFFD: it has no
 * UTF-8.
 */
export function utf8Bytes(text: string): number {
  const length = text.length;
  if (length > 64) return Buffer.byteLength(text, 'utf8');
  for (let i = 0; i < length; i++) {
    if (text.charCodeAt(i) > 0x7f) return Buffer.byteLength(text, 'utf8');
  }
  return length;
}
