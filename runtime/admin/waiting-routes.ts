import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { MostWaiting } from '../core/most-waiting.ts';
import { about } from './about-route.ts';
import { adminErrors } from './errors.ts';
import { recovered } from './readiness.ts';
import { numberParameter, wholeNumber } from './request.ts';
import type { RuntimeView } from './runtime-view.ts';
import { type WaitingList, waitingList } from './state-shapes.ts';

const limits = { min: 1, max: 100, otherwise: 20 };
/** Addresses looked at in one turn of the loop, which takes about a millisecond, */
const turnAddresses = 10_000;
/** and in all: more are not looked at, and the answer says so. */
const turnsMax = 100;

const aboutWaiting = about({
  id: 'listWaiting',
  tag: 'state',
  summary: 'The addresses with the most undelivered messages, the most first.',
  details:
    'Found in pieces, between which the runtime goes on: the counts are of slightly different ' +
    'moments. Not more than a million active addresses are looked at.',
  query: z.object({ limit: numberParameter(limits).describe('Addresses.') }),
  answers: { 200: { says: 'Those that wait most.', body: waitingList } },
  errors: [adminErrors.code('BAD_REQUEST'), adminErrors.code('NOT_READY')],
});

/** `GET /waiting`: the addresses with the most undelivered messages, the most first. */
export function waitingRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/waiting', aboutWaiting, async (request): Promise<WaitingList> => {
    const limit = wholeNumber(request, 'limit', limits);
    recovered(view);
    const search = new MostWaiting(view.engine.registry.types, limit);
    let more = search.look(turnAddresses);
    for (let turns = 1; more && turns < turnsMax; turns++) {
      await new Promise((resolve) => setImmediate(resolve));
      more = search.look(turnAddresses);
    }
    return { addresses: search.top(), lookedAt: search.lookedAt, complete: !more };
  });
}
