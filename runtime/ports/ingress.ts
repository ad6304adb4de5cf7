import type { WeirError } from '#protocol/errors.ts';
import type { Bytes } from '#protocol/messages.ts';
import type { DeadLetterTarget } from './failure-policy.ts';

/**
 * Where reading stands in one partition: the offset of the next record, or for sources that do not
 * count their records a text of their own. Never an empty text.
 */
export type Position = number | string;

/** By partition. */
export type Positions = ReadonlyMap<string, Position>;

/** The positions that are offsets; others are of another kind of source that had this id. */
export function offsetsOf(positions: Positions): Map<string, number> {
  const offsets = new Map<string, number>();
  for (const [partition, at] of positions) {
    if (typeof at === 'number') offsets.set(partition, at);
  }
  return offsets;
}

/** How records come in. */
export interface Ingress {
  /** `namespace/name` of the module file; built-in HTTP kinds have one derived from their port. */
  readonly id: string;
  /**
   * Opens the source. `positions` are those of the recovered cut, empty on a fresh start. Rejects if the source can't be reached or a position
   * can't be resumed.
   */
  open(sink: IngressSink, positions: Positions): Promise<void>;
  /**
   * Everything before these positions is behind every cut that recovery may still use: a source
   * that this runtime owns may remove it.
   */
  behind?(positions: Positions): void;
  /** A cut is committed that holds these positions: for those who show it elsewhere. */
  committed?(positions: Positions): void;
  /** Why nothing is read at present, for people; null or left out while it works. */
  readonly trouble?: string | null;
  /** Records known to be waiting in the source, or null if the source can't tell. */
  lag?(): number | null;
  /** Milliseconds that what was read last is behind the newest record; null if the source can’t tell. */
  lagMs?(): number | null;
  /** Answers for built-in callers (`?wait=reply`), after the cut that holds them is committed. */
  reply?(reply: CommittedReply): void;
  /** No further `accept` after this was called; open requests may still end. */
  pause(): void;
  close(): Promise<void>;
}

export interface IngressMessage {
  /** Function type, `namespace/name`. */
  readonly type: string;
  readonly id: string;
  readonly typename: string;
  /** A view is copied before `accept` returns. */
  readonly value: Bytes;
}

/** A record of a source that can't become a message, as a dead letter tells of it. */
export interface RejectedRecord {
  /** File, topic and partition, or stream and shard. */
  readonly path: string;
  /** Where in it, by the source's own count. */
  readonly offset: number | string;
  readonly reason: WeirError;
  readonly key: Bytes | null;
  readonly value: Bytes | null;
}

export interface IngressSink {
  /**
   * Takes the messages of one record (one per target) and moves the position of `partition` to
   * `after`, in one step. Throws a `WeirError` if a target type is unknown.
   */
  accept(messages: readonly IngressMessage[], partition: string, after: Position): void;
  /**
   * Gives up a record that can't become a message: it leaves by an egress, exactly once, in the
   * step in which the position moves behind it. False, with nothing changed, if that egress can
   * never take it.
   */
  giveUp(
    record: RejectedRecord,
    target: DeadLetterTarget,
    partition: string,
    after: Position,
  ): boolean;
  /**
   * Takes the messages of one request without a position. With an idempotency key that is
   * remembered (scope: this ingress, and the address that the first message is for) nothing is taken and
   * the answer says so; await `durable()` in either case before acknowledging (E4).
   * `awaitReply` makes the built-in caller address the messages' caller.
   */
  offer(messages: readonly IngressMessage[], options: OfferOptions): OfferResult;
  /** Resolves when the cut that holds everything accepted so far is committed. */
  durable(): Promise<void>;
  /** True under back-pressure (E7): accept nothing until `whenOpen` resolves. */
  readonly full: boolean;
  whenOpen(): Promise<void>;
  /** Whether messages for this function type can be delivered. */
  knows(functionType: string): boolean;
  /** The known function types, for error texts. */
  functionTypes(): readonly string[];
}

export interface OfferOptions {
  readonly idempotencyKey?: string;
  /** An id for this request, unique in the life of the state, if a reply is awaited. */
  readonly awaitReply?: string;
}

export interface OfferResult {
  readonly duplicate: boolean;
  /**
   * The request that the reply will be addressed to: `awaitReply`, or that of the first request
   * with the same idempotency key.
   */
  readonly replyTo: string | null;
  /** The committed reply to the first request with this key, if there is one already. */
  readonly reply: CommittedReply | null;
}

export interface CommittedReply {
  readonly replyTo: string;
  readonly typename: string;
  /** Latin1: one character per byte. */
  readonly value: string;
}

/** The function type of the built-in caller: a message sent to it answers an HTTP request. */
export const callerType = 'weir.http.v1/caller';
