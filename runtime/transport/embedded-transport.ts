import { pathToFileURL } from 'node:url';
import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import { messageOf } from '#protocol/errors.ts';
import type {
  DecodedBatch,
  DecodedReply,
  InvocationBatch,
  OutgoingReply,
} from '#protocol/messages.ts';
import type { Clock, Random } from '#runtime/ports/clock.ts';
import type { EmbeddedFunctions } from '#runtime/ports/embedded.ts';
import type {
  EndpointStatus,
  RequestSink,
  Transport,
  TransportObserver,
} from '#runtime/ports/transport.ts';
import { AttemptWatch } from './attempt-watch.ts';
import { loadEmbeddedModule } from './embedded-module.ts';
import { asDecodedReply, decodedCopy } from './embedded-values.ts';
import { attemptFailure, undecodable } from './failure.ts';
import { endpointStatus } from './http-transport.ts';
import type { PendingRequest } from './pending-request.ts';
import { RequestLifecycle } from './request-lifecycle.ts';

export const embeddedKind = 'weir.embedded.v1/functions';
export const embeddedConcurrency = 1024;

/**
 * Calls in one turn of the event loop. Without a bound, functions that never wait would keep
 * timers, sockets and signals from their turn for ever.
 */
const callsPerTurn = 256;
const turnMs = 10;

export interface EmbeddedOptions {
  /** Exact function types, each of which the module must serve. */
  readonly functions: readonly string[];
  /** The module to import: an absolute path. */
  readonly module: string;
  /** Budget of one request with all its attempts; 2 min by default. */
  readonly callTimeoutMs?: number;
  /** Longest single attempt; half of the budget by default. */
  readonly attemptTimeoutMs?: number;
  /** Requests outstanding at most; 1,024 by default. */
  readonly concurrency?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: TransportObserver;
}

type Payload = DecodedBatch | Buffer;
type Request = PendingRequest<Payload>;

/** Functions imported into the runtime's own process; nothing is encoded where they allow it. */
export class EmbeddedTransport implements Transport {
  readonly concurrency: number;
  readonly #options: EmbeddedOptions;
  readonly #functions: EmbeddedFunctions;
  readonly #lifecycle: RequestLifecycle<Payload>;
  readonly #watch: AttemptWatch<Payload>;
  /** Calls to make; bounded by `concurrency` (E7). */
  #queue: Request[] = [];
  #next = 0;
  #scheduled = false;
  #closed = false;

  private constructor(options: EmbeddedOptions, functions: EmbeddedFunctions) {
    this.#options = options;
    this.#functions = functions;
    this.concurrency = options.concurrency ?? embeddedConcurrency;
    const budgetMs = options.callTimeoutMs ?? 120_000;
    const attemptTimeoutMs = options.attemptTimeoutMs ?? budgetMs / 2;
    this.#lifecycle = new RequestLifecycle<Payload>({
      clock: options.clock,
      random: options.random,
      observer: options.observer,
      budgetMs,
      start: (request) => {
        this.#queue.push(request);
        this.#schedule();
      },
    });
    this.#watch = new AttemptWatch(options.clock, this.#lifecycle, attemptTimeoutMs, (request) => {
      const message = `${request.functionType} did not settle within ${attemptTimeoutMs} ms`;
      this.#lifecycle.failed(request, attemptFailure('timeout', message));
    });
  }

  /** Imports the module. Rejects with `WEIR_TRANSPORT_EMBEDDED_MODULE`. */
  static async open(this: void, options: EmbeddedOptions): Promise<EmbeddedTransport> {
    const functions = await loadEmbeddedModule(options.module, options.functions);
    return new EmbeddedTransport(options, functions);
  }

  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void {
    let payload: Payload;
    try {
      payload =
        this.#functions.invokeDecoded === undefined
          ? encodeInvocationBatch(batch)
          : decodedCopy(batch);
    } catch (error) {
      this.#lifecycle.refuse(error, token, sink);
      return;
    }
    this.#lifecycle.begin(batch.target.type, payload, token, sink);
  }

  status(): EndpointStatus {
    const { functions, module } = this.#options;
    return endpointStatus(
      { functions: functions.join(', '), kind: embeddedKind },
      pathToFileURL(module).href,
      this.#lifecycle,
    );
  }

  close(): Promise<void> {
    this.#closed = true;
    this.#lifecycle.close();
    this.#watch.close();
    this.#queue = [];
    return Promise.resolve();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#scheduled = false;
    const endsAt = this.#options.clock.monotonic() + turnMs;
    for (let calls = 0; calls < callsPerTurn && this.#next < this.#queue.length; calls++) {
      if ((calls & 15) === 15 && this.#options.clock.monotonic() > endsAt) break;
      this.#call(this.#queue[this.#next++]!);
      if (this.#closed) return;
    }
    if (this.#next < this.#queue.length) this.#schedule();
    if (this.#next * 2 >= this.#queue.length) {
      this.#queue.splice(0, this.#next);
      this.#next = 0;
    }
  };

  #call(request: Request): void {
    const { payload } = request;
    let reply: Buffer | OutgoingReply | Promise<Buffer | OutgoingReply>;
    try {
      reply = Buffer.isBuffer(payload)
        ? this.#functions.invoke(payload)
        : this.#functions.invokeDecoded!(payload);
    } catch (error) {
      this.#failed(request, error);
      return;
    }
    if (!('then' in reply)) {
      this.#replied(request, reply);
      return;
    }
    this.#watch.add(request);
    reply.then(
      (settled) => {
        if (this.#watch.delete(request)) this.#replied(request, settled);
      },
      (error: unknown) => {
        if (this.#watch.delete(request)) this.#failed(request, error);
      },
    );
  }

  #replied(request: Request, reply: Buffer | OutgoingReply): void {
    let decoded: DecodedReply;
    try {
      decoded = reply instanceof Uint8Array ? decodeReply(reply) : asDecodedReply(reply);
    } catch (error) {
      this.#lifecycle.failed(request, undecodable(error));
      return;
    }
    this.#lifecycle.answered(request, decoded);
  }

  #failed(request: Request, error: unknown): void {
    const message = `${request.functionType} failed: ${messageOf(error)}`;
    this.#lifecycle.failed(request, attemptFailure('function', message));
  }
}
