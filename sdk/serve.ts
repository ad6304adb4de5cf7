import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '#protocol/errors.ts';
import type { AnyFunction } from './define-function.ts';
import type { FunctionServerOptions } from './function-server.ts';
import { sdkErrors } from './errors.ts';
import { FunctionServer } from './function-server.ts';
import { httpHandler } from './http-handler.ts';

export interface ServeOptions extends FunctionServerOptions {
  /** Default 8000; 0 takes a free one. */
  readonly port?: number;
  /** Default 127.0.0.1: this machine alone. In a container say 0.0.0.0. */
  readonly host?: string;
  /**
   * Lets other processes listen on the same port; the kernel spreads connections over them, and a
   * new process can take over from an old one without a gap (SO_REUSEPORT: Linux, FreeBSD, …).
   */
  readonly sharePort?: boolean;
  /** Listens on a unix socket instead of a port. */
  readonly socketPath?: string;
  /** `http` (default) is node's own server, the quickest; `fastify` the same behind fastify. */
  readonly framework?: 'http' | 'fastify';
  /** How long `close` lets requests end. Default: 10 s. */
  readonly closeTimeoutMs?: number;
}

export interface RunningServer {
  /** The port that it listens on; 0 with a socket path. */
  readonly port: number;
  /** For `url` of an endpoint in module.yaml, as seen from this machine. */
  readonly url: string;
  /** Stops listening, lets requests in flight end, and cuts off what then is left. */
  close(): Promise<void>;
}

// Runtimes keep connections for about 18 s; a server that closes first breaks requests on them.
const keepAliveTimeoutMs = 65_000;
// A burst over many addresses opens a thousand connections at once; what the queue of the
// listening socket does not hold is dropped, and tried again only a second later.
const backlog = 4096;
// A runtime keeps its connections; without an end to them a further process would get none.
const sharedRequestsMax = 500;
const sweepMs = 20;

/** Serves functions over HTTP; resolves when it listens. */
export async function serve(
  functions: readonly AnyFunction[],
  options: ServeOptions = {},
): Promise<RunningServer> {
  const functionServer = new FunctionServer(functions, options);
  const { framework = 'http' } = options;
  const listener =
    framework === 'fastify' ? await fastifyListener(functionServer) : httpHandler(functionServer);
  const server = createServer(listener);
  server.keepAliveTimeout = keepAliveTimeoutMs;
  if (options.sharePort === true) server.maxRequestsPerSocket = sharedRequestsMax;
  await listen(server, options);
  return running(server, options);
}

// Imported only where it is asked for: it triples the start-up time of a small function.
async function fastifyListener(functionServer: FunctionServer): Promise<RequestListener> {
  const [{ fastify }, { fastifyPluginOf }] = await Promise.all([
    import('fastify'),
    import('./fastify-plugin.ts'),
  ]);
  const app = fastify({ logger: false, exposeHeadRoutes: true });
  await app.register(fastifyPluginOf(functionServer));
  await app.ready();
  return (request, response) => app.routing(request, response);
}

async function listen(server: Server, options: ServeOptions): Promise<void> {
  const { port = 8000, host = '127.0.0.1', socketPath, sharePort: reusePort = false } = options;
  const where =
    socketPath === undefined ? { port, host, backlog, reusePort } : { path: socketPath, backlog };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(where, resolve);
  try {
    await promise;
  } catch (error) {
    const name = socketPath ?? `${host}:${port}`;
    throw sdkErrors.LISTEN(`can't listen on ${name}: ${messageOf(error)}`, { cause: error });
  } finally {
    server.off('error', reject);
  }
}

function running(server: Server, options: ServeOptions): RunningServer {
  const { host = '127.0.0.1', socketPath, closeTimeoutMs = 10_000 } = options;
  const address = server.address();
  const port = isPort(address) ? address.port : 0;
  const name = host.includes(':') ? `[${host}]` : host;
  const url = socketPath === undefined ? `http://${name}:${port}/` : `http+unix://${socketPath}/`;
  let closing: Promise<void> | null = null;
  return { port, url, close: () => (closing ??= close(server, closeTimeoutMs)) };
}

function isPort(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function close(server: Server, closeTimeoutMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  // Connections that were busy a moment ago would be kept for a next request that must not come.
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
  const timer = setTimeout(() => server.closeAllConnections(), closeTimeoutMs);
  await promise;
  clearInterval(sweep);
  clearTimeout(timer);
}
