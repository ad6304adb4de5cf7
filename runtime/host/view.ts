import type { RuntimeView } from '../admin/runtime-view.ts';
import { listSnapshots } from '../snapshot/inspect.ts';
import type { Runtime } from './runtime.ts';

/** The runtime as the admin API sees it. */
export function viewOf(runtime: Runtime, stateUrl: string): RuntimeView {
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
      lag: () => ingress.lag?.() ?? null,
    })),
    endpoints: () => runtime.parts.lanes.map((lane) => lane.transport.status()),
    commitNow: () => runtime.commitNow(),
    snapshots: () => listSnapshots(stateUrl),
  };
}
