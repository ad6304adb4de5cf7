import { decodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { encodeReply } from '#protocol/codec/reply.ts';
import type { DecodedBatch, OutgoingReply } from '#protocol/messages.ts';
import type { AnyFunction, FunctionDefinition } from './define-function.ts';
import type { Logger } from './logger.ts';
import type { StateLayout } from './state-cells.ts';
import type { ValueType } from './value-type.ts';
import { runBatch } from './batch-run.ts';
import { sdkErrors } from './errors.ts';
import { RequestScope } from './request-scope.ts';
import { layoutOf } from './state-cells.ts';
import { checkSameType } from './value-type.ts';

export interface CompiledFunction {
  readonly definition: FunctionDefinition;
  readonly layout: StateLayout;
}

/** The functions of one process. */
export class FunctionRegistry {
  readonly functionTypes: readonly string[];
  readonly logger: Logger;
  readonly #functions = new Map<string, CompiledFunction>();

  /** Throws if two have the same type, or mean different things by one typename. */
  constructor(functions: readonly AnyFunction[], logger: Logger) {
    this.logger = logger;
    const valueTypes = new Map<string, ValueType<unknown>>();
    for (const definition of functions as readonly FunctionDefinition[]) {
      if (this.#functions.has(definition.type)) {
        throw sdkErrors.DEFINITION(`two functions have the type ${definition.type}`);
      }
      this.#functions.set(definition.type, { definition, layout: layoutOf(definition) });
      for (const valueType of definition.valueTypes.values()) {
        const known = valueTypes.get(valueType.typename);
        if (known === undefined) valueTypes.set(valueType.typename, valueType);
        else checkSameType(known, valueType);
      }
    }
    if (this.#functions.size === 0) throw sdkErrors.DEFINITION('there is no function to serve');
    this.functionTypes = [...this.#functions.keys()];
  }

  /**
   * Runs one decoded batch; its slices must stay valid until the answer. The answer is a promise
   * only if a handler returned one.
   */
  run(batch: DecodedBatch, scope = new RequestScope()): OutgoingReply | Promise<OutgoingReply> {
    const compiled = this.#functions.get(batch.target.type);
    if (compiled === undefined) {
      throw sdkErrors.FUNCTION_UNKNOWN(
        `no function of type ${batch.target.type} is served here ` +
          `(there are: ${this.functionTypes.join(', ')})`,
      );
    }
    return runBatch(compiled, batch, scope, this.logger);
  }

  /** One request of the protocol: ToFunction bytes in, FromFunction bytes out. */
  invoke(body: Buffer, scope?: RequestScope): Buffer | Promise<Buffer> {
    const reply = this.run(decodeInvocationBatch(body), scope);
    return reply instanceof Promise ? reply.then(encodeReply) : encodeReply(reply);
  }
}
