import type { FastifyInstance } from 'fastify';
import { MostWaiting } from '../core/most-waiting.ts';
import { recovered } from './readiness.ts';
import { wholeNumber } from './request.ts';
import type { RuntimeView } from './runtime-view.ts';

const limits = { min: 1, max: 100, otherwise: 20 };
/** Addresses looked at in one turn of the loop, which takes about a millisecond, */
const turnAddresses = 10_000;
/** and in all: more are not looked at, and the answer says so. */
const turnsMax = 100;

/** `GET /waiting`: the addresses with the most undelivered messages, the most first. */
export function waitingRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get('/waiting', async (request) => {
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
