/**
 * The HTTP servers of the ingresses. Ingresses on the same host and port share one server.
 *
 * Plain node:http and not a framework: a path is split before it is decoded, each segment is
 * decoded exactly once and may be of any length, and a body is counted while it arrives.
 */
import type { IncomingMessage, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { WeirError } from '#protocol/errors.ts';
import { foreignPage, isLoopbackHost } from '../ports/foreign-page.ts';
import { listenPatiently } from '../ports/system-listen.ts';
import { ingressErrors } from './errors.ts';
import type { HttpAnswer } from './http-answer.ts';
import { HttpRefusal, answerOf, errorBody, send } from './http-answer.ts';
import { BodyBudget, BodyShare } from './http-body.ts';

export interface HttpExchange {
  readonly request: IncomingMessage;
  /** Segments of the path, each percent-decoded once. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  /** The memory that the body takes; released when the request was answered. */
  readonly share: BodyShare;
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
}

/** One ingress on a server. */
export interface HttpHandler {
  readonly method: 'POST' | 'PUT';
  /** For the answer to a request that nobody handles; also what makes two handlers collide. */
  readonly routes: readonly string[];
  /** An error: the path is meant for this handler, but malformed. */
  matches(segments: readonly string[]): boolean | WeirError;
  handle(exchange: HttpExchange): Promise<HttpAnswer>;
}

interface HttpHostOptions {
  /** For the request line and headers; default 10 s. */
  readonly headersTimeoutMs?: number;
  /** For the whole request with its body; default 60 s. */
  readonly requestTimeoutMs?: number;
  /** Memory for bodies on one server; default 256 MiB. */
  readonly maxBodiesBytes?: number;
  /** Default 10,000. */
  readonly maxConnections?: number;
  /** How long to wait for a port that another process still holds; default 10 s. */
  readonly listenPatienceMs?: number;
}

/** A handler's place on a running server. */
export interface Mounted {
  /** The port it listens on, also where 0 was asked for. */
  readonly port: number;
  unmount(): Promise<void>;
}

/** All HTTP servers of one runtime: create one, and give it to every HTTP ingress. */
export class HttpHosts {
  readonly #options: HttpHostOptions;
  readonly #hosts = new Map<string, HttpHost>();

  constructor(options: HttpHostOptions = {}) {
    this.#options = options;
  }

  /** Rejects with LISTEN_FAILED or ROUTE_CONFLICT. */
  async mount(host: string, port: number, handler: HttpHandler): Promise<Mounted> {
    const name = `${host}:${port}`;
    const known = port === 0 ? undefined : this.#hosts.get(name);
    const server = known ?? new HttpHost(host, this.#options);
    server.add(handler);
    if (port !== 0) this.#hosts.set(name, server);
    const unmount = async () => {
      if (!server.remove(handler)) return;
      if (this.#hosts.get(name) === server) this.#hosts.delete(name);
      await server.close();
    };
    try {
      return { port: await server.listen(port), unmount };
    } catch (error) {
      await unmount();
      throw ingressErrors.LISTEN_FAILED(`${name}: ${String(error)}`, { cause: error });
    }
  }
}

/** What ingresses share when they are given nothing else: one server per host and port. */
export const processHosts = new HttpHosts();

/** How long answers that are under way may take when a server closes. */
const closeGraceMs = 1000;

class HttpHost {
  readonly #host: string;
  readonly #server: Server;
  readonly #handlers = new Set<HttpHandler>();
  readonly #budget: BodyBudget;
  readonly #listenPatienceMs: number | undefined;
  #listening: Promise<number> | null = null;

  constructor(host: string, options: HttpHostOptions) {
    this.#host = host;
    this.#listenPatienceMs = options.listenPatienceMs;
    this.#budget = new BodyBudget(options.maxBodiesBytes ?? 256 * 1024 * 1024);
    this.#server = createServer({
      headersTimeout: options.headersTimeoutMs ?? 10_000,
      requestTimeout: options.requestTimeoutMs ?? 60_000,
      connectionsCheckingInterval: 1000,
      keepAliveTimeout: 30_000,
    });
    this.#server.maxConnections = options.maxConnections ?? 10_000;
    this.#server.on('clientError', answerClientError);
    this.#server.on('request', (request, response) => {
      const share = new BodyShare(this.#budget);
      const gone = new AbortController();
      response.once('close', () => {
        share.release();
        gone.abort();
      });
      this.#answer(request, share, gone.signal)
        .catch((error: unknown) => answerOf(error))
        .then((answer) => send(response, answer))
        .catch(() => response.destroy());
    });
  }

  add(handler: HttpHandler): void {
    for (const other of this.#handlers) {
      const route = handler.routes.find((candidate) => other.routes.includes(candidate));
      if (route === undefined) continue;
      throw ingressErrors.ROUTE_CONFLICT(`two ingresses on ${this.#host} would answer ${route}`);
    }
    this.#handlers.add(handler);
  }

  /** True if no handler is left. */
  remove(handler: HttpHandler): boolean {
    this.#handlers.delete(handler);
    return this.#handlers.size === 0;
  }

  listen(port: number): Promise<number> {
    const at = { host: this.#host, port, backlog: 1024 };
    this.#listening ??= listenPatiently(this.#server, at, this.#listenPatienceMs).then(
      () => (this.#server.address() as AddressInfo).port,
    );
    return this.#listening;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const force = setTimeout(() => this.#server.closeAllConnections(), closeGraceMs);
    await closed;
    clearTimeout(force);
  }

  async #answer(
    request: IncomingMessage,
    share: BodyShare,
    gone: AbortSignal,
  ): Promise<HttpAnswer> {
    this.#refuseForeignPages(request);
    const { segments, query } = parseTarget(request.url ?? '');
    const allowed: string[] = [];
    for (const handler of this.#handlers) {
      const matches = handler.matches(segments);
      if (handler.method !== request.method) {
        if (matches === true) allowed.push(handler.method);
        continue;
      }
      if (matches instanceof WeirError) throw new HttpRefusal(400, matches);
      if (matches) return handler.handle({ request, segments, query, share, gone });
    }
    const asked = `${request.method} ${(request.url ?? '').slice(0, 200)}`;
    if (allowed.length > 0) {
      const error = ingressErrors.METHOD_NOT_ALLOWED(asked);
      throw new HttpRefusal(405, error, { allow: allowed.join(', ') });
    }
    const routes = [...this.#handlers].flatMap((handler) => handler.routes);
    const hint = `Known here: ${routes.slice(0, 20).join('; ')}.`;
    throw new HttpRefusal(404, ingressErrors.NOT_FOUND(`${asked} is not known`, { hint }));
  }

  /**
   * A page of any site that a browser shows could otherwise write records here; on a loopback
   * address also under a name of its own that it lets point there. Programs send no Origin.
   */
  #refuseForeignPages({ headers }: IncomingMessage): void {
    const { origin, host = '' } = headers;
    if (origin === undefined) return;
    const rebound = isLoopbackHost(this.#host) && !isLoopbackHost(host) ? origin : null;
    const page = foreignPage(headers) ?? rebound;
    if (page === null) return;
    throw new HttpRefusal(
      403,
      ingressErrors.FOREIGN_PAGE(`a page of ${page.slice(0, 200)} sent it`),
    );
  }
}

/** Splits a request target; throws a 400 for one that is no path. */
function parseTarget(url: string): { segments: string[]; query: URLSearchParams } {
  const mark = url.indexOf('?');
  const path = mark === -1 ? url : url.slice(0, mark);
  if (!path.startsWith('/')) throw badPath('the request target is not a path');
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const segments = path
    .slice(1)
    .split('/')
    .map((segment) => {
      try {
        return decodeURIComponent(segment);
      } catch {
        throw badPath('a segment of the path is not percent-encoded UTF-8');
      }
    });
  return { segments, query };
}

function badPath(message: string): HttpRefusal {
  return new HttpRefusal(400, ingressErrors.BAD_PATH(message));
}

/** What node refuses before there is a request: garbage, too slow, headers too large. */
function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request';
  const body = JSON.stringify(errorBody(ingressErrors.BAD_REQUEST(`${status}: ${error.message}`)));
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
