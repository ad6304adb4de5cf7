import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { EndpointStatus } from '../ports/transport.ts';
import { guard, type Access } from './access.ts';
import { answerError } from './answer-error.ts';
import { adminErrors } from './errors.ts';
import type { Metrics } from './metrics.ts';
import {
  actOnParked,
  deadLetterParked,
  dropParked,
  listParked,
  retryParked,
} from './parked-actions.ts';
import { recovered, running } from './readiness.ts';
import { parameterOf, type AddressParams, type AdminRequest } from './request.ts';
import type { RuntimeView } from './runtime-view.ts';
import { stateRoutes } from './state-routes.ts';

/** The routes take no bodies; what a client sends all the same is read up to this, and ignored. */
const bodyBytesMax = 64 << 10;

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
  healthRoutes(server, view);
  server.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.contentType);
    return metrics.text(view);
  });
  server.get('/endpoints', async () => view.endpoints().map(shown));
  stateRoutes(server, view);
  parkedRoutes(server, view);
  server.get('/snapshots', async () => view.snapshots());
  server.post('/snapshots', async () => {
    running(view);
    const info = await view.commitNow();
    return info ?? { unchanged: true, ...view.commits.last };
  });
  return server;
}

function healthRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/health/live', async () => ({ state: view.state }));
  server.get('/health/ready', async (_request, reply) => {
    const trouble = view.ingresses.flatMap(({ trouble: text }) => (text === null ? [] : [text]));
    void reply.code(view.state === 'running' && trouble.length === 0 ? 200 : 503);
    return { state: view.state, epoch: view.epoch, ...(trouble.length > 0 ? { trouble } : {}) };
  });
}

/** The actions answer when they are in a committed cut: a 200 is an acknowledgement (E4). */
function parkedRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/parked', async () => {
    recovered(view);
    return listParked(view.engine);
  });
  const action = (name: string, act: ParkedAction): void => {
    server.post<{ Params: AddressParams }>(
      `/parked/:ns/:type/:id/${name}`,
      async (request: AdminRequest<AddressParams>) => {
        running(view);
        const { ns, type, id } = request.params;
        const done = act(`${ns}/${type}`, id, request);
        await view.durable();
        return done;
      },
    );
    server.post(`/parked/${name}`, async (request: AdminRequest) => {
      running(view);
      const type = parameterOf(request, 'type');
      const done = actOnParked(view.engine, type, (of, id) => act(of, id, request));
      await view.durable();
      return done;
    });
  };
  action('retry', (type, id) => retryParked(view.engine, type, id));
  action('drop', (type, id) => dropParked(view.engine, type, id));
  action('dead-letter', (type, id, request) =>
    deadLetterParked(view.engine, type, id, {
      egress: parameterOf(request, 'egress'),
      topic: parameterOf(request, 'topic'),
    }),
  );
}

type ParkedAction = (type: string, id: string, request: AdminRequest) => object;

/** Serverless platforms take their keys in the query: names are shown, values are not. */
function shown(status: EndpointStatus): EndpointStatus {
  const url = status.url.replaceAll(/([?&][^=&]*=)(?!\{function\.name\})[^&]+/g, '$1***');
  return { ...status, url, lastError: status.lastError?.replaceAll(status.url, url) ?? null };
}
