import type { FastifyInstance, FastifyRequest } from 'fastify';
import { foreignPage, isLoopbackHost } from '../ports/foreign-page.ts';
import { adminErrors } from './errors.ts';
import { allows, findToken, type Scope, type Token } from './tokens.ts';

/** What somebody did, or was kept from doing, by the admin API. */
export interface AuditEntry {
  /** Name of the token; null without tokens. */
  readonly who: string | null;
  readonly from: string;
  readonly action: string;
  readonly status: number;
}

export interface Access {
  /** Null: nobody needs a token, which is for the loopback address alone. */
  readonly tokens: readonly Token[] | null;
  /** Told of every action that was not a mere look. */
  readonly audit: (entry: AuditEntry) => void;
}

/** Probes of container platforms have no token, and learn nothing but up or down. */
export const openPaths = ['/health/live', '/health/ready'];

/**
 * Who may ask what. With tokens: a bearer token whose scope is enough. Without: anybody who reaches
 * the loopback address, but no web page that a browser on this machine shows: a page can send
 * requests to loopback addresses, under a name of its own that it lets point there, too.
 */
export function guard(server: FastifyInstance, { tokens, audit }: Access): void {
  const users = new WeakMap<FastifyRequest, string>();
  server.addHook('onRequest', async (request) => {
    // What was matched, not what was written: `/%64rop` is the route that ends in `/drop`.
    const route = request.routeOptions.url ?? '';
    refuseForeignPages(request, tokens === null);
    if (tokens === null || openPaths.includes(route)) return;
    const presented = /^Bearer ([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const token = presented === undefined ? null : findToken(tokens, presented);
    if (token === null) {
      throw adminErrors.UNAUTHENTICATED(
        presented === undefined ? 'the request has no bearer token' : 'the token is not known',
      );
    }
    users.set(request, token.name);
    const needed = scopeOf(request.method, route);
    if (allows(token, needed)) return;
    throw adminErrors.FORBIDDEN(
      `${request.method} ${route} needs the scope ${needed}, the token of ${token.name} has ${token.scope}`,
    );
  });
  server.addHook('onResponse', async (request, reply) => {
    if (request.method === 'GET' && reply.statusCode !== 401 && reply.statusCode !== 403) return;
    audit({
      who: users.get(request) ?? null,
      from: request.ip,
      action: `${request.method} ${request.url.slice(0, 1_000)}`,
      status: reply.statusCode,
    });
  });
}

function refuseForeignPages(request: FastifyRequest, loopbackOnly: boolean): void {
  const { host = '' } = request.headers;
  // A page of another site that was let point to a loopback address sends its own name.
  if (loopbackOnly && !isLoopbackHost(host)) {
    throw adminErrors.FOREIGN_PAGE(`the request is for the host ${JSON.stringify(host)}`);
  }
  const page = foreignPage(request.headers);
  if (page === null) return;
  throw adminErrors.FOREIGN_PAGE(`the request comes from a page of ${JSON.stringify(page)}`);
}

/** What an action needs: to look, to make something go on, or to throw something away. */
export function scopeOf(method: string, route: string): Scope {
  if (method === 'GET' || method === 'HEAD') return 'read';
  return /\/(drop|dead-letter)$/.test(route) ? 'destroy' : 'operate';
}
