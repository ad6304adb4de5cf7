import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AdminClient } from '#dashboards/console/admin-client.ts';
import type { ConsoleError } from '#dashboards/console/errors.ts';
import { RecentScores } from '#dashboards/console/recent-scores.ts';
import { accountRoutes } from '#dashboards/console/routes/accounts.ts';
import { FakeApplication } from './fake-application.ts';

const waiting = {
  addresses: [{ type: 'weir.fraud/merchant', id: 'm-7', messages: 9, inFlight: 1, parked: false }],
  lookedAt: 3,
  complete: true,
};

let app: FakeApplication;
let server: FastifyInstance;

beforeEach(async () => {
  app = new FakeApplication('');
  server = fastify();
  server.setErrorHandler<ConsoleError>(({ status, code }, _request, reply) =>
    reply.code(status).send({ code }),
  );
  accountRoutes(server, new AdminClient(await app.openAdmin()), new RecentScores());
});
afterEach(async () => {
  await server.close();
  await app.closeAdmin();
});

async function get(url: string): Promise<readonly [number, unknown]> {
  const reply = await server.inject({ method: 'GET', url });
  return [reply.statusCode, reply.json()];
}

it('hands on which addresses have most waiting, and says when the runtime is down', async () => {
  app.answers.set('/waiting?limit=12', waiting);
  expect(await get('/api/waiting')).toEqual([200, waiting]);
  await app.closeAdmin();
  expect(await get('/api/waiting')).toEqual([503, { code: 'WEIR_CONSOLE_RUNTIME_DOWN' }]);
});

it('shows an address without state as idle when nothing waits for it any more', async () => {
  const live = { states: {}, mailbox: 0, delayed: 0, parked: null };
  const [status, body] = await get('/api/address?type=weir.fraud/classifier&id=17');
  expect([status, body]).toMatchObject([200, { live, committed: null }]);
  expect(await get('/api/address?type=weir.fraud/merchant&id=nobody')).toEqual([
    404,
    { code: 'WEIR_CONSOLE_NOT_FOUND' },
  ]);
});
