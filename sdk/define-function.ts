import type { Address, StateSpec } from '#protocol/messages.ts';
import type { Context, StateDeclarations, StateOf, UnknownMessage } from './context.ts';
import { sdkErrors } from './errors.ts';
import { checkStateName, isQualifiedName } from './names.ts';
import { checkSameType, ValueType } from './value-type.ts';

/** What a handler may return; nothing else has a meaning. */
export type HandlerResult = void | Promise<void>;

/** A handler for the messages of one type; made by `on`. */
export interface MessageHandler<S> {
  readonly type: ValueType<unknown>;
  handle(ctx: Context<S>, value: unknown): HandlerResult;
}

/**
 * Handles the messages of one type. The types of `ctx.state` and `value` follow from the function
 * that it is given to and from `type`.
 */
export function on<T, S>(
  type: ValueType<T>,
  handle: (ctx: Context<S>, value: T) => HandlerResult,
): MessageHandler<S> {
  return { type, handle: handle };
}

export interface FunctionOptions<S> {
  /** Function type, `namespace/name`. */
  readonly type: string;
  /** Its states by name: a value type, or one with `.expiresAfterWrite(…)`. */
  readonly state?: S;
  /**
   * Takes messages of any type that has no handler. Without it such a message fails its request:
   * the runtime tries again, and parks the address when that is of no use.
   */
  readonly otherwise?: (ctx: Context<NoInfer<S>>, message: UnknownMessage) => HandlerResult;
}

/** An address that knows the states of its function, for tests and typed look-ups. */
export interface FunctionAddress<S> extends Address {
  /** Never there; carries the type of the states. */
  readonly stateType?: StateOf<S>;
}

/** A function as `serve`, `embed` and the test harness take it. */
export interface FunctionDefinition<S = StateDeclarations> {
  readonly type: string;
  readonly states: readonly DeclaredState[];
  readonly handlers: ReadonlyMap<string, MessageHandler<S>>;
  readonly otherwise: ((ctx: Context<S>, message: UnknownMessage) => HandlerResult) | null;
  /** Every value type of its states and handlers, by typename. */
  readonly valueTypes: ReadonlyMap<string, ValueType<unknown>>;
  /** The address of one instance of this function. */
  at(id: string): FunctionAddress<S>;
}

/** A function of any states. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type AnyFunction = FunctionDefinition<any>;

export interface DeclaredState extends StateSpec {
  readonly valueType: ValueType<unknown>;
}

/**
 * Defines a function: its type, its states, and a handler for each type of message.
 *
 *     const counter = defineFunction(
 *       { type: 'example/counter', state: { seen: int } },
 *       on(string, (ctx) => { ctx.state.seen = (ctx.state.seen ?? 0) + 1; }),
 *     );
 *
 * Throws a `WEIR_SDK_DEFINITION` or `WEIR_SDK_TYPENAME_CLASH` error if it can't work.
 */
export function defineFunction<const S extends StateDeclarations = Record<never, never>>(
  options: FunctionOptions<S>,
  ...handlers: readonly MessageHandler<NoInfer<S>>[]
): FunctionDefinition<S> {
  const { type } = options;
  if (!isQualifiedName(type)) {
    throw sdkErrors.DEFINITION(`the function type "${String(type)}" is not namespace/name`);
  }
  const valueTypes = new Map<string, ValueType<unknown>>();
  const states = declareStates(type, options.state ?? {}, valueTypes);
  const byTypename = new Map<string, MessageHandler<S>>();
  for (const handler of handlers) {
    const { typename } = handler.type;
    rememberType(valueTypes, handler.type);
    if (byTypename.has(typename)) {
      throw sdkErrors.DEFINITION(`${type} has two handlers for messages of type ${typename}`);
    }
    byTypename.set(typename, handler);
  }
  const otherwise = options.otherwise ?? null;
  if (byTypename.size === 0 && otherwise === null) {
    throw sdkErrors.DEFINITION(`${type} has no handler at all`);
  }
  return {
    type,
    states,
    handlers: byTypename,
    otherwise,
    valueTypes,
    at: (id) => ({ type, id }),
  };
}

function declareStates(
  functionType: string,
  declarations: StateDeclarations,
  valueTypes: Map<string, ValueType<unknown>>,
): DeclaredState[] {
  return Object.entries(declarations).map(([name, declaration]) => {
    checkStateName(functionType, name);
    const { valueType, expiration, expireAfterMs } = declaration;
    if (!(valueType instanceof ValueType)) {
      throw sdkErrors.DEFINITION(`${functionType}: the state "${name}" has no value type`);
    }
    rememberType(valueTypes, valueType);
    return { name, typename: valueType.typename, expiration, expireAfterMs, valueType };
  });
}

function rememberType(
  valueTypes: Map<string, ValueType<unknown>>,
  valueType: ValueType<unknown>,
): void {
  const known = valueTypes.get(valueType.typename);
  if (known === undefined) valueTypes.set(valueType.typename, valueType);
  else checkSameType(known, valueType);
}
