import type {
  Address,
  DecodedBatch,
  DelayedCancel,
  DelayedSend,
  OutgoingReply,
  TypedValue,
  ValueSlice,
} from '#protocol/messages.ts';
import type { HandlerResult } from './define-function.ts';
import type { CompiledFunction } from './function-registry.ts';
import type { RequestScope } from './request-scope.ts';
import type { Logger } from './logger.ts';
import { childLogger } from './logger.ts';
import { HandlerContext } from './handler-context.ts';
import { sdkErrors } from './errors.ts';
import { locateStates, StateCells, stateView } from './state-cells.ts';

type Message = DecodedBatch['invocations'][number];

const noMessages: readonly { target: Address; value: TypedValue }[] = [];
const noDelayed: readonly (DelayedSend<TypedValue> | DelayedCancel)[] = [];
const noEgress: readonly { id: string; value: TypedValue }[] = [];

/**
 * One batch on its way through a function: its messages one after the other against the same
 * evolving state, and the effects of all of them in order. Nothing of it takes place unless all
 * succeed (E2).
 */
export class BatchRun {
  readonly target: Address;
  readonly scope: RequestScope;
  readonly cells: StateCells;
  /** `ctx.state`. */
  readonly state: object;
  readonly baseLogger: Logger;
  messages = noMessages as { target: Address; value: TypedValue }[];
  delayed = noDelayed as (DelayedSend<TypedValue> | DelayedCancel)[];
  egress = noEgress as { id: string; value: TypedValue }[];
  /** Tokens of the delayed messages of this batch that were not cancelled in it. */
  tokens: Set<string> | null = null;
  #logger: Logger | null = null;

  constructor(target: Address, cells: StateCells, scope: RequestScope, baseLogger: Logger) {
    this.target = target;
    this.cells = cells;
    this.scope = scope;
    this.baseLogger = baseLogger;
    this.state = stateView(cells);
  }

  get logger(): Logger {
    const { type, id } = this.target;
    return (this.#logger ??= childLogger(this.baseLogger, { function: type, id }));
  }

  pushMessage(target: Address, value: TypedValue): void {
    if (this.messages === noMessages) this.messages = [];
    this.messages.push({ target, value });
  }

  pushDelayed(delayed: DelayedSend<TypedValue> | DelayedCancel): void {
    if (this.delayed === noDelayed) this.delayed = [];
    this.delayed.push(delayed);
  }

  pushEgress(id: string, value: TypedValue): void {
    if (this.egress === noEgress) this.egress = [];
    this.egress.push({ id, value });
  }

  reply(): OutgoingReply {
    return {
      kind: 'effects',
      mutations: this.cells.mutations(),
      messages: this.messages,
      delayed: this.delayed,
      egress: this.egress,
    };
  }
}

/**
 * Runs one batch. The answer comes at once if no handler returned a promise. Throws, or rejects
 * with, whatever a handler threw, wrapped in a `WEIR_SDK_HANDLER_FAILED` error.
 */
export function runBatch(
  compiled: CompiledFunction,
  batch: DecodedBatch,
  scope: RequestScope,
  logger: Logger,
): OutgoingReply | Promise<OutgoingReply> {
  const { slots, missing } = locateStates(compiled.layout, batch.states);
  // All missing states at once, and before any user code: one handshake is enough.
  if (slots === null) return { kind: 'incomplete', missing };
  const run = new BatchRun(batch.target, new StateCells(compiled.layout, slots), scope, logger);
  const { invocations } = batch;
  for (let i = 0; i < invocations.length; i++) {
    const message = invocations[i] as Message;
    const context = new HandlerContext(run, message.caller);
    const result = callHandler(compiled, run, context, message);
    if (isThenable(result)) return continueLater(compiled, run, context, result, invocations, i);
    context.end();
  }
  return finish(run);
}

async function continueLater(
  compiled: CompiledFunction,
  run: BatchRun,
  context: HandlerContext,
  pending: PromiseLike<void>,
  invocations: readonly Message[],
  index: number,
): Promise<OutgoingReply> {
  await settle(run, context, invocations[index] as Message, pending);
  for (let i = index + 1; i < invocations.length; i++) {
    const message = invocations[i] as Message;
    const next = new HandlerContext(run, message.caller);
    const result = callHandler(compiled, run, next, message);
    if (isThenable(result)) await settle(run, next, message, result);
    else next.end();
  }
  return finish(run);
}

async function settle(
  run: BatchRun,
  context: HandlerContext,
  message: Message,
  pending: PromiseLike<void>,
): Promise<void> {
  try {
    await pending;
  } catch (error) {
    throw failed(run, message, error);
  } finally {
    context.end();
  }
}

function finish(run: BatchRun): OutgoingReply {
  try {
    return run.reply();
  } catch (error) {
    throw failed(run, null, error);
  } finally {
    run.cells.end();
  }
}

function callHandler(
  compiled: CompiledFunction,
  run: BatchRun,
  context: HandlerContext,
  message: Message,
): HandlerResult {
  const { argument } = message;
  try {
    const handler = compiled.definition.handlers.get(argument.typename);
    if (handler === undefined) return callOtherwise(compiled, run, context, argument);
    if (!argument.hasValue) {
      throw sdkErrors.UNDECODABLE(`${argument.typename}: the message has no value`);
    }
    const value = handler.type.decode(argument.body, argument.start, argument.end);
    return handler.handle(context, value);
  } catch (error) {
    context.end();
    throw failed(run, message, error);
  }
}

function callOtherwise(
  { definition }: CompiledFunction,
  run: BatchRun,
  context: HandlerContext,
  argument: ValueSlice,
): HandlerResult {
  const { typename, body, start, end } = argument;
  if (definition.otherwise === null) {
    const known = [...definition.handlers.keys()].join(', ');
    throw sdkErrors.MESSAGE_UNKNOWN(
      `${run.target.type} has no handler for messages of type ${typename} (it has: ${known})`,
    );
  }
  const bytes = () => Uint8Array.prototype.slice.call(body, start, end);
  return definition.otherwise(context, { typename, bytes });
}

// The run is over: what handlers left behind must not find a state that nobody will store.
function failed(run: BatchRun, message: Message | null, error: unknown): HandlerFailure {
  run.cells.end();
  return new HandlerFailure(run.target, message?.argument.typename ?? null, error);
}

/** A handler's error with where it happened. */
export class HandlerFailure extends Error {
  override readonly name = 'HandlerFailure';
  readonly address: Address;
  /** Typename of the message; null if the effects of the whole batch could not be encoded. */
  readonly typename: string | null;

  constructor(address: Address, typename: string | null, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.address = address;
    this.typename = typename;
  }
}

function isThenable(result: unknown): result is PromiseLike<void> {
  return (
    typeof result === 'object' &&
    result !== null &&
    typeof (result as PromiseLike<void>).then === 'function'
  );
}
