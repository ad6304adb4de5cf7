import { readFile } from 'node:fs/promises';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { guard, type Access } from './access.ts';
import { answerError } from './answer-error.ts';
import { adminErrors } from './errors.ts';
import type { Metrics } from './metrics.ts';
import { parkedRoutes } from './parked-routes.ts';
import { running } from './readiness.ts';
import {
  aboutCommit,
  aboutDocument,
  aboutEndpoints,
  aboutLiveness,
  aboutMetrics,
  aboutReadiness,
  aboutSnapshots,
} from './runtime-about.ts';
import type { Commit, Endpoint, KeptCut, Readiness, Unchanged } from './runtime-shapes.ts';
import type { RuntimeView } from './runtime-view.ts';
import { stateRoutes } from './state-routes.ts';
import { waitingRoutes } from './waiting-routes.ts';

/** The routes take no bodies; what a client sends all the same is read up to this, and ignored. */
const bodyBytesMax = 64 << 10;
/**
 * The description of this API, made from the routes by `npm run generate:admin-api`: made here, it
 * would make every start longer, and the loop stand still when somebody asks.
 */
const documentFile = new URL('../../docs/admin-api.json', import.meta.url);

/**
 * The admin API: health, metrics, state, parked addresses, endpoints, snapshots. Errors are
 * `{code, message, hint}`. Every answer is a copy of what the engine holds at that moment.
 */
export function adminServer(view: RuntimeView, metrics: Metrics, access: Access): FastifyInstance {
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: bodyBytesMax,
    routerOptions: { maxParamLength: 64 << 10 },
    // A path that can't be decoded never reaches a route.
    frameworkErrors: (error, _request, reply) => void answerError(error, reply as FastifyReply),
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
  server.setErrorHandler((error, _request, reply) => answerError(error, reply));
  server.setNotFoundHandler((request, reply) =>
    answerError(adminErrors.NO_SUCH_ROUTE(`${request.method} ${request.url} is unknown`), reply),
  );
  guard(server, access);
  adminRoutes(server, view, metrics);
  return server;
}

/** All routes, each with its description. */
export function adminRoutes(server: FastifyInstance, view: RuntimeView, metrics: Metrics): void {
  healthRoutes(server, view);
  stateRoutes(server, view);
  waitingRoutes(server, view);
  parkedRoutes(server, view);
  runtimeRoutes(server, view, metrics);
}

function healthRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/health/live', aboutLiveness, async () => ({ state: view.state }));
  server.get('/health/ready', aboutReadiness, async (_request, reply): Promise<Readiness> => {
    const trouble = view.ingresses.flatMap(({ trouble: text }) => (text === null ? [] : [text]));
    void reply.code(view.state === 'running' && trouble.length === 0 ? 200 : 503);
    return { state: view.state, epoch: view.epoch, ...(trouble.length > 0 ? { trouble } : {}) };
  });
}

function runtimeRoutes(server: FastifyInstance, view: RuntimeView, metrics: Metrics): void {
  server.get('/metrics', aboutMetrics, async (_request, reply) => {
    void reply.header('content-type', metrics.contentType);
    return metrics.text(view);
  });
  server.get('/endpoints', aboutEndpoints, async () => view.endpoints().map(shown));
  server.get('/snapshots', aboutSnapshots, async (): Promise<readonly KeptCut[]> => {
    return view.snapshots();
  });
  server.post('/snapshots', aboutCommit, async (): Promise<Commit | Unchanged> => {
    running(view);
    const info = await view.commitNow();
    return info ?? { unchanged: true, ...view.commits.last };
  });
  server.get('/openapi.json', aboutDocument, async (_request, reply) => {
    void reply.type('application/json; charset=utf-8');
    return readFile(documentFile);
  });
}

/** Serverless platforms take their keys in the query: names are shown, values are not. */
function shown(status: Endpoint): Endpoint {
  const url = status.url.replaceAll(/([?&][^=&]*=)(?!\{function\.name\})[^&]+/g, '$1***');
  return { ...status, url, lastError: status.lastError?.replaceAll(status.url, url) ?? null };
}
