import type { FastifyInstance } from 'fastify';
import type { Doer, Experiments } from '../experiments/experiments.ts';
import { badRequest, fieldsOf } from './request.ts';

/** `GET /api/experiments`, `POST /api/experiments/NAME`, `POST /api/experiments/current/done`. */
export function experimentRoutes(server: FastifyInstance, experiments: Experiments): void {
  server.get('/api/experiments', async () => ({
    kinds: experiments.kinds.map(({ name, promise }) => ({
      name,
      promise,
      offered: experiments.offered.includes(name),
    })),
    report: experiments.report,
  }));
  server.post<{ Params: { name: string } }>('/api/experiments/:name', async (request) =>
    experiments.begin(request.params.name, doerOf(request.body)),
  );
  server.post('/api/experiments/current/done', async (request) =>
    experiments.done(problemOf(request.body)),
  );
}

function doerOf(body: unknown): Doer {
  const { by = 'supervisor' } = fieldsOf(body);
  if (by === 'supervisor' || by === 'caller') return by;
  throw badRequest('"by" is neither "supervisor" nor "caller"');
}

function problemOf(body: unknown): string | null {
  const { problem = null } = fieldsOf(body);
  if (problem === null || typeof problem === 'string') return problem?.slice(0, 500) ?? null;
  throw badRequest('"problem" is not a text');
}
