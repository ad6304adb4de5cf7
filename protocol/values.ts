import { protocolErrors } from './codec/errors.ts';
import { WireReader } from './codec/wire-reader.ts';
import { messageOf } from './errors.ts';

/**
 * A built-in type of the protocol: a protobuf message with one field, number 1. The default
 * (false, 0, the empty text) has zero bytes.
 */
export interface BuiltInType<T> {
  readonly typename: string;
  /** Throws `VALUE_RANGE` for what the type can't hold. */
  encode(value: T): Buffer;
  /**
   * The value of `body[start, end)`, in any encoding that protobuf allows. Throws `BAD_VALUE`.
   */
  decode(body: Uint8Array, start?: number, end?: number): T;
}

const empty = Buffer.alloc(0);

export const boolType: BuiltInType<boolean> = builtIn('bool', 0x08, {
  initial: false,
  read: (reader) => reader.bool(),
  encode: (value) => {
    if (typeof value !== 'boolean') throw outOfRange('bool', value, 'no boolean');
    return value ? Buffer.of(0x08, 1) : empty;
  },
});

/** 32 bits with a sign. */
export const intType: BuiltInType<number> = builtIn('int', 0x0d, {
  initial: 0,
  read: (reader) => reader.body.readInt32LE(fixed(reader, 4)),
  encode: (value) => {
    if (value !== (value | 0)) throw outOfRange('int', value, 'no whole number of 32 bits');
    if (value === 0) return empty;
    const bytes = tagged(0x0d, 5);
    bytes.writeInt32LE(value, 1);
    return bytes;
  },
});

/** 64 bits with a sign, as a bigint: a number would lose what is beyond 2^53. */
export const longType: BuiltInType<bigint> = builtIn('long', 0x09, {
  initial: 0n,
  read: (reader) => reader.body.readBigInt64LE(fixed(reader, 8)),
  encode: (value) => {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) {
      throw outOfRange('long', value, 'no bigint of 64 bits');
    }
    if (value === 0n) return empty;
    const bytes = tagged(0x09, 9);
    bytes.writeBigInt64LE(value, 1);
    return bytes;
  },
});

/** IEEE 754 single precision: encoding rounds to it. */
export const floatType: BuiltInType<number> = builtIn('float', 0x0d, {
  initial: 0,
  read: (reader) => reader.body.readFloatLE(fixed(reader, 4)),
  encode: (value) => {
    if (typeof value !== 'number') throw outOfRange('float', value, 'no number');
    if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
      throw outOfRange('float', value, 'beyond the largest float');
    }
    if (Object.is(Math.fround(value), 0)) return empty; // minus zero is not the default
    const bytes = tagged(0x0d, 5);
    bytes.writeFloatLE(value, 1);
    return bytes;
  },
});

export const doubleType: BuiltInType<number> = builtIn('double', 0x09, {
  initial: 0,
  read: (reader) => reader.body.readDoubleLE(fixed(reader, 8)),
  encode: (value) => {
    if (typeof value !== 'number') throw outOfRange('double', value, 'no number');
    if (Object.is(value, 0)) return empty;
    const bytes = tagged(0x09, 9);
    bytes.writeDoubleLE(value, 1);
    return bytes;
  },
});

export const stringType: BuiltInType<string> = builtIn('string', 0x0a, {
  initial: '',
  read: (reader) => reader.string(),
  encode: (value) => {
    if (typeof value !== 'string' || !value.isWellFormed()) {
      throw outOfRange('string', value, 'no text, or has unpaired surrogates');
    }
    if (value === '') return empty;
    const utf8 = Buffer.from(value, 'utf8');
    const head = [0x0a];
    let length = utf8.length;
    for (; length >= 0x80; length >>>= 7) head.push((length & 0x7f) | 0x80);
    head.push(length);
    return Buffer.concat([Uint8Array.from(head), utf8]);
  },
});

/** The built-in types by typename. */
export const builtInTypes: ReadonlyMap<
  string,
  BuiltInType<boolean | number | bigint | string>
> = new Map(
  [boolType, intType, longType, floatType, doubleType, stringType].map((type) => [
    type.typename,
    type as BuiltInType<boolean | number | bigint | string>,
  ]),
);

interface Definition<T> {
  readonly initial: T;
  /** Reads field 1 behind its tag. */
  read(reader: WireReader): T;
  encode(value: T): Buffer;
}

function builtIn<T>(name: string, valueTag: number, definition: Definition<T>): BuiltInType<T> {
  const typename = `io.statefun.types/${name}`;
  return {
    typename,
    encode: (value) => definition.encode(value),
    decode(body, start = 0, end = body.length) {
      const buffer = Buffer.isBuffer(body)
        ? body
        : Buffer.from(body.buffer, body.byteOffset, body.length);
      const reader = new WireReader(buffer, start, end);
      let value = definition.initial;
      try {
        while (reader.pos < reader.end) {
          const tag = reader.tag();
          if (tag === valueTag) value = definition.read(reader);
          else reader.skip(tag);
        }
      } catch (error) {
        throw protocolErrors.BAD_VALUE(
          `${end - start} bytes are no ${typename}: ${messageOf(error)}`,
          {
            cause: error,
            hint:
              `A value with the type ${typename} is a protobuf message, not plain text: ` +
              'give plain text or JSON a type name of its own.',
          },
        );
      }
      return value;
    },
  };
}

/** Where the next `bytes` bytes begin; moves behind them. */
function fixed(reader: WireReader, bytes: number): number {
  const start = reader.pos;
  if (bytes > reader.end - start) throw reader.truncated();
  reader.pos = start + bytes;
  return start;
}

function tagged(tag: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  buffer[0] = tag;
  return buffer;
}

function outOfRange(type: string, value: unknown, why: string): Error {
  const shown = typeof value === 'string' ? 'a string' : String(value);
  return protocolErrors.VALUE_RANGE(`${shown} is no io.statefun.types/${type}: ${why}`);
}
