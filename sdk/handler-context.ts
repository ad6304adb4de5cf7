import type { Address, Bytes, TypedValue } from '#protocol/messages.ts';
import type { BatchRun } from './batch-run.ts';
import type { Context, KafkaRecord, KinesisRecord, SendAfterOptions } from './context.ts';
import type { Duration } from './duration.ts';
import type { Logger } from './logger.ts';
import type { ValueType } from './value-type.ts';
import { durationMs } from './duration.ts';
import { kafkaRecord, kinesisRecord } from './egress-envelopes.ts';
import { sdkErrors } from './errors.ts';
import { isForeignName } from './names.ts';

/**
 * The context of one message. Each has its own, so that something a handler forgot to await can't
 * reply to the caller of the next message.
 */
export class HandlerContext implements Context {
  readonly #run: BatchRun;
  readonly caller: Address | null;
  #ended = false;

  constructor(run: BatchRun, caller: Address | null) {
    this.#run = run;
    this.caller = caller;
  }

  get self(): Address {
    return this.#run.target;
  }

  get state(): Record<string, unknown> {
    return this.#run.state as Record<string, unknown>;
  }

  get log(): Logger {
    return this.#run.logger;
  }

  get signal(): AbortSignal {
    return this.#run.scope.signal;
  }

  send<T>(to: Address, type: ValueType<T>, value: T): void {
    this.#assertActive('send');
    this.#run.pushMessage(this.#checkedAddress(to), typed(type, value));
  }

  sendAfter<T>(
    delay: Duration,
    to: Address,
    type: ValueType<T>,
    value: T,
    options?: SendAfterOptions,
  ): void {
    this.#assertActive('sendAfter');
    const delayMs = durationMs(delay, `${this.#where()}: sendAfter`);
    const target = this.#checkedAddress(to);
    const encoded = typed(type, value);
    const token = options?.token === undefined ? '' : this.#useToken(options.token);
    this.#run.pushDelayed({ cancel: false, token, delayMs, target, value: encoded });
  }

  cancel(token: string): void {
    this.#assertActive('cancel');
    this.#checkToken(token);
    this.#run.tokens?.delete(token);
    this.#run.pushDelayed({ cancel: true, token });
  }

  reply<T>(type: ValueType<T>, value: T): void {
    this.#assertActive('reply');
    if (this.caller === null) {
      throw sdkErrors.NO_CALLER(`${this.#where()}: the message came from an ingress`);
    }
    this.#run.pushMessage(this.caller, typed(type, value));
  }

  egress<T>(id: string, type: ValueType<T>, value: T): void {
    this.#assertActive('egress');
    this.#run.pushEgress(this.#checkedEgress(id), typed(type, value));
  }

  kafkaEgress<T>(id: string, record: KafkaRecord<T>): void {
    this.#assertActive('kafkaEgress');
    this.#run.pushEgress(this.#checkedEgress(id), kafkaRecord(record));
  }

  kinesisEgress<T>(id: string, record: KinesisRecord<T>): void {
    this.#assertActive('kinesisEgress');
    this.#run.pushEgress(this.#checkedEgress(id), kinesisRecord(record));
  }

  /** From here on each effect is an error, since nobody would apply it. */
  end(): void {
    this.#ended = true;
  }

  #where(): string {
    const { type, id } = this.#run.target;
    return `${type}/${id}`;
  }

  #assertActive(method: string): void {
    if (this.#ended) {
      throw sdkErrors.CONTEXT_ENDED(
        `${this.#where()}: ctx.${method} was called after its handler had ended`,
      );
    }
  }

  #checkedAddress(to: Address): Address {
    if (!isForeignName(to?.type)) {
      throw sdkErrors.ADDRESS(
        `${this.#where()}: "${String(to?.type)}" is not a function type (namespace/name)`,
      );
    }
    if (typeof to.id !== 'string' || to.id === '') {
      throw sdkErrors.ADDRESS(`${this.#where()}: the address at ${to.type} has no id`);
    }
    // A copy: a handler may fill one object with the next id.
    return { type: to.type, id: to.id };
  }

  #checkedEgress(id: string): string {
    if (!isForeignName(id)) {
      throw sdkErrors.ADDRESS(
        `${this.#where()}: "${String(id)}" is not an egress id (namespace/name)`,
      );
    }
    return id;
  }

  // A second live message with the same token would park the address (or crash a Flink job).
  #useToken(token: string): string {
    this.#checkToken(token);
    const tokens = (this.#run.tokens ??= new Set());
    if (tokens.has(token)) {
      throw sdkErrors.TOKEN(
        `${this.#where()}: the token "${token}" is already used by a delayed message of this batch`,
      );
    }
    tokens.add(token);
    return token;
  }

  #checkToken(token: string): void {
    if (typeof token !== 'string' || token === '') {
      throw sdkErrors.TOKEN(`${this.#where()}: a cancellation token is a non-empty string`);
    }
  }
}

function typed<T>(type: ValueType<T>, value: T): TypedValue {
  const bytes: Bytes = type.encode(value);
  return { typename: type.typename, value: bytes };
}
