import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { WeirError } from '#protocol/errors.ts';
import { coreErrors } from '../core/errors.ts';
import { inspectAddress, listAddresses } from '../core/inspect.ts';
import { adminErrors } from './errors.ts';
import type { Metrics } from './metrics.ts';
import { deadLetterParked, dropParked, listParked, retryParked } from './parked-actions.ts';
import type { RuntimeView } from './runtime-view.ts';
import { describeValue } from './value-text.ts';

const addressesMax = 1000;

interface AddressParams {
  readonly ns: string;
  readonly type: string;
  readonly id: string;
}

/**
 * The admin API: health, metrics, state, parked addresses, endpoints, snapshots. Errors are
 * `{code, message, hint}`. Every answer is a copy of what the engine holds at that moment.
 */
export function adminServer(view: RuntimeView, metrics: Metrics): FastifyInstance {
  const server = fastify({
    logger: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 64 << 10 },
  });
  server.setErrorHandler((error, _request, reply) => answerError(error, reply));
  server.setNotFoundHandler((request, reply) =>
    answerError(adminErrors.NO_SUCH_ROUTE(`${request.method} ${request.url} is unknown`), reply),
  );
  healthRoutes(server, view);
  server.get('/metrics', async (_request, reply) => {
    void reply.header('content-type', metrics.contentType);
    return metrics.text(view);
  });
  server.get('/endpoints', async () => view.endpoints());
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
    void reply.code(view.state === 'running' ? 200 : 503);
    return { state: view.state, epoch: view.epoch };
  });
}

function stateRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get<{ Params: AddressParams }>('/state/:ns/:type/:id', async ({ params }) => {
    const type = `${params.ns}/${params.type}`;
    const picture = inspectAddress(view.engine, type, params.id, view.clock.now());
    if (picture === null) {
      throw adminErrors.UNKNOWN_ADDRESS(`${type}/${params.id} was never seen`);
    }
    const states = picture.states.map(({ name, typename, value }) => [
      name,
      describeValue(typename, value),
    ]);
    const { parking, mailbox, delayed } = picture;
    return {
      address: `${type}/${params.id}`,
      states: Object.fromEntries(states) as object,
      mailbox,
      delayed,
      parked:
        parking === null ? null : { ...parking, since: new Date(parking.since).toISOString() },
    };
  });
  server.get<{ Querystring: Record<string, string | undefined> }>(
    '/addresses',
    async ({ query }) => {
      const name = query['type'];
      if (name === undefined) throw adminErrors.BAD_REQUEST('the parameter type is missing');
      const type = view.engine.registry.types.get(name);
      if (type === undefined) throw adminErrors.UNKNOWN_TYPE(`no address of ${name} was seen`);
      const limit = query['limit'] === undefined ? 100 : Number(query['limit']);
      if (!Number.isInteger(limit) || limit < 1 || limit > addressesMax) {
        throw adminErrors.BAD_REQUEST(`limit is a whole number from 1 to ${addressesMax}`);
      }
      const ids = listAddresses(type, query['after'] ?? null, limit);
      const next = ids.length === limit ? { after: ids.at(-1) } : {};
      return { type: name, ids, ...next };
    },
  );
}

function parkedRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/parked', async () => listParked(view.engine));
  type Request = FastifyRequest<{
    Params: AddressParams;
    Querystring: Record<string, string | undefined>;
  }>;
  const action = (
    name: string,
    act: (type: string, id: string, request: Request) => object,
  ): void => {
    server.post(`/parked/:ns/:type/:id/${name}`, async (request: Request) => {
      running(view);
      const { ns, type, id } = request.params;
      return act(`${ns}/${type}`, id, request);
    });
  };
  action('retry', (type, id) => retryParked(view.engine, type, id));
  action('drop', (type, id) => dropParked(view.engine, type, id));
  action('dead-letter', (type, id, request) =>
    deadLetterParked(view.engine, type, id, request.query['egress']),
  );
}

function running(view: RuntimeView): void {
  if (view.state !== 'running') throw adminErrors.NOT_READY(`the runtime is ${view.state}`);
}

/** 404 for what is not there, 503 for not now, 400 for what the request got wrong. */
function statusOf(error: unknown): number {
  if (!(error instanceof WeirError)) {
    const status = (error as { statusCode?: unknown }).statusCode;
    return typeof status === 'number' ? status : 500;
  }
  switch (error.code) {
    case adminErrors.code('UNKNOWN_ADDRESS'):
    case adminErrors.code('UNKNOWN_TYPE'):
    case adminErrors.code('NO_SUCH_ROUTE'):
    case coreErrors.code('NOT_PARKED'):
      return 404;
    case adminErrors.code('NOT_READY'):
      return 503;
    case adminErrors.code('BAD_REQUEST'):
      return 400;
    default:
      return 500;
  }
}

function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  const status = statusOf(error);
  const known =
    error instanceof WeirError || status >= 500
      ? error
      : adminErrors.BAD_REQUEST((error as Error).message);
  const body =
    known instanceof WeirError
      ? { code: known.code, message: known.message, hint: known.hint }
      : { code: 'WEIR_ADMIN_INTERNAL', message: (known as Error).message, hint: 'See the log.' };
  return reply.code(status).send(body);
}
