import type { IncomingMessage } from 'node:http';
import { messageOf, type WeirError } from '#protocol/errors.ts';
import { SignatureCheck, signatureHeader } from '#protocol/signature.ts';
import type { AnyFunction } from './define-function.ts';
import type { ErrorHook } from './failure-report.ts';
import type { Logger } from './logger.ts';
import { reportFailure } from './failure-report.ts';
import { BatchTurns } from './batch-turns.ts';
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
  /**
   * Public keys (PEM, Ed25519) by id: requests that none of them has signed are refused with 401.
   * Two at a time let a key be replaced without a pause. Default: everybody is answered.
   */
  readonly trustedKeys?: Readonly<Record<string, string>>;
}

/** Functions with what their answers to failures need: the core of each way to serve them. */
export class FunctionServer {
  readonly registry: FunctionRegistry;
  readonly logger: Logger;
  readonly bodyLimitBytes: number;
  /** Batches of requests that are not worked off yet. */
  readonly turns = new BatchTurns();
  readonly #onError: ErrorHook | null;
  readonly #signatures: SignatureCheck | null;

  constructor(functions: readonly AnyFunction[], options: FunctionServerOptions = {}) {
    this.logger = options.logger ?? defaultLogger();
    this.registry = new FunctionRegistry(functions, this.logger);
    this.bodyLimitBytes = options.bodyLimitBytes ?? 32 * 1024 * 1024;
    if (!(Number.isSafeInteger(this.bodyLimitBytes) && this.bodyLimitBytes > 0)) {
      throw sdkErrors.DEFINITION(`bodyLimitBytes: ${this.bodyLimitBytes} is not a number of bytes`);
    }
    this.#onError = options.onError ?? null;
    this.#signatures = signaturesOf(options.trustedKeys);
  }

  /** Why a request is not answered: it is not signed by a trusted key. Null if it is, or need not be. */
  strangerOf(
    request: Pick<IncomingMessage, 'headers' | 'url'>,
    body: Uint8Array,
  ): WeirError | null {
    if (this.#signatures === null) return null;
    const header = request.headers[signatureHeader];
    const text = typeof header === 'string' ? header : undefined;
    const fault = this.#signatures.faultOf(text, request.url ?? '', body, Date.now());
    return fault === null ? null : sdkErrors.STRANGER(`the request is refused: ${fault}`);
  }

  /** Logs what went wrong and returns the text for the runtime. */
  report(error: unknown): string {
    return reportFailure(error, this.logger, this.#onError);
  }
}

function signaturesOf(keys: Readonly<Record<string, string>> | undefined): SignatureCheck | null {
  if (keys === undefined) return null;
  try {
    return new SignatureCheck(keys);
  } catch (error) {
    throw sdkErrors.DEFINITION(`trustedKeys: ${messageOf(error)}`, { cause: error });
  }
}
