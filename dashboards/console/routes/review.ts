import type { FastifyInstance } from 'fastify';
import type { RecentScores } from '../recent-scores.ts';
import type { ReviewQueue } from '../review-queue.ts';
import { badRequest, fieldsOf } from './request.ts';

const shownMax = 50;
const timelineMax = 20;

type Params = { Params: { id: string } };

/** The review queue: what waits, what was decided, and the two decisions there are. */
export function reviewRoutes(
  server: FastifyInstance,
  queue: ReviewQueue,
  recent: RecentScores,
): void {
  const whole = () => ({
    version: queue.version,
    waiting: queue.waiting,
    items: queue.list(shownMax),
    decisions: queue.decisions,
  });
  server.get('/api/review', async () => whole());
  server.get<Params>('/api/review/:id', async ({ params }) => {
    const score = recent.byId(params.id);
    const timeline = score === null ? [] : recent.ofAccount(score.accountId, timelineMax);
    return { timeline };
  });
  server.post<Params>('/api/review/:id', async ({ params, body }) => {
    queue.decide(params.id, fraudIn(body));
    return whole();
  });
  server.post<Params>('/api/review/:id/undo', async ({ params }) => {
    queue.undo(params.id);
    return whole();
  });
}

function fraudIn(body: unknown): boolean {
  const { fraud } = fieldsOf(body);
  if (typeof fraud === 'boolean') return fraud;
  throw badRequest('"fraud" is neither true nor false');
}
