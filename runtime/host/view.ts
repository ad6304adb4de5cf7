import type { RuntimeView } from '../admin/runtime-view.ts';
import { listSnapshots } from '../snapshot/inspect.ts';
import { CommittedState } from './committed-state.ts';
import type { Runtime } from './runtime.ts';

/** The runtime as the admin API sees it. */
export function viewOf(runtime: Runtime, stateUrl: string): RuntimeView {
  const committed = new CommittedState(stateUrl, () => runtime.clock.now());
  return {
    engine: runtime.engine,
    clock: runtime.clock,
    get state() {
      return runtime.state;
    },
    get epoch() {
      return runtime.acquired?.epoch ?? null;
    },
    commits: runtime.commits,
    egresses: runtime.pumps,
    ingresses: runtime.parts.ingresses.map(({ ingress }) => ({
      id: ingress.id,
      get trouble() {
        return ingress.trouble ?? null;
      },
      lag: () => ingress.lag?.() ?? null,
      lagMs: () => ingress.lagMs?.() ?? null,
    })),
    serves: (type) => runtime.parts.laneOf(type) !== null,
    committed: (type, id) => committed.inspect(type, id),
    durable: () => runtime.commits.durable(),
    endpoints: () => runtime.parts.lanes.map((lane) => lane.transport.status()),
    commitNow: () => runtime.commitNow(),
    snapshots: async () => (await listSnapshots(stateUrl)).rows,
  };
}
