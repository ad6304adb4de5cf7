import type { FastifyInstance } from 'fastify';
import {
  aboutDeadLetter,
  aboutDrop,
  aboutList,
  aboutRetry,
  listDefault,
  pages,
  parkings,
} from './parked-about.ts';
import {
  actOnParked,
  deadLetterParked,
  dropParked,
  listParked,
  retryParked,
} from './parked-actions.ts';
import type { PageDone, ParkedAddress } from './parked-shapes.ts';
import { recovered, running } from './readiness.ts';
import { parameterOf, wholeNumber, type AddressParams, type AdminRequest } from './request.ts';
import type { RuntimeView } from './runtime-view.ts';

/**
 * `GET /parked`, and what shall become of one, of those of a type, or of all. The actions answer
 * when they are in a committed cut: a 200 is an acknowledgement (E4).
 */
export function parkedRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/parked', aboutList, async (request): Promise<ParkedAddress[]> => {
    recovered(view);
    const after = wholeNumber(request, 'after', { ...parkings, otherwise: 0 });
    const limit = wholeNumber(request, 'limit', { ...pages, otherwise: listDefault });
    return listParked(view.engine, after, limit);
  });
  const action = (name: string, about: typeof aboutRetry, act: ParkedAction): void => {
    server.post<{ Params: AddressParams }>(
      `/parked/:ns/:type/:id/${name}`,
      about.one,
      async (request: AdminRequest<AddressParams>) => {
        running(view);
        const { ns, type, id } = request.params;
        const done = act(`${ns}/${type}`, id, request);
        await view.durable();
        return done;
      },
    );
    server.post(`/parked/${name}`, about.many, async (request: AdminRequest): Promise<PageDone> => {
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
  action('retry', aboutRetry, (type, id) => retryParked(view.engine, type, id));
  action('drop', aboutDrop, (type, id) => dropParked(view.engine, type, id));
  action('dead-letter', aboutDeadLetter, (type, id, request) =>
    deadLetterParked(view.engine, type, id, {
      egress: parameterOf(request, 'egress'),
      topic: parameterOf(request, 'topic'),
    }),
  );
}

type ParkedAction = (type: string, id: string, request: AdminRequest) => object;
