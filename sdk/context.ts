import type { Address } from '#protocol/messages.ts';
import type { Duration } from './duration.ts';
import type { Logger } from './logger.ts';
import type { StateDeclaration, ValueOf, ValueType } from './value-type.ts';

/** The states of a function by name. */
export type StateDeclarations = Readonly<Record<string, StateDeclaration<unknown>>>;

/** What `ctx.state` looks like: each state is there, or `undefined`. */
export type StateOf<S> = { -readonly [K in keyof S]?: ValueOf<S[K]> | undefined };

/** A record for a Kafka egress. Without a key (or with an empty one) it has none. */
export type KafkaRecord<T> = {
  readonly topic: string;
  readonly key?: string;
} & RecordValue<T>;

/** A record for a Kinesis egress. */
export type KinesisRecord<T> = {
  readonly stream: string;
  readonly partitionKey: string;
  readonly explicitHashKey?: string;
} & RecordValue<T>;

/** Text (as UTF-8) or bytes as they are, or a value in the bytes of its type. */
export type RecordValue<T> =
  | { readonly value: string | Uint8Array; readonly type?: undefined }
  | { readonly type: ValueType<T>; readonly value: NoInfer<T> };

export interface SendAfterOptions {
  /** With it, `cancel` can take the message back until it fires. Unique among those not fired. */
  readonly token?: string;
}

/**
 * What a handler sees of the world. Valid until the handler has ended; all effects of a batch take
 * place in one step when it was successful (E2), so none of these methods waits for anything.
 * Each throws at once if it is given something that the runtime could not apply.
 */
export interface Context<S = StateDeclarations> {
  /** The address that the message is for. */
  readonly self: Address;
  /** The address that sent the message; null if it came from an ingress. */
  readonly caller: Address | null;
  /**
   * The state of this address, read and written like local variables. Assigning `undefined`, or
   * `delete`, removes a state. Objects may also be changed in place.
   */
  readonly state: StateOf<S>;
  /** Writes with the address bound to each line. */
  readonly log: Logger;
  /** Aborts when nobody waits for the answer any more: pass it on to slow calls. */
  readonly signal: AbortSignal;

  /** Sends a message to another address, or to this one. */
  send<T>(to: Address, type: ValueType<T>, value: NoInfer<T>): void;
  /** Sends a message that arrives after `delay`, never earlier. */
  sendAfter<T>(
    delay: Duration,
    to: Address,
    type: ValueType<T>,
    value: NoInfer<T>,
    options?: SendAfterOptions,
  ): void;
  /** Takes back a delayed message of this address; nothing happens if it has fired already. */
  cancel(token: string): void;
  /** Sends a message to the caller; throws `WEIR_SDK_NO_CALLER` if there is none. */
  reply<T>(type: ValueType<T>, value: NoInfer<T>): void;
  /** Emits a record to an egress (`namespace/name`). */
  egress<T>(id: string, type: ValueType<T>, value: NoInfer<T>): void;
  /** Emits a record to a Kafka egress. */
  kafkaEgress<T>(id: string, record: KafkaRecord<T>): void;
  /** Emits a record to a Kinesis egress. */
  kinesisEgress<T>(id: string, record: KinesisRecord<T>): void;
}

/** A message whose type no handler takes, as `otherwise` sees it. */
export interface UnknownMessage {
  readonly typename: string;
  /** A copy of the value's bytes. */
  bytes(): Uint8Array;
}
