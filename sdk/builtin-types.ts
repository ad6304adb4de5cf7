import type { BuiltInType } from '#protocol/values.ts';
import {
  boolType,
  doubleType,
  floatType,
  intType,
  longType,
  stringType,
} from '#protocol/values.ts';
import { ValueType } from './value-type.ts';

/** `io.statefun.types/bool`. */
export const boolean = builtIn(boolType, (value) => requireTypeof('boolean', value));

/** `io.statefun.types/int`: a whole number of 32 bits with a sign. */
export const int = builtIn(intType, (value) => {
  requireTypeof('number', value);
  if (value !== (value | 0)) throw new RangeError(`${value} is not a whole number of 32 bits`);
});

/** `io.statefun.types/long`: 64 bits with a sign, as a bigint. */
export const long = builtIn(longType, (value) => {
  requireTypeof('bigint', value);
  if (BigInt.asIntN(64, value) !== value) throw new RangeError(`${value} has more than 64 bits`);
});

/** `io.statefun.types/float`: rounded to single precision. */
export const float = builtIn(floatType, (value) => {
  requireTypeof('number', value);
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) {
    throw new RangeError(`${value} is beyond the largest float`);
  }
});

/** `io.statefun.types/double`. */
export const double = builtIn(doubleType, (value) => requireTypeof('number', value));

/** `io.statefun.types/string`: text that has a UTF-8 form. */
export const string = builtIn(stringType, (value) => {
  requireTypeof('string', value);
  if (!value.isWellFormed()) throw new RangeError('the text has an unpaired surrogate');
});

function builtIn<T>(type: BuiltInType<T>, check: (value: T) => void): ValueType<T> {
  const { typename } = type;
  const encode = (value: T) => type.encode(value);
  const decode = (body: Buffer, start: number, end: number) => type.decode(body, start, end);
  return new ValueType<T>(
    typename,
    { check, encode, decode },
    { kind: typename, parts: [] },
    false,
  );
}

function requireTypeof(expected: string, value: unknown): void {
  if (typeof value === expected) return;
  const actual = value === null ? 'null' : typeof value;
  throw new TypeError(`a ${expected} is expected, not ${actual}`);
}
