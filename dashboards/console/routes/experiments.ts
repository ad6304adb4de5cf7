import type { FastifyInstance } from 'fastify';
import { ConsoleError } from '../errors.ts';
import type { Doer, Experiments } from '../experiments/experiments.ts';

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
  const { by = 'supervisor' } = (body ?? {}) as { by?: unknown };
  if (by === 'supervisor' || by === 'caller') return by;
  throw new ConsoleError('WEIR_CONSOLE_BAD_REQUEST', '"by" is neither "supervisor" nor "caller".');
}

function problemOf(body: unknown): string | null {
  const { problem = null } = (body ?? {}) as { problem?: unknown };
  if (problem === null || typeof problem === 'string') return problem?.slice(0, 500) ?? null;
  throw new ConsoleError('WEIR_CONSOLE_BAD_REQUEST', '"problem" is not a text.');
}
