import { buildConnector, Pool, type Dispatcher } from 'undici';
import { signatureHeader, type RequestSigner } from '#protocol/signature.ts';
import type { Clock, TimerHandle } from '#runtime/ports/clock.ts';
import { guardedLookup } from './denied-addresses.ts';
import type { EndpointUrl } from './endpoint-url.ts';
import { attemptFailure, connectionFailure, type AttemptFailure } from './failure.ts';
import { TlsFiles, type TlsOptions } from './tls-options.ts';
import { WirePlaces, type OnWire } from './wire-places.ts';

/**
 * Node's servers close a connection that was idle for 5 s. We must be first, or a request races
 * with the close; one second is for the way and for busy loops.
 */
const longestKeepAliveMs = 4_000;
const keepAliveMarginMs = 1_000;
/** How often it is looked whether those that wait for a connection may go. */
const lookEveryMs = 50;

export interface HttpClientOptions extends TlsOptions {
  readonly clock: Clock;
  readonly url: EndpointUrl;
  /** Connections, and so requests on the wire, but for those that others overtake. */
  readonly connections: number;
  /** Connections with those, at most. */
  readonly connectionsMax: number;
  readonly connectTimeoutMs: number;
  /** Signs every request, for functions that answer nobody else; null: they are not signed. */
  readonly signer?: RequestSigner | null;
  /** Idle connections are closed after this, and never later than after 4 s. */
  readonly keepAliveMs: number;
  /** Longest silence while a reply is awaited or read; 0 for none but the attempt's own limit. */
  readonly readTimeoutMs: number;
}

/** What one POST needs; a subclass reads the reply. */
export abstract class HttpExchange implements Dispatcher.DispatchHandler, OnWire {
  beganAtMs = 0;
  protected controller: Dispatcher.DispatchController | null = null;
  #client: HttpClient | null = null;
  #timer: TimerHandle | null = null;
  #replyBegan = false;
  /** Nothing is reported and no byte is looked at any more. */
  protected over = false;

  abstract readonly path: string;
  abstract readonly headers: string[];
  abstract readonly body: Buffer;
  /** Milliseconds that the attempt may take from now on; asked when it gets its connection. */
  abstract limitMs(): number;
  /** The budget was spent before there was a connection. */
  protected abstract expired(): void;
  protected abstract failed(failure: AttemptFailure): void;
  protected abstract responseStarted(status: number, headers: Headers): void;
  protected abstract responseData(chunk: Buffer): void;
  protected abstract responseEnded(): void;

  /** Called by the client when a connection is free. */
  begin(client: HttpClient, clock: Clock): void {
    this.#client = client;
    const limitMs = this.limitMs();
    if (limitMs <= 0) {
      this.finish();
      this.expired();
      return;
    }
    this.#timer = clock.setTimer(limitMs, () => {
      this.timedOut(limitMs);
    });
    client.dispatch(this);
  }

  /** Ends the exchange, whatever still arrives, and frees its connection. */
  protected finish(abort = false): void {
    if (this.over) return;
    this.over = true;
    this.#timer?.cancel();
    if (abort) this.controller?.abort(new Error('given up'));
    this.#client?.release(this);
  }

  /** A reply came, perhaps one of many: who was sent long before and has none was overtaken. */
  protected repliedTo(): void {
    this.#client?.places.answered(this);
  }

  protected rearm(clock: Clock, limitMs: number): void {
    this.#timer?.cancel();
    this.#timer = clock.setTimer(limitMs, () => {
      this.timedOut(limitMs);
    });
  }

  protected timedOut(limitMs: number): void {
    const message = `${this.where()} gave no complete reply within ${Math.round(limitMs)} ms`;
    this.fail(attemptFailure('timeout', message));
  }

  /** Ends the exchange and reports; aborting also closes the connection. */
  protected fail(failure: AttemptFailure, abort = true): void {
    if (this.over) return;
    this.finish(abort);
    this.failed(failure);
  }

  /** Method and URL, for messages. */
  where(): string {
    return `POST ${this.#client?.url.shown ?? ''}`;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Given up while it still waited for its connection: undici has no way to take it back.
    if (this.over) controller.abort(new Error('given up'));
  }

  onResponseStarted(): void {
    this.#replyBegan = true;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Headers,
  ): void {
    if (status >= 200 && !this.over) this.responseStarted(status, headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.over) this.responseData(chunk);
  }

  onResponseEnd(): void {
    if (!this.over) this.responseEnded();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.over) return;
    const stale = !this.#replyBegan && this.#client?.wasReused(error) === true;
    this.finish();
    this.failed(connectionFailure(this.where(), error, stale));
  }
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Keep-alive connections to one endpoint; never follows a redirect, never sends chunked. */
export class HttpClient {
  readonly url: EndpointUrl;
  readonly #pool: Pool;
  readonly #signer: RequestSigner | null;
  readonly #clock: Clock;
  readonly places: WirePlaces;
  /** Errors of sockets that had carried a reply before. */
  readonly #reusedErrors = new WeakSet<Error>();
  /** Exchanges without a connection; bounded by the transport's concurrency (E7). */
  #queue: HttpExchange[] = [];
  #head = 0;
  #lookTimer: TimerHandle | null = null;
  #closed = false;

  /** Throws a `WeirError` for certificates that can't be used. */
  constructor(options: HttpClientOptions) {
    this.url = options.url;
    this.#clock = options.clock;
    this.#signer = options.signer ?? null;
    this.places = new WirePlaces(options.clock, options.connections, options.connectionsMax);
    const keepAliveMs = Math.max(1, Math.min(longestKeepAliveMs, options.keepAliveMs));
    this.#pool = new Pool(options.url.origin, {
      connections: Math.max(options.connections, options.connectionsMax),
      pipelining: 1, // one slow function must not hold up others behind it (E8)
      connect: this.#connector(options),
      keepAliveTimeout: keepAliveMs,
      keepAliveMaxTimeout: keepAliveMs,
      keepAliveTimeoutThreshold: keepAliveMarginMs,
      headersTimeout: options.readTimeoutMs,
      bodyTimeout: options.readTimeoutMs,
    });
  }

  /** Whether a further exchange would have to wait. */
  get isBusy(): boolean {
    return this.places.isFull;
  }

  /** Takes the exchange to the wire, or into the queue while all connections are busy. */
  post(exchange: HttpExchange): void {
    if (this.#closed) return;
    if (!this.isBusy) {
      this.#begin(exchange);
    } else {
      this.#queue.push(exchange);
      this.#lookLater();
    }
  }

  /** Only for exchanges. */
  dispatch(exchange: HttpExchange): void {
    const { path, body } = exchange;
    const headers =
      this.#signer === null
        ? exchange.headers
        : [...exchange.headers, signatureHeader, this.#signer.sign(path, body, this.#clock.now())];
    this.#pool.dispatch({ path, method: 'POST', headers, body }, exchange);
  }

  /** Only for exchanges: one ended, the next may begin. */
  release(exchange: HttpExchange): void {
    this.places.give(exchange);
    if (!this.#closed) this.#beginNext();
  }

  #begin(exchange: HttpExchange): void {
    exchange.beganAtMs = this.#clock.monotonic();
    this.places.take(exchange);
    exchange.begin(this, this.#clock);
  }

  #beginNext(): void {
    while (this.#head < this.#queue.length && !this.isBusy) {
      const next = this.#queue[this.#head++]!;
      if (this.#head > 1024 && this.#head * 2 > this.#queue.length) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      } else if (this.#head === this.#queue.length) {
        this.#queue.length = this.#head = 0;
      }
      this.#begin(next);
    }
    if (this.#head < this.#queue.length) this.#lookLater();
  }

  /** Places come free by time, too, where those that have them are overtaken. */
  #lookLater(): void {
    this.#lookTimer ??= this.#clock.setTimer(lookEveryMs, () => {
      this.#lookTimer = null;
      if (!this.#closed) this.#beginNext();
    });
  }

  /** Whether `error` ended a connection that had answered something before. */
  wasReused(error: Error): boolean {
    const { socket } = error as { socket?: { bytesRead?: number } | null };
    return this.#reusedErrors.has(error) || (socket?.bytesRead ?? 0) > 0;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#lookTimer?.cancel();
    this.#queue = [];
    this.#head = 0;
    await this.#pool.destroy();
  }

  #connector(options: HttpClientOptions): buildConnector.connector {
    const { url } = options;
    const files = url.origin.startsWith('https:') ? new TlsFiles(options) : null;
    let secure = files?.current() ?? {};
    const build = (): buildConnector.connector =>
      buildConnector({
        allowH2: false,
        timeout: options.connectTimeoutMs,
        lookup: guardedLookup(),
        ...(url.socketPath === null ? {} : { socketPath: url.socketPath }),
        ...secure,
      });
    let connect = build();
    return (target, callback) => {
      const now = files?.current() ?? secure;
      if (now !== secure) {
        secure = now;
        connect = build();
      }
      connect(target, (...result: Parameters<buildConnector.Callback>) => {
        const socket = result[1];
        socket?.on('error', (error: Error) => {
          if (socket.bytesRead > 0) this.#reusedErrors.add(error);
        });
        callback(...result);
      });
    };
  }
}
