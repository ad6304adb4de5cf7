import { family, globalGroup } from '../ports/cut.ts';
import {
  callerType,
  type CommittedReply,
  type IngressMessage,
  type OfferOptions,
  type OfferResult,
  type Position,
  type Positions,
} from '../ports/ingress.ts';
import type { Engine } from './engine.ts';
import type { EngineOptions } from './engine-options.ts';
import type { DeadLetterTarget } from '../ports/failure-policy.ts';
import type { DeadLetter } from './dead-letters.ts';
import { coreErrors } from './errors.ts';
import type { FunctionType } from './function-type.ts';
import { IdempotencyKeys } from './idempotency.ts';
import { checkId } from './ids.ts';
import type { Log } from './log.ts';

/** What one ingress leaves in the cut: positions and idempotency keys. */
interface Source {
  readonly id: string;
  readonly positions: Map<string, Position>;
  readonly moved: Set<string>;
  readonly keys: IdempotencyKeys;
  records: number;
}

/**
 * How records become messages: the messages of a record and the position behind it are one step,
 * so no cut holds one without the other (E3, E6).
 */
export class Intake {
  readonly #engine: Engine;
  readonly #options: EngineOptions;
  readonly #sources = new Map<string, Source>();
  /** Replies belong to the ingress that the request came from; its id leads the caller's id. */

  constructor(engine: Engine, options: EngineOptions) {
    this.#engine = engine;
    this.#options = options;
    for (const { id, idempotency } of options.ingresses) {
      const keys = new IdempotencyKeys(engine.log, idempotency.keysMax, idempotency.ttlMs);
      this.#sources.set(id, { id, positions: new Map(), moved: new Set(), keys, records: 0 });
    }
  }

  /** Takes one record with its position; nothing is taken if any target is unknown. */
  accept(
    ingress: string,
    messages: readonly IngressMessage[],
    partition: string,
    after: Position,
  ): void {
    const source = this.source(ingress);
    this.#deliver(messages, null);
    source.positions.set(partition, after);
    source.moved.add(partition);
    source.records++;
  }

  /**
   * Gives up a record that can't become a message: it leaves as a dead letter in the step in which
   * the position moves behind it. False, with nothing changed, if the egress can never take it.
   */
  giveUp(
    ingress: string,
    target: DeadLetterTarget,
    letter: DeadLetter,
    partition: string,
    after: Position,
  ): boolean {
    if (this.#engine.deadLetters.put(target, letter) !== null) return false;
    this.accept(ingress, [], partition, after);
    return true;
  }

  /** Takes the messages of one request, unless its idempotency key is remembered. */
  offer(ingress: string, messages: readonly IngressMessage[], options: OfferOptions): OfferResult {
    const source = this.source(ingress);
    const replyTo = options.awaitReply ?? '';
    if (options.idempotencyKey !== undefined) {
      const key = scopedKey(source.id, messages[0], options.idempotencyKey);
      const known = source.keys.get(key);
      if (known !== undefined) {
        return { duplicate: true, replyTo: known.replyTo || null, reply: known.reply };
      }
      this.#check(messages);
      source.keys.remember(key, this.#options.clock.now(), replyTo);
    }
    this.#deliver(messages, replyTo === '' ? null : { type: callerType, id: replyTo });
    source.records++;
    return { duplicate: false, replyTo: options.awaitReply ?? null, reply: null };
  }

  keepReply(reply: CommittedReply): void {
    for (const source of this.#sources.values()) source.keys.keepReply(reply);
  }

  positionsOf(ingress: string): Positions {
    return this.source(ingress).positions;
  }

  /** Records taken by each ingress in this life. */
  *records(): Generator<{ ingress: string; records: number }> {
    for (const { id, records } of this.#sources.values()) yield { ingress: id, records };
  }

  /** Whether a position moved since the last cut. */
  get moved(): boolean {
    for (const source of this.#sources.values()) if (source.moved.size > 0) return true;
    return false;
  }

  logPositions(log: Log): void {
    for (const source of this.#sources.values()) {
      const number = this.#engine.registry.numberOf('ingress', source.id);
      for (const partition of source.moved) {
        const bytes = Buffer.byteLength(partition);
        const position = source.positions.get(partition) as Position;
        const text = typeof position === 'string' ? position : '';
        const textBytes = Buffer.byteLength(text);
        log.begin(family.position, globalGroup, 4 + bytes, 8 + textBytes);
        const at = log.chunk.writeUInt32LE(number, log.cursor);
        log.chunk.utf8Write(partition, at, bytes);
        const offset = typeof position === 'number' ? position : Number.NaN;
        const textAt = log.chunk.writeDoubleLE(offset, at + bytes);
        log.chunk.utf8Write(text, textAt, textBytes);
      }
      source.moved.clear();
    }
  }

  /** The ingress, which the module must define. Throws MODULE_CHANGED. */
  source(id: string): Source {
    const source = this.#sources.get(id);
    if (source === undefined) {
      throw coreErrors.MODULE_CHANGED(
        `the state holds positions of the ingress ${id}, which the module does not define`,
      );
    }
    return source;
  }

  /** The keys of the ingress that a remembered key belongs to, or null if it is gone. */
  keysOf(scoped: string): IdempotencyKeys | null {
    return this.#sources.get(scoped.slice(0, scoped.indexOf(' ')))?.keys ?? null;
  }

  *allKeys(): Generator<IdempotencyKeys> {
    for (const { keys } of this.#sources.values()) yield keys;
  }

  #check(messages: readonly IngressMessage[]): void {
    for (const { type, id } of messages) {
      if (this.#engine.registry.type(type) === null) {
        throw coreErrors.UNKNOWN_FUNCTION(`a record is for ${type}, which no endpoint serves`);
      }
      checkId(id);
    }
  }

  #deliver(messages: readonly IngressMessage[], caller: { type: string; id: string } | null): void {
    this.#check(messages);
    for (const { type, id, typename, value } of messages) {
      const kept = typeof value === 'string' ? value : latin1(value);
      const target = this.#engine.registry.type(type) as FunctionType;
      this.#engine.deliver(target, id, caller, typename, kept);
    }
    this.#engine.changes++;
  }
}

function latin1(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).latin1Slice();
}

/** Scoped to the ingress and the address. Ids of ingresses hold no space. */
function scopedKey(ingress: string, first: IngressMessage | undefined, key: string): string {
  const type = first?.type ?? '';
  const id = first?.id ?? '';
  return `${ingress} ${type} ${id.length} ${id} ${key}`;
}
