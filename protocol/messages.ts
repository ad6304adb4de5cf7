/**
 * The request-reply messages of StateFun 3.x as this project sees them: function types and
 * typenames are single interned strings (`namespace/name`), and values are bytes that nobody
 * copies before somebody keeps them.
 */

/** The one logical instance of a function that owns state and a mailbox. */
export interface Address {
  /** Function type, `namespace/name`. */
  readonly type: string;
  readonly id: string;
}

/**
 * Bytes of a value: a view, or a latin1 string in which each character is one byte. The string
 * form is what is kept: it is immutable, and it never pins the larger buffer that it came from.
 */
export type Bytes = Uint8Array | string;

/** A value with its type. Encoders always set `has_value`: zero bytes are a value. */
export interface TypedValue {
  readonly typename: string;
  readonly value: Bytes;
}

/**
 * A typed value that lies in a larger buffer, as decoders return it. It keeps the whole of `body`
 * alive: copy `body[start, end)` if the value is to be kept.
 */
export interface ValueSlice {
  readonly typename: string;
  /** False where the sender left the value out (as opposed to a value of zero bytes). */
  readonly hasValue: boolean;
  readonly body: Buffer;
  readonly start: number;
  readonly end: number;
}

// ---- runtime -> function ---------------------------------------------------------------------

/** One registered state of the target: `body[start, end)` is its value if `present`. */
export interface StateSlot {
  readonly name: string;
  readonly typename: string;
  readonly present: boolean;
  readonly body: Uint8Array;
  readonly start: number;
  readonly end: number;
}

/** One message of a batch; a linked list, since that is what a mailbox is. */
export interface InvocationNode {
  /** Null for a message from an ingress. */
  readonly caller: Address | null;
  readonly typename: string;
  readonly value: Bytes;
  readonly next: InvocationNode | null;
}

/** What the runtime sends: the messages of one address with all registered state. */
export interface InvocationBatch {
  readonly target: Address;
  /** The first `stateCount` entries count; the array may be longer (it is reused). */
  readonly states: readonly StateSlot[];
  readonly stateCount: number;
  /** The first of `count` messages; the list may go on behind them. */
  readonly first: InvocationNode;
  readonly count: number;
}

/** What a function server sees of an `InvocationBatch`. */
export interface DecodedBatch {
  readonly target: Address;
  readonly states: readonly { readonly name: string; readonly value: ValueSlice | null }[];
  readonly invocations: readonly {
    readonly caller: Address | null;
    readonly argument: ValueSlice;
  }[];
}

// ---- function -> runtime ---------------------------------------------------------------------

export type ExpirationMode = 'none' | 'after-write' | 'after-invoke';

/** A state that a function declares. */
export interface StateSpec {
  readonly name: string;
  readonly typename: string;
  readonly expiration: ExpirationMode;
  /** Milliseconds; 0 with mode `none`. */
  readonly expireAfterMs: number;
}

/**
 * The effects of one batch. `V` is how values are held: `TypedValue` when encoding,
 * `ValueSlice` when decoded.
 */
export interface Effects<V> {
  readonly kind: 'effects';
  /** A null value deletes the state. */
  readonly mutations: readonly { readonly name: string; readonly value: V | null }[];
  readonly messages: readonly { readonly target: Address; readonly value: V }[];
  readonly delayed: readonly (DelayedSend<V> | DelayedCancel)[];
  readonly egress: readonly { readonly id: string; readonly value: V }[];
}

export interface DelayedSend<V> {
  readonly cancel: false;
  /** Empty if it can't be cancelled. */
  readonly token: string;
  readonly delayMs: number;
  readonly target: Address;
  readonly value: V;
}

export interface DelayedCancel {
  readonly cancel: true;
  readonly token: string;
}

/** "I declare states that you did not send": the runtime registers them and sends again. */
export interface IncompleteContext {
  readonly kind: 'incomplete';
  readonly missing: readonly StateSpec[];
}

export type FunctionReply<V> = Effects<V> | IncompleteContext;
/** A reply as the runtime decodes it. */
export type DecodedReply = FunctionReply<ValueSlice>;
/** A reply as a function server encodes it. */
export type OutgoingReply = FunctionReply<TypedValue>;
