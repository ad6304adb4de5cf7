import type { AnyFunction } from './define-function.ts';
import type { ErrorHook } from './failure-report.ts';
import type { Logger } from './logger.ts';
import { reportFailure } from './failure-report.ts';
import { FunctionRegistry } from './function-registry.ts';
import { defaultLogger } from './default-logger.ts';
import { sdkErrors } from './errors.ts';

/** Options of everything that answers requests. */
export interface FunctionServerOptions {
  /** Default: JSON lines on stderr. */
  readonly logger?: Logger;
  /** Told of each failed request, after it was logged. */
  readonly onError?: ErrorHook;
  /** Larger request bodies are refused with 413. Default: 32 MiB. */
  readonly bodyLimitBytes?: number;
}

/** Functions with what their answers to failures need: the core of each way to serve them. */
export class FunctionServer {
  readonly registry: FunctionRegistry;
  readonly logger: Logger;
  readonly bodyLimitBytes: number;
  readonly #onError: ErrorHook | null;

  constructor(functions: readonly AnyFunction[], options: FunctionServerOptions = {}) {
    this.logger = options.logger ?? defaultLogger();
    this.registry = new FunctionRegistry(functions, this.logger);
    this.bodyLimitBytes = options.bodyLimitBytes ?? 32 * 1024 * 1024;
    if (!(Number.isSafeInteger(this.bodyLimitBytes) && this.bodyLimitBytes > 0)) {
      throw sdkErrors.DEFINITION(`bodyLimitBytes: ${this.bodyLimitBytes} is not a number of bytes`);
    }
    this.#onError = options.onError ?? null;
  }

  /** Logs what went wrong and returns the text for the runtime. */
  report(error: unknown): string {
    return reportFailure(error, this.logger, this.#onError);
  }
}
