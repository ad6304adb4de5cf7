import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WeirError } from '#protocol/errors.ts';
import { io } from '#protocol/generated/request-reply.js';
import {
  boolType,
  builtInTypes,
  doubleType,
  floatType,
  intType,
  longType,
  stringType,
} from '#protocol/values.ts';
import { SeededNumbers, mutated } from './codec/mutator.ts';

const { BooleanWrapper, DoubleWrapper, FloatWrapper, IntWrapper, LongWrapper, StringWrapper } =
  io.statefun.sdk.types;
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const withCode = (name: string): unknown =>
  expect.objectContaining({ code: `WEIR_PROTOCOL_${name}` });
const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)));
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom('', '\ufeffx', '\ufffd', 'a'.repeat(127), 'ä'.repeat(64), '🦊'.repeat(5_000)),
);

describe('the built-in types', () => {
  it('have the typenames of the protocol', () => {
    expect([...builtInTypes.keys()]).toEqual(
      ['bool', 'int', 'long', 'float', 'double', 'string'].map(
        (name) => `io.statefun.types/${name}`,
      ),
    );
  });

  it('write the bytes of the protocol', () => {
    expect(intType.encode(2).toString('hex')).toBe('0d02000000');
    expect(intType.encode(-2).toString('hex')).toBe('0dfeffffff');
    expect(boolType.encode(true).toString('hex')).toBe('0801');
    expect(longType.encode(2n).toString('hex')).toBe('090200000000000000');
    expect(stringType.encode('ab').toString('hex')).toBe('0a026162');
    expect(floatType.encode(1.5).toString('hex')).toBe('0d0000c03f');
    expect(doubleType.encode(1.5).toString('hex')).toBe('09000000000000f83f');
  });

  it('read and write what the reference does', () => {
    fc.assert(
      fc.property(int32, int64, fc.float(), fc.double(), text, fc.boolean(), (i, l, f, d, s, b) => {
        const long = LongWrapper.decode(longType.encode(l));
        expect(BigInt(String(long.value))).toBe(l);
        expect(longType.decode(LongWrapper.encode(long).finish())).toBe(l);
        for (const [type, wrapper, value] of [
          [boolType, BooleanWrapper, b],
          [intType, IntWrapper, i],
          [floatType, FloatWrapper, f],
          [doubleType, DoubleWrapper, d],
          [stringType, StringWrapper, s],
        ] as const) {
          const ours = type as {
            encode(value: unknown): Buffer;
            decode(body: Uint8Array): unknown;
          };
          const theirs = wrapper as unknown as {
            encode(message: { value: unknown }): { finish(): Uint8Array };
            decode(body: Uint8Array): { value: unknown };
          };
          expect(theirs.decode(ours.encode(value)).value).toBe(value);
          expect(ours.decode(theirs.encode({ value }).finish())).toBe(value);
        }
      }),
    );
  });

  it('write nothing for the default, and take nothing for it', () => {
    const defaults: [{ encode(value: never): Buffer; decode(body: Buffer): unknown }, unknown][] = [
      [boolType, false],
      [intType, 0],
      [longType, 0n],
      [floatType, 0],
      [doubleType, 0],
      [stringType, ''],
    ];
    for (const [type, value] of defaults) {
      expect(type.encode(value as never)).toHaveLength(0);
      expect(type.decode(Buffer.alloc(0))).toBe(value);
    }
    expect(doubleType.decode(doubleType.encode(-0))).toBe(-0);
    expect(floatType.decode(floatType.encode(-0))).toBe(-0);
  });

  it('take any encoding that protobuf allows', () => {
    // an unknown field in front, the value twice, an unknown field behind
    expect(intType.decode(hex('10 05 0d 01 00 00 00 0d 07 00 00 00 1a 01 61'))).toBe(7);
    // a default that was written, and a padded length
    expect(stringType.decode(hex('0a 00'))).toBe('');
    expect(stringType.decode(hex('0a 82 80 00 61 62'))).toBe('ab');
    expect(boolType.decode(hex('08 80 80 80 80 80 20'))).toBe(true);
    expect(boolType.decode(hex('08 00'))).toBe(false);
  });

  it('read a part of a larger buffer, and no more', () => {
    const body = hex('ff 0d 02 00 00 00 ff');
    expect(intType.decode(body, 1, 6)).toBe(2);
    expect(intType.decode(new Uint8Array(body).subarray(1, 6))).toBe(2);
    expect(() => intType.decode(body, 1, 5)).toThrow(withCode('BAD_VALUE'));
  });

  it('say what is wrong with bytes that are no value', () => {
    const plain = Buffer.from('hello');
    expect(() => stringType.decode(plain)).toThrow(withCode('BAD_VALUE'));
    expect(() => stringType.decode(plain)).toThrow(/5 bytes are no io\.statefun\.types\/string/);
    expect(() => stringType.decode(hex('0a 01 ff'))).toThrow(withCode('BAD_VALUE'));
    expect(() => longType.decode(hex('09 01'))).toThrow(withCode('BAD_VALUE'));
  });

  it('refuse values that do not fit', () => {
    const ints = [2 ** 31, -(2 ** 31) - 1, 0.5, NaN, Infinity, '1' as never, null as never];
    for (const value of ints) {
      expect(() => intType.encode(value)).toThrow(withCode('VALUE_RANGE'));
    }
    for (const value of [2n ** 63n, -(2n ** 63n) - 1n, 1 as never]) {
      expect(() => longType.encode(value)).toThrow(withCode('VALUE_RANGE'));
    }
    for (const value of [1e39, -1e39, '1' as never]) {
      expect(() => floatType.encode(value)).toThrow(withCode('VALUE_RANGE'));
    }
    expect(floatType.decode(floatType.encode(-Infinity))).toBe(-Infinity);
    expect(() => doubleType.encode(1n as never)).toThrow(withCode('VALUE_RANGE'));
    expect(() => boolType.encode(1 as never)).toThrow(withCode('VALUE_RANGE'));
    expect(() => stringType.encode('\ud800')).toThrow(withCode('VALUE_RANGE'));
    expect(() => stringType.encode(undefined as never)).toThrow(withCode('VALUE_RANGE'));
  });

  it('give a value or an error with a code for any bytes', () => {
    const seed = Number(process.env['WEIR_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const numbers = new SeededNumbers(seed);
    const types = [...builtInTypes.values()];
    const originals = [
      intType.encode(-77),
      longType.encode(2n ** 60n),
      doubleType.encode(Math.PI),
      stringType.encode('Zoë-東京-🦊'),
      hex('10 05 0d 01 00 00 00 0b 0d 07 00 00 00 0c 1a 01 61'),
    ];
    let errors = 0;
    for (let i = 0; i < 10_000; i++) {
      const pick = () => originals[numbers.below(originals.length)]!;
      const body = mutated(pick(), pick(), numbers);
      const type = types[i % types.length]!;
      try {
        expect(typeof type.decode(body)).toBe(typeof type.decode(Buffer.alloc(0)));
      } catch (error) {
        const known = error instanceof WeirError && error.code === 'WEIR_PROTOCOL_BAD_VALUE';
        if (!known) throw new Error(`seed ${seed}: ${body.toString('hex')}`, { cause: error });
        errors++;
      }
    }
    expect(errors).toBeGreaterThan(500);
    expect(errors).toBeLessThan(9_500);
  });
});
