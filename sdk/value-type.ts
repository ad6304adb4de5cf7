import type { Bytes, ExpirationMode } from '#protocol/messages.ts';
import type { Duration } from './duration.ts';
import { durationMs } from './duration.ts';
import { sdkErrors } from './errors.ts';

/** How the values of a type become bytes, and back. */
interface ValueCodec<T> {
  /** Throws if the value certainly does not fit; cheap, as each assignment to a state does it. */
  check?(value: T): void;
  /** Throws if the value does not fit. A latin1 string stands for the bytes of its characters. */
  encode(value: T): Bytes;
  /** Reads `body[start, end)`. What it returns must not alias `body`. Throws if it is malformed. */
  decode(body: Buffer, start: number, end: number): T;
}

/** What tells two types with the same typename apart. */
interface ValueTypeIdentity {
  readonly kind: string;
  /** The validator, class or functions that give the bytes their meaning. */
  readonly parts: readonly unknown[];
}

/** A declared state: the type of its values, and when a value expires. */
export interface StateDeclaration<T> {
  readonly valueType: ValueType<T>;
  readonly expiration: ExpirationMode;
  /** Milliseconds; 0 with `none`. */
  readonly expireAfterMs: number;
}

/**
 * A type of messages, states and egress records. By itself it is also the declaration of a state
 * without expiration.
 */
export class ValueType<T> implements StateDeclaration<T> {
  readonly typename: string;
  /** Values are objects that a handler can change in place. */
  readonly mutable: boolean;
  readonly identity: ValueTypeIdentity;
  readonly expiration = 'none';
  readonly expireAfterMs = 0;
  readonly #codec: ValueCodec<T>;

  constructor(
    typename: string,
    codec: ValueCodec<T>,
    identity: ValueTypeIdentity,
    mutable: boolean,
  ) {
    this.typename = typename;
    this.identity = identity;
    this.mutable = mutable;
    this.#codec = codec;
  }

  get valueType(): ValueType<T> {
    return this;
  }

  /** Throws a `WEIR_SDK_VALUE` error if a value certainly does not fit; cheap. */
  check(value: T): void {
    if (this.#codec.check === undefined) return;
    try {
      this.#codec.check(value);
    } catch (error) {
      throw valueError(this.typename, error);
    }
  }

  /** The bytes of a value; throws a `WEIR_SDK_VALUE` error if it does not fit. */
  encode(value: T): Bytes {
    try {
      this.#codec.check?.(value);
      return this.#codec.encode(value);
    } catch (error) {
      throw valueError(this.typename, error);
    }
  }

  /** The value in `body[start, end)`; throws a `WEIR_SDK_UNDECODABLE` error if there is none. */
  decode(body: Buffer, start: number, end: number): T {
    try {
      return this.#codec.decode(body, start, end);
    } catch (error) {
      throw undecodable(this.typename, end - start, error);
    }
  }

  /** Declares a state whose value disappears this long after it was last written. */
  expiresAfterWrite(duration: Duration): StateDeclaration<T> {
    return expiring(this, 'after-write', duration);
  }

  /** Declares a state whose value disappears this long after its address was last invoked. */
  expiresAfterInvoke(duration: Duration): StateDeclaration<T> {
    return expiring(this, 'after-invoke', duration);
  }
}

/** The values of a type or of a declared state. */
export type ValueOf<D> = D extends StateDeclaration<infer T> ? T : never;

function expiring<T>(
  valueType: ValueType<T>,
  expiration: ExpirationMode,
  duration: Duration,
): StateDeclaration<T> {
  const expireAfterMs = durationMs(duration, `expiration of a state of ${valueType.typename}`);
  if (expireAfterMs === 0) {
    throw sdkErrors.DURATION(`a state of ${valueType.typename} can't expire after 0 ms`);
  }
  return { valueType, expiration, expireAfterMs };
}

function valueError(typename: string, error: unknown): Error {
  return sdkErrors.VALUE(`${typename}: ${textOf(error)}`, { cause: error });
}

function undecodable(typename: string, bytes: number, error: unknown): Error {
  return sdkErrors.UNDECODABLE(`${typename}, ${bytes} bytes: ${textOf(error)}`, { cause: error });
}

// The text of an error may quote the whole value (zod lists every issue): keep its beginning.
function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/** Throws if two types with one typename are not the same type. */
export function checkSameType(a: ValueType<unknown>, b: ValueType<unknown>): void {
  if (a === b) return;
  const { kind, parts } = a.identity;
  const other = b.identity;
  const same =
    kind === other.kind &&
    parts.length === other.parts.length &&
    parts.every((part, i) => part === other.parts[i]);
  if (same) return;
  const difference =
    kind === other.kind ? `two different ${kind} types` : `${kind} and ${other.kind}`;
  throw sdkErrors.TYPENAME_CLASH(`${a.typename} is the typename of ${difference}`);
}
