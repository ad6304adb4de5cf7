import type { FastifyInstance } from 'fastify';
import {
  actOnParked,
  deadLetterParked,
  dropParked,
  listParked,
  retryParked,
} from './parked-actions.ts';
import { recovered, running } from './readiness.ts';
import { parameterOf, wholeNumber, type AddressParams, type AdminRequest } from './request.ts';
import type { RuntimeView } from './runtime-view.ts';

/** Addresses of one call: the loop stands still meanwhile. */
const pages = { min: 1, max: 10_000 };
const listDefault = 1_000;
const parkings = { min: 0, max: Number.MAX_SAFE_INTEGER };

/**
 * `GET /parked`, and what shall become of one, of those of a type, or of all. The actions answer
 * when they are in a committed cut: a 200 is an acknowledgement (E4).
 */
export function parkedRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/parked', async (request) => {
    recovered(view);
    const after = wholeNumber(request, 'after', { ...parkings, otherwise: 0 });
    const limit = wholeNumber(request, 'limit', { ...pages, otherwise: listDefault });
    return listParked(view.engine, after, limit);
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
      const { latest } = view.engine.parked;
      const page = {
        type: parameterOf(request, 'type'),
        after: wholeNumber(request, 'after', { ...parkings, otherwise: 0 }),
        upTo: wholeNumber(request, 'upTo', { ...parkings, otherwise: latest }),
        limit: wholeNumber(request, 'limit', { ...pages, otherwise: pages.max }),
      };
      const done = actOnParked(view.engine, page, (of, id) => act(of, id, request));
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
