import type { Bytes, ValueSlice } from '../messages.ts';
import { encodedValueHead } from './encoded-names.ts';
import { internedName, readName } from './interned-names.ts';
import type { WireReader } from './wire-reader.ts';
import { optionalFieldBytes } from './wire-writer.ts';
import type { WireWriter } from './wire-writer.ts';

/** What a message without a value means: no typename, no value. */
export function absentValue(body: Buffer): ValueSlice {
  return { typename: '', hasValue: false, body, start: 0, end: 0 };
}

/**
 * Reads a length-prefixed `TypedValue` without copying its bytes. `previous` is what an earlier
 * occurrence of the same field said: protobuf merges the two.
 */
export function readValue(reader: WireReader, previous: ValueSlice | null): ValueSlice {
  const outer = reader.enter();
  const value = (previous === null && usualValue(reader)) || anyValue(reader, previous);
  reader.end = outer;
  return value;
}

/** Typename, `has_value` set, and the value if it has bytes: what every SDK sends. */
function usualValue(reader: WireReader): ValueSlice | null {
  const body = reader.body;
  const first = reader.pos;
  const end = reader.end;
  if (end - first < 5 || body[first] !== 0x0a) return null;
  const second = first + 2 + body[first + 1]!;
  if (body[first + 1]! >= 0x80 || end - second < 2) return null;
  if (body[second] !== 0x10 || body[second + 1] !== 1) return null;
  let start = second + 2;
  if (start < end) {
    if (body[start] !== 0x1a) return null;
    reader.pos = start + 1;
    const length = reader.length();
    start = reader.pos;
    reader.pos = first;
    if (start + length !== end) return null;
  }
  reader.pos = end;
  return { typename: internedName(body, first + 2, second), hasValue: true, body, start, end };
}

function anyValue(reader: WireReader, previous: ValueSlice | null): ValueSlice {
  const body = reader.body;
  let typename = previous === null ? '' : previous.typename;
  let hasValue = previous !== null && previous.hasValue;
  let start = previous === null ? reader.pos : previous.start;
  let end = previous === null ? reader.pos : previous.end;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      typename = readName(reader);
    } else if (tag === 0x10) {
      hasValue = reader.bool();
    } else if (tag === 0x1a) {
      const length = reader.length();
      start = reader.pos;
      end = start + length;
      reader.pos = end;
    } else {
      reader.skip(tag);
    }
  }
  return { typename, hasValue, body, start, end };
}

/** Bytes of a TypedValue with `length` bytes of value, without its own tag and length. */
export function valueBytes(typename: string, length: number): number {
  return encodedValueHead(typename).length + optionalFieldBytes(length);
}

/** Upper bound of the bytes of a TypedValue with its tag and length; cheap. */
export function valueRoom(typename: string, length: number): number {
  return 32 + 3 * typename.length + length;
}

/** Writes a TypedValue as a field with a one-byte tag; `has_value` is always set. */
export function writeValue(writer: WireWriter, tag: number, typename: string, value: Bytes): void {
  const head = encodedValueHead(typename);
  writer.byte(tag);
  writer.varint(head.length + optionalFieldBytes(value.length));
  writer.raw(head);
  if (value.length > 0) writer.value(0x1a, value);
}

/** As `writeValue`, for the value `body[start, end)`. */
export function writeValueSlice(
  writer: WireWriter,
  tag: number,
  typename: string,
  body: Uint8Array,
  start: number,
  end: number,
): void {
  const head = encodedValueHead(typename);
  writer.byte(tag);
  writer.varint(head.length + optionalFieldBytes(end - start));
  writer.raw(head);
  if (end > start) writer.slice(0x1a, body, start, end);
}
