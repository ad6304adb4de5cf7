import { wire, WireReader } from '#protocol/codec/wire-reader.ts';
import type { Bytes } from '#protocol/messages.ts';
import { ValueType } from './value-type.ts';
import { utf8 } from './own-types.ts';

// TEMPORARY_LOCAL
function field1(body: Buffer, start: number, end: number, wireType: number): number {
  const reader = new WireReader(body, start, end);
  let found = -1;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === (8 | wireType)) found = reader.pos;
    reader.skip(tag);
  }
  return found;
}
function builtin<T>(
  name: string,
  check: (v: T) => void,
  encode: (v: T) => Bytes,
  decode: (b: Buffer, s: number, e: number) => T,
): ValueType<T> {
  return new ValueType<T>(
    `io.statefun.types/${name}`,
    { check, encode, decode },
    { kind: name, parts: [] },
    false,
  );
}
const isA = (type: string) => (value: unknown) => {
  if (typeof value !== type) throw new TypeError(`expected a ${type}, got ${typeof value}`);
};
export const boolean = builtin<boolean>(
  'bool',
  isA('boolean'),
  (v) => (v ? '\x08\x01' : ''),
  (b, s, e) => {
    const p = field1(b, s, e, wire.varint);
    return p !== -1 && b[p] !== 0;
  },
);
export const int = builtin<number>(
  'int',
  (v) => {
    if (!Number.isInteger(v) || (v | 0) !== v)
      throw new RangeError(`${v} is not a whole number of 32 bits`);
  },
  (v) => {
    if (v === 0) return '';
    const b = Buffer.allocUnsafe(5);
    b[0] = 0x0d;
    b.writeInt32LE(v, 1);
    return b;
  },
  (b, s, e) => {
    const p = field1(b, s, e, wire.fixed32);
    return p === -1 ? 0 : b.readInt32LE(p);
  },
);
export const long = builtin<bigint>(
  'long',
  (v) => {
    if (typeof v !== 'bigint' || BigInt.asIntN(64, v) !== v)
      throw new RangeError(`${v} is not a bigint of 64 bits`);
  },
  (v) => {
    if (v === 0n) return '';
    const b = Buffer.allocUnsafe(9);
    b[0] = 0x09;
    b.writeBigInt64LE(v, 1);
    return b;
  },
  (b, s, e) => {
    const p = field1(b, s, e, wire.fixed64);
    return p === -1 ? 0n : b.readBigInt64LE(p);
  },
);
export const float = builtin<number>(
  'float',
  isA('number'),
  (v) => {
    const b = Buffer.allocUnsafe(5);
    b[0] = 0x0d;
    b.writeFloatLE(v, 1);
    return b;
  },
  (b, s, e) => {
    const p = field1(b, s, e, wire.fixed32);
    return p === -1 ? 0 : b.readFloatLE(p);
  },
);
export const double = builtin<number>(
  'double',
  isA('number'),
  (v) => {
    const b = Buffer.allocUnsafe(9);
    b[0] = 0x09;
    b.writeDoubleLE(v, 1);
    return b;
  },
  (b, s, e) => {
    const p = field1(b, s, e, wire.fixed64);
    return p === -1 ? 0 : b.readDoubleLE(p);
  },
);
function varint(n: number): string {
  let out = '';
  while (n >= 0x80) {
    out += String.fromCharCode((n & 0x7f) | 0x80);
    n >>>= 7;
  }
  return out + String.fromCharCode(n);
}
export const string = builtin<string>(
  'string',
  (v) => {
    if (typeof v !== 'string') throw new TypeError(`expected a string, got ${typeof v}`);
    if (!v.isWellFormed()) throw new TypeError('the text has an unpaired surrogate');
  },
  (v) => {
    if (v === '') return '';
    const t = utf8(v) as string;
    return `\n${varint(t.length)}${t}`;
  },
  (b, s, e) => {
    const p = field1(b, s, e, wire.bytes);
    if (p === -1) return '';
    const r = new WireReader(b, p, e);
    return r.string();
  },
);
