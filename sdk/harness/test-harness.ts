import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import { messageOf } from '#protocol/errors.ts';
import type { Address, DecodedReply, InvocationNode, ValueSlice } from '#protocol/messages.ts';
import type { StateOf } from '../context.ts';
import type { AnyFunction, FunctionAddress, FunctionDefinition } from '../define-function.ts';
import type { Duration } from '../duration.ts';
import type { Logger } from '../logger.ts';
import type { ValueType } from '../value-type.ts';
import { HandlerFailure } from '../batch-run.ts';
import { durationMs } from '../duration.ts';
import { decodeKafkaRecord, decodeKinesisRecord } from '../egress-envelopes.ts';
import type { DecodedKafkaRecord, DecodedKinesisRecord } from '../egress-envelopes.ts';
import { sdkErrors } from '../errors.ts';
import { FunctionRegistry } from '../function-registry.ts';
import { silentLogger } from '../logger.ts';
import { DelayedMessages } from './delayed-messages.ts';
import { HarnessRecord, SentMessage } from './harness-record.ts';
import type { HarnessMessage, SentByFunction } from './harness-record.ts';
import { StoredStates } from './stored-states.ts';

export interface TestHarnessOptions {
  /** Wall-clock time to begin with, in milliseconds since 1970. Default: 2026-01-01 UTC. */
  readonly now?: number;
  /** How many waiting messages of one address go into one batch. Default: 1. */
  readonly batchSize?: number;
  /** How many batches one call may cause before it is taken for a loop. Default: 10,000. */
  readonly maxSteps?: number;
  /** Default: none. */
  readonly logger?: Logger;
}

type Effects = Extract<DecodedReply, { kind: 'effects' }>;

/**
 * Runs functions in memory as a runtime would, through the same bytes: batches with state, the
 * handshake, messages among them, delayed messages, expiration, egress. Time stands still but for
 * `advance`.
 */
export function testHarness(
  functions: readonly AnyFunction[],
  options: TestHarnessOptions = {},
): TestHarness {
  return new TestHarness(functions, options);
}

export class TestHarness {
  readonly #registry: FunctionRegistry;
  readonly #definitions: ReadonlyMap<string, FunctionDefinition>;
  readonly #batchSize: number;
  readonly #maxSteps: number;
  readonly #states = new Map<string, StoredStates>();
  /** Waiting messages by address, in the order in which the addresses became ready. */
  readonly #mailboxes = new Map<string, HarnessMessage[]>();
  readonly #delayed = new DelayedMessages();
  readonly #egress = new Map<string, HarnessRecord[]>();
  readonly #sent: SentMessage[] = [];
  #nowMs: number;
  #running = false;

  constructor(functions: readonly AnyFunction[], options: TestHarnessOptions) {
    this.#registry = new FunctionRegistry(functions, options.logger ?? silentLogger);
    this.#definitions = new Map(functions.map((definition) => [definition.type, definition]));
    for (const { type } of functions) this.#states.set(type, new StoredStates(type));
    this.#nowMs = options.now ?? Date.UTC(2026, 0, 1);
    this.#batchSize = options.batchSize ?? 1;
    this.#maxSteps = options.maxSteps ?? 10_000;
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.#nowMs;
  }

  /** How many delayed messages have not fired. */
  get delayedCount(): number {
    return this.#delayed.size;
  }

  /**
   * Sends one message, as if from an ingress or from `caller`, and resolves when everything that
   * followed from it is done. Rejects with what a handler threw: its batch had no effect and is
   * dropped; other messages wait for the next call.
   */
  async send<T>(
    to: Address,
    type: ValueType<T>,
    value: NoInfer<T>,
    options: { readonly caller?: Address } = {},
  ): Promise<void> {
    await this.sendAll([{ to, type, value }], options);
  }

  /** As `send`, with several messages that are all there before the first is handled. */
  async sendAll<T>(
    messages: readonly {
      readonly to: Address;
      readonly type: ValueType<T>;
      readonly value: NoInfer<T>;
    }[],
    options: { readonly caller?: Address } = {},
  ): Promise<void> {
    const caller = options.caller ?? null;
    for (const { to, type, value } of messages) {
      if (!this.#definitions.has(to.type)) throw this.#unknownFunction(to.type);
      const encoded = type.encode(value);
      const bytes = typeof encoded === 'string' ? Buffer.from(encoded, 'latin1') : encoded;
      const { typename } = type;
      this.#deliver({ caller, target: to, typename, bytes: Buffer.from(bytes) });
    }
    await this.#exclusively(() => this.#runAll({ left: this.#maxSteps }));
  }

  /** Moves the clock on; what is due on the way fires at its time, in order. */
  async advance(duration: Duration): Promise<void> {
    const endMs = this.#nowMs + durationMs(duration, 'advance');
    await this.#exclusively(async () => {
      const steps = { left: this.#maxSteps };
      for (;;) {
        const due = this.#delayed.takeDue(endMs);
        if (due === null) break;
        this.#nowMs = Math.max(this.#nowMs, due.fireAtMs);
        this.#route(due.message);
        await this.#runAll(steps);
      }
      this.#nowMs = endMs;
    });
  }

  /** A decoded copy of the states of an address; what has expired is not there. */
  state<S>(address: FunctionAddress<S>): Readonly<StateOf<S>> {
    const { definition, stored } = this.#functionOf(address);
    const states: Record<string, unknown> = {};
    for (const { name, valueType } of definition.states) {
      const body = stored.read(address.id, name, this.#nowMs);
      if (body !== null) states[name] = valueType.decode(body, 0, body.length);
    }
    return states as StateOf<S>;
  }

  /** Writes states of an address, as if a handler had done so now. */
  setState<S>(address: FunctionAddress<S>, states: NoInfer<StateOf<S>>): void {
    const { definition, stored } = this.#functionOf(address);
    for (const [name, value] of Object.entries(states)) {
      const state = definition.states.find((declared) => declared.name === name);
      if (state === undefined) {
        throw sdkErrors.STATE_UNKNOWN(`${address.type} declares no state "${name}"`);
      }
      stored.registerOne(state);
      const encoded = value === undefined ? null : state.valueType.encode(value);
      const bytes = typeof encoded === 'string' ? Buffer.from(encoded, 'latin1') : encoded;
      stored.write(address.id, name, bytes, this.#nowMs);
    }
  }

  /** What was emitted to an egress so far, in order; decoded if a type is given. */
  egress(id: string): readonly HarnessRecord[];
  egress<T>(id: string, type: ValueType<T>): readonly T[];
  egress<T>(id: string, type?: ValueType<T>): readonly (HarnessRecord | T)[] {
    const records = this.#egress.get(id) ?? [];
    return type === undefined ? [...records] : records.map((record) => record.as(type));
  }

  /** Drops what was emitted and sent so far, where a long run would keep it all. */
  forget(): void {
    this.#egress.clear();
    this.#sent.length = 0;
  }

  /** What was emitted to a Kafka egress so far, in order. */
  kafkaEgress(id: string): readonly DecodedKafkaRecord[] {
    return this.egress(id).map(({ typename, bytes }) => decodeKafkaRecord(typename, bytes));
  }

  /** What was emitted to a Kinesis egress so far, in order. */
  kinesisEgress(id: string): readonly DecodedKinesisRecord[] {
    return this.egress(id).map(({ typename, bytes }) => decodeKinesisRecord(typename, bytes));
  }

  /** Messages to addresses of other functions so far, in order; replies to `caller` are there. */
  sent(to?: Address): readonly SentMessage[] {
    if (to === undefined) return [...this.#sent];
    return this.#sent.filter((message) => message.to.type === to.type && message.to.id === to.id);
  }

  #functionOf(address: Address): { definition: FunctionDefinition; stored: StoredStates } {
    const definition = this.#definitions.get(address.type);
    const stored = this.#states.get(address.type);
    if (definition === undefined || stored === undefined) throw this.#unknownFunction(address.type);
    return { definition, stored };
  }

  #unknownFunction(type: string): Error {
    const known = this.#registry.functionTypes.join(', ');
    return sdkErrors.FUNCTION_UNKNOWN(`${type} is not under test here (there are: ${known})`);
  }

  // A test that forgot an `await` would otherwise see messages overtake each other.
  async #exclusively(run: () => Promise<void>): Promise<void> {
    if (this.#running) {
      throw sdkErrors.HARNESS('the previous call of send or advance was not awaited');
    }
    this.#running = true;
    try {
      await run();
    } finally {
      this.#running = false;
    }
  }

  #deliver(message: HarnessMessage): void {
    const key = `${message.target.type}/${message.target.id}`;
    const mailbox = this.#mailboxes.get(key);
    if (mailbox === undefined) this.#mailboxes.set(key, [message]);
    else mailbox.push(message);
  }

  async #runAll(steps: { left: number }): Promise<void> {
    for (const [key, mailbox] of this.#mailboxes) {
      if (steps.left-- <= 0) throw this.#endless(key);
      this.#mailboxes.delete(key);
      const batch = mailbox.splice(0, this.#batchSize);
      // Behind all others that wait, so that one busy address starves nobody.
      if (mailbox.length > 0) this.#mailboxes.set(key, mailbox);
      await this.#runBatch(batch);
    }
  }

  #endless(key: string): Error {
    return sdkErrors.HARNESS_ENDLESS(
      `${key} and ${this.#mailboxes.size - 1} other addresses still have messages ` +
        `after ${this.#maxSteps} batches`,
    );
  }

  async #runBatch(messages: readonly HarnessMessage[]): Promise<void> {
    const { target } = messages[0] as HarnessMessage;
    const { stored } = this.#functionOf(target);
    stored.touch(target.id, this.#nowMs);
    for (;;) {
      const reply = await this.#invoke(target, messages, stored);
      if (reply.kind === 'effects') {
        this.#apply(target, reply, stored);
        return;
      }
      stored.register(reply.missing);
    }
  }

  async #invoke(
    target: Address,
    messages: readonly HarnessMessage[],
    stored: StoredStates,
  ): Promise<DecodedReply> {
    let first: InvocationNode | null = null;
    for (const { caller, typename, bytes } of messages.toReversed()) {
      first = { caller, typename, value: bytes, next: first };
    }
    const states = stored.slots(target.id, this.#nowMs);
    const body = encodeInvocationBatch({
      target,
      states,
      stateCount: states.length,
      first: first as InvocationNode,
      count: messages.length,
    });
    try {
      return decodeReply(await this.#registry.invoke(body));
    } catch (error) {
      throw harnessFailure(error);
    }
  }

  #apply(self: Address, effects: Effects, stored: StoredStates): void {
    for (const { target, value } of effects.messages)
      this.#route(messageOfSlice(self, target, value));
    for (const delayed of effects.delayed) {
      if (delayed.cancel) {
        this.#delayed.cancel(self, delayed.token);
        continue;
      }
      const fireAtMs = this.#nowMs + delayed.delayMs;
      const { target, value } = delayed;
      this.#delayed.add(self, delayed.token, fireAtMs, messageOfSlice(self, target, value));
    }
    for (const { id, value } of effects.egress) {
      const records = this.#egress.get(id) ?? [];
      records.push(new HarnessRecord(value.typename, bytesOf(value)));
      this.#egress.set(id, records);
    }
    stored.apply(self, effects.mutations, this.#nowMs);
  }

  #route(message: SentByFunction): void {
    if (this.#definitions.has(message.target.type)) this.#deliver(message);
    else this.#sent.push(new SentMessage(message));
  }
}

function messageOfSlice(caller: Address, target: Address, value: ValueSlice): SentByFunction {
  return { caller, target, typename: value.typename, bytes: bytesOf(value) };
}

function bytesOf({ body, start, end }: ValueSlice): Buffer {
  return Buffer.from(body.subarray(start, end));
}

function harnessFailure(error: unknown): unknown {
  if (!(error instanceof HandlerFailure)) return error;
  const { address, typename, cause } = error;
  const what = typename === null ? '' : ` on ${typename}`;
  return sdkErrors.HANDLER_FAILED(`${address.type}/${address.id}${what}: ${messageOf(cause)}`, {
    cause,
  });
}
