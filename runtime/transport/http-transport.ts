import type { RequestSigner } from '#protocol/signature.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { DecodedReply, InvocationBatch } from '#protocol/messages.ts';
import type { Clock, Random } from '#runtime/ports/clock.ts';
import type {
  EndpointStatus,
  RequestSink,
  Transport,
  TransportObserver,
} from '#runtime/ports/transport.ts';
import { EndpointUrl } from './endpoint-url.ts';
import { transportErrors } from './errors.ts';
import { undecodable, type AttemptFailure } from './failure.ts';
import { HttpClient, type Headers } from './http-client.ts';
import { ReplyExchange, standardContentType, type HttpReply } from './http-reply.ts';
import type { PendingRequest } from './pending-request.ts';
import { RequestLifecycle } from './request-lifecycle.ts';
import type { TlsOptions } from './tls-options.ts';

/**
 * With 64 requests on the wire both processes of a two-core machine are saturated; more only wait
 * in the function's listen queue instead of in mailboxes, where they would have become batches.
 * Those that hang while others are answered do not count.
 */
const usefulConnections = 64;

export interface HttpTransportOptions extends TlsOptions {
  /** For `status()`: `namespace/name` or `namespace/*`. */
  readonly functions: string;
  /** For `status()`: the transport kind as the module file names it. */
  readonly kind: string;
  readonly urlPathTemplate: string;
  /** Signs every request; null or left out: they are not signed. */
  readonly signer?: RequestSigner | null;
  /** Budget of one request with all its attempts; 2 min by default. */
  readonly callTimeoutMs?: number;
  /**
   * Longest single attempt; half of the budget by default, so that one hung connection always
   * leaves time for a second try. A function may therefore take half of `call` at most.
   */
  readonly attemptTimeoutMs?: number;
  /** 20 s by default. */
  readonly connectTimeoutMs?: number;
  /** Longest silence of the server within an attempt; not limited by default. */
  readonly readTimeoutMs?: number;
  /** How long idle connections are kept; 4 s at most and by default. */
  readonly poolTtlMs?: number;
  /** At most so many connections; 1,024 by default. 64 are used, and more while some hang. */
  readonly poolSize?: number;
  /** Exactly so many connections, whatever `poolSize` says: for functions that mostly wait. */
  readonly connections?: number;
  /** Limit of a decoded reply; 32 MiB by default. */
  readonly payloadMaxBytes?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: TransportObserver;
}

/** The options with every default filled in. */
export interface HttpSettings {
  readonly callTimeoutMs: number;
  readonly attemptTimeoutMs: number;
  readonly connections: number;
  readonly connectionsMax: number;
  readonly payloadMaxBytes: number;
}

/** Throws `WEIR_TRANSPORT_BAD_OPTION`. */
export function httpSettings(options: HttpTransportOptions): HttpSettings {
  const callTimeoutMs = options.callTimeoutMs ?? 120_000;
  const settings = {
    callTimeoutMs,
    attemptTimeoutMs: options.attemptTimeoutMs ?? callTimeoutMs / 2,
    connections: options.connections ?? Math.min(options.poolSize ?? 1024, usefulConnections),
    connectionsMax: options.connections ?? options.poolSize ?? 1024,
    payloadMaxBytes: options.payloadMaxBytes ?? 32 * 1024 * 1024,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (!Number.isFinite(value) || value < 1) {
      throw transportErrors.BAD_OPTION(`${name} of ${options.functions} is ${value}; at least 1`);
    }
  }
  return settings;
}

/** The client for an endpoint, with the same defaults for every transport over HTTP. */
export function httpClient(options: HttpTransportOptions, settings: HttpSettings): HttpClient {
  return new HttpClient({
    ...options,
    url: new EndpointUrl(options.urlPathTemplate),
    connections: settings.connections,
    connectionsMax: settings.connectionsMax,
    connectTimeoutMs: options.connectTimeoutMs ?? 20_000,
    keepAliveMs: options.poolTtlMs ?? Infinity,
    readTimeoutMs: options.readTimeoutMs ?? 0,
  });
}

/** The headers of the standard protocol, without those that HTTP itself writes. */
export function standardHeaders(url: EndpointUrl): string[] {
  const headers = ['content-type', standardContentType, 'accept', standardContentType];
  headers.push('accept-encoding', 'gzip,deflate', 'user-agent', 'statefun');
  if (url.authorization !== null) headers.push('authorization', url.authorization);
  return headers;
}

export interface StandardPayload {
  readonly path: string;
  /** The encoded request. */
  readonly range: { readonly slab: Buffer; readonly start: number; readonly end: number };
}

/** One attempt of one request by the standard protocol. */
export class StandardExchange<P extends StandardPayload> extends ReplyExchange {
  readonly headers: string[];
  readonly #request: PendingRequest<P>;
  readonly #lifecycle: RequestLifecycle<P>;
  readonly #attemptTimeoutMs: number;
  readonly #onHeaders: ((headers: Headers) => void) | undefined;

  constructor(
    request: PendingRequest<P>,
    lifecycle: RequestLifecycle<P>,
    headers: string[],
    settings: HttpSettings,
    onHeaders?: (headers: Headers) => void,
  ) {
    super(settings.payloadMaxBytes);
    this.headers = headers;
    this.#request = request;
    this.#lifecycle = lifecycle;
    this.#attemptTimeoutMs = settings.attemptTimeoutMs;
    this.#onHeaders = onHeaders;
  }

  get path(): string {
    return this.#request.payload.path;
  }

  get body(): Buffer {
    const { slab, start, end } = this.#request.payload.range;
    return slab.subarray(start, end);
  }

  override limitMs(): number {
    return Math.min(this.#attemptTimeoutMs, this.#lifecycle.remainingMs(this.#request));
  }

  protected override expired(): void {
    this.#lifecycle.expired(this.#request);
  }

  protected override failed(failure: AttemptFailure): void {
    this.#lifecycle.failed(this.#request, failure);
  }

  protected override headersSeen(headers: Headers): void {
    this.#onHeaders?.(headers);
  }

  protected override replied(reply: HttpReply): void {
    let decoded: DecodedReply;
    try {
      decoded = decodeReply(reply.body);
    } catch (error) {
      this.#lifecycle.failed(this.#request, undecodable(error, reply.lastReply()));
      return;
    }
    this.#lifecycle.answered(this.#request, decoded, reply.lastReply);
  }
}

/** One request per address and POST, exactly as the remote request-reply protocol has it. */
export class HttpTransport implements Transport {
  readonly #options: HttpTransportOptions;
  readonly #settings: HttpSettings;
  readonly #client: HttpClient;
  readonly #headers: string[];
  readonly #lifecycle: RequestLifecycle<StandardPayload>;

  /** Throws a `WeirError` for a URL, certificate or option that can't be used. */
  constructor(options: HttpTransportOptions) {
    this.#options = options;
    this.#settings = httpSettings(options);
    this.#client = httpClient(options, this.#settings);
    this.#headers = standardHeaders(this.#client.url);
    this.#lifecycle = new RequestLifecycle<StandardPayload>({
      clock: options.clock,
      random: options.random,
      observer: options.observer,
      budgetMs: this.#settings.callTimeoutMs,
      start: (request) => {
        this.#client.post(
          new StandardExchange(request, this.#lifecycle, this.#headers, this.#settings),
        );
      },
    });
  }

  get concurrency(): number {
    return this.#client.places.room;
  }

  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void {
    let payload: StandardPayload;
    try {
      const path = this.#client.url.pathOf(batch.target.type);
      const body = encodeInvocationBatch(batch);
      payload = { path, range: { slab: body, start: 0, end: body.length } };
    } catch (error) {
      this.#lifecycle.refuse(error, token, sink);
      return;
    }
    this.#lifecycle.begin(batch.target.type, payload, token, sink);
  }

  status(): EndpointStatus {
    return endpointStatus(this.#options, this.#client.url.shown, this.#lifecycle);
  }

  async close(): Promise<void> {
    this.#lifecycle.close();
    await this.#client.close();
  }
}

export function endpointStatus<P>(
  options: { readonly functions: string; readonly kind: string },
  url: string,
  lifecycle: RequestLifecycle<P>,
): EndpointStatus {
  const { state, since, lastError } = lifecycle.health;
  return {
    functions: options.functions,
    url,
    transport: options.kind,
    state,
    since,
    inFlight: lifecycle.inFlight,
    lastError,
    failuresByClass: lifecycle.failuresByClass(),
    retries: lifecycle.retries,
  };
}
