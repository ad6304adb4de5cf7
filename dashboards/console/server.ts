import { messageOf } from '#protocol/errors.ts';
import { randomBytes } from 'node:crypto';
import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Asset } from './assets.ts';
import { ConsoleError } from './errors.ts';
import type { EventHub } from './event-hub.ts';
import type { Overview } from './frame.ts';
import { checkAction, checkHost, checkSameSite, securityHeaders } from './guard.ts';

export interface ConsoleServerParts {
  readonly assets: ReadonlyMap<string, Asset>;
  readonly hub: EventHub;
  readonly allowedHosts: readonly string[];
  overview(): Overview;
  /** Adds the paths of the views. */
  routes(server: FastifyInstance): void;
}

/** The console over HTTP: the page, its data, its actions. Errors are `{code, message, hint}`. */
export function consoleServer(parts: ConsoleServerParts): FastifyInstance {
  // A token of this process: whoever can read our answers can act, a foreign page can do neither.
  const token = randomBytes(24).toString('base64url');
  const server = fastify({ logger: false, bodyLimit: 64 * 1024, forceCloseConnections: true });

  server.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders);
    checkHost(request.headers, parts.allowedHosts);
    // In one place, so that no action can be added without it.
    if (request.method !== 'GET' && request.method !== 'HEAD') checkAction(request.headers, token);
    if (request.url.startsWith('/api/')) void reply.header('cache-control', 'no-store');
  });
  server.setErrorHandler((error, _request, reply) => sendError(reply, error));
  server.setNotFoundHandler((request, reply) =>
    sendError(
      reply,
      new ConsoleError('WEIR_CONSOLE_NOT_FOUND', `There is no ${request.method} ${request.url}.`),
    ),
  );

  for (const [path, asset] of parts.assets) {
    server.get(path, (request, reply) => sendAsset(request, reply, asset));
  }
  server.get('/api/overview', async () => parts.overview());
  server.get('/api/session', async (request) => {
    checkSameSite(request.headers);
    return { token };
  });
  parts.routes(server);
  server.get('/api/events', (_request, reply) => {
    for (const [name, value] of Object.entries(securityHeaders)) reply.raw.setHeader(name, value);
    parts.hub.add(reply.raw);
    reply.hijack();
  });
  return server;
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  void reply.header('cache-control', 'no-cache').header('etag', asset.etag);
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
  return reply.type(asset.contentType).send(asset.body);
}

function sendError(reply: FastifyReply, thrown: unknown): FastifyReply {
  const error = consoleErrorOf(thrown);
  if (error.status === 503) void reply.header('retry-after', '5');
  const { code, message, hint } = error;
  return reply.code(error.status).send({ code, message, hint });
}

function consoleErrorOf(thrown: unknown): ConsoleError {
  if (thrown instanceof ConsoleError) return thrown;
  const status = (thrown as { statusCode?: number }).statusCode ?? 500;
  const message = messageOf(thrown);
  if (status < 500) return new ConsoleError('WEIR_CONSOLE_BAD_REQUEST', message);
  process.stderr.write(`${JSON.stringify({ level: 'error', message, stack: stackOf(thrown) })}\n`);
  return new ConsoleError('WEIR_CONSOLE_INTERNAL', 'The console server failed; its log says why.');
}

function stackOf(thrown: unknown): string | undefined {
  return thrown instanceof Error ? thrown.stack : undefined;
}
