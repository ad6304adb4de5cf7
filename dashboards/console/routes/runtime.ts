import type { FastifyInstance } from 'fastify';
import type { AdminClient } from '../admin-client.ts';
import { Metrics } from '../metrics-text.ts';
import { badRequest, fieldsOf } from './request.ts';

const snapshotsMax = 20;
const parkedMax = 50;
const actions = ['retry', 'drop', 'dead-letter'];

/** The gauges that the page shows, by their names there. */
const gauges = {
  residentBytes: 'weir_process_resident_memory_bytes',
  heapBytes: 'weir_nodejs_heap_size_used_bytes',
  loopDelaySeconds: 'weir_nodejs_eventloop_lag_p99_seconds',
  commitAgeSeconds: 'weir_commit_age_seconds',
  stateBytes: 'weir_state_bytes',
  queuedMessages: 'weir_queued_messages',
  delayedMessages: 'weir_delayed_messages',
  backpressure: 'weir_backpressure',
  storeRequests: 'weir_store_requests_total',
  storeBytes: 'weir_store_bytes_total',
} as const;

/** What the runtime says of itself, and what may be done about parked addresses. */
export function runtimeRoutes(server: FastifyInstance, admin: AdminClient): void {
  server.get('/api/runtime', async () => {
    const [snapshots, endpoints, parked, metrics] = await Promise.all([
      admin.json('/snapshots'),
      admin.json('/endpoints'),
      admin.json(`/parked?limit=${parkedMax}`),
      admin.get('/metrics'),
    ]);
    const read = metrics?.ok === true ? new Metrics(metrics.body) : null;
    const sums = Object.entries(gauges).map(([name, metric]) => [name, read?.sum(metric) ?? null]);
    return {
      snapshots: newestFirst(snapshots).slice(0, snapshotsMax),
      endpoints,
      parked,
      gauges: Object.fromEntries(sums) as Record<string, number | null>,
      lagRecords: by(read, 'weir_ingress_lag_records'),
      lagSeconds: by(read, 'weir_ingress_lag_seconds'),
    };
  });
  server.post('/api/parked', async ({ body }) => {
    const { action, type, id } = fieldsOf(body);
    if (typeof action !== 'string' || !actions.includes(action)) {
      throw badRequest(`"action" is none of ${actions.join(', ')}`);
    }
    return admin.act(pathOf(action, type, id));
  });
}

function by(metrics: Metrics | null, name: string): Record<string, number> {
  return metrics === null ? {} : Object.fromEntries(metrics.by(name, 'ingress'));
}

function newestFirst(snapshots: unknown): readonly { sequence: number }[] {
  if (!Array.isArray(snapshots)) return [];
  return (snapshots as { sequence: number }[]).toSorted((a, b) => b.sequence - a.sequence);
}

/** One address, all of a type, or all there are. */
function pathOf(action: string, type: unknown, id: unknown): string {
  if (typeof type !== 'string') return `/parked/${action}`;
  if (typeof id !== 'string') return `/parked/${action}?type=${encodeURIComponent(type)}`;
  return `/parked/${[...type.split('/'), id].map(encodeURIComponent).join('/')}/${action}`;
}
