import type { DecodedBatch, OutgoingReply } from '#protocol/messages.ts';
import type { AnyFunction } from './define-function.ts';
import type { FunctionServerOptions } from './function-server.ts';
import { sdkErrors } from './errors.ts';
import { FunctionServer } from './function-server.ts';

/** Functions in the caller's own process. */
export interface EmbeddedFunctions {
  readonly functionTypes: readonly string[];
  /**
   * ToFunction bytes in, FromFunction bytes out. What fails is logged, and thrown (or rejected) as
   * a `WEIR_SDK_HANDLER_FAILED` error.
   */
  invoke(body: Buffer): Buffer | Promise<Buffer>;
  /**
   * As `invoke`, without the bytes between. The slices in `batch` must stay valid until the
   * answer. Both answer at once if no handler returned a promise.
   */
  invokeDecoded(batch: DecodedBatch): OutgoingReply | Promise<OutgoingReply>;
}

/** Functions for the embedded transport of a runtime, or for any other transport of one's own. */
export function embed(
  functions: readonly AnyFunction[],
  options: FunctionServerOptions = {},
): EmbeddedFunctions {
  const server = new FunctionServer(functions, options);
  const { registry } = server;
  const reported = <T>(run: () => T | Promise<T>): T | Promise<T> => {
    try {
      const result = run();
      if (!(result instanceof Promise)) return result;
      return result.catch((error: unknown) => {
        throw sdkErrors.HANDLER_FAILED(server.report(error), { cause: error });
      });
    } catch (error) {
      throw sdkErrors.HANDLER_FAILED(server.report(error), { cause: error });
    }
  };
  return {
    functionTypes: registry.functionTypes,
    invoke: (body) => reported(() => registry.invoke(body)),
    invokeDecoded: (batch) => reported(() => registry.run(batch)),
  };
}
