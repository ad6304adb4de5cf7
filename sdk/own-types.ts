import type { Bytes } from '#protocol/messages.ts';
import { sdkErrors } from './errors.ts';
import { parseJson, requireReadable } from './json.ts';
import { isForeignName } from './names.ts';
import { ValueType } from './value-type.ts';

/** A function that returns the checked value or throws, or an object like a zod schema. */
export type Validator<T> = ((value: unknown) => T) | { parse(value: unknown): T };

/**
 * JSON text. With a validator each value that arrives is checked by it, and its result is what the
 * handler gets; without one `T` is only claimed. `__proto__` keys are refused.
 */
export function json<T = unknown>(typename: string, validator?: Validator<T>): ValueType<T> {
  const validate = validatorOf(typename, validator);
  return new ValueType<T>(
    ownTypename(typename),
    {
      check(value) {
        if (value === undefined || typeof value === 'function') {
          throw new TypeError(`${typeof value} has no JSON text`);
        }
      },
      encode(value) {
        const text = JSON.stringify(value) as string | undefined;
        if (text === undefined) throw new TypeError('the value has no JSON text');
        requireReadable(text);
        return utf8(text);
      },
      decode(body, start, end) {
        const value = parseJson(body.utf8Slice(start, end));
        return validate === null ? (value as T) : validate(value);
      },
    },
    { kind: 'json', parts: [validator] },
    true,
  );
}

function validatorOf<T>(
  typename: string,
  validator: Validator<T> | undefined,
): ((value: unknown) => T) | null {
  if (validator === undefined) return null;
  if (typeof validator === 'function') return validator;
  if (typeof validator?.parse === 'function') return (value) => validator.parse(value);
  throw sdkErrors.DEFINITION(
    `the validator of ${typename} is neither a function nor an object with parse(value)`,
  );
}

/** Bytes as they are, copied in both directions: a handler may change its own at any time. */
export function bytes(typename: string): ValueType<Uint8Array> {
  return new ValueType<Uint8Array>(
    ownTypename(typename),
    { check: checkBytes, encode: (value) => Buffer.from(value), decode: copyOf },
    { kind: 'bytes', parts: [] },
    true,
  );
}

/** What protobufjs (static or reflection) and ts-proto generate for a message. */
export interface ProtobufClass<T> {
  encode(message: NoInfer<T>): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/**
 * A protobuf message. The typename is what both sides agree on; for other SDKs it is usually
 * `type.googleapis.com/<full message name>`.
 */
export function protobuf<T>(typename: string, message: ProtobufClass<T>): ValueType<T> {
  return new ValueType<T>(
    ownTypename(typename),
    {
      encode: (value) => message.encode(value).finish(),
      decode: (body, start, end) => message.decode(copyOf(body, start, end)),
    },
    { kind: 'protobuf', parts: [message] },
    true,
  );
}

/** Any other encoding. The functions are pure: the same value gives the same bytes. */
export function custom<T>(
  typename: string,
  serialize: (value: T) => Uint8Array,
  deserialize: (bytes: Uint8Array) => T,
): ValueType<T> {
  return new ValueType<T>(
    ownTypename(typename),
    {
      encode(value) {
        const result: unknown = serialize(value);
        checkBytes(result);
        return Buffer.from(result);
      },
      decode: (body, start, end) => deserialize(copyOf(body, start, end)),
    },
    { kind: 'custom', parts: [serialize, deserialize] },
    true,
  );
}

function checkBytes(value: unknown): asserts value is Uint8Array {
  if (!(value instanceof Uint8Array)) throw new TypeError(`expected bytes, got ${typeof value}`);
}

// Its own memory, so that a handler may keep or change it without touching the request.
function copyOf(body: Buffer, start: number, end: number): Uint8Array {
  return Uint8Array.prototype.slice.call(body, start, end);
}

// eslint-disable-next-line no-control-regex
const beyondAscii = /[^\x00-\x7f]/;

/** UTF-8 bytes, as a latin1 string: ASCII text is that already, and needs no copy. */
function utf8(text: string): Bytes {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

function ownTypename(typename: string): string {
  if (!isForeignName(typename)) {
    throw sdkErrors.DEFINITION(`the typename "${String(typename)}" is not namespace/name`);
  }
  if (typename.startsWith('io.statefun.types/')) {
    throw sdkErrors.TYPENAME_CLASH(`${typename}: io.statefun.types/ is for the built-in types`, {
      hint: 'Use a namespace of your own; the built-in types are exported by the SDK.',
    });
  }
  return typename;
}
