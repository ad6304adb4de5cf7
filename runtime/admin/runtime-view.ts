import type { Engine } from '../core/engine.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommitInfo } from '../ports/snapshots.ts';
import type { EndpointStatus } from '../ports/transport.ts';

/** What the admin API sees of a running (or waiting) runtime. */
export interface RuntimeView {
  readonly engine: Engine;
  readonly clock: Clock;
  /** `running` once the ingresses are open. */
  readonly state: string;
  readonly epoch: number | null;
  readonly commits: {
    readonly count: number;
    readonly last: CommitInfo | null;
    readonly lastCommitAt: number | null;
  };
  readonly egresses: readonly {
    readonly id: string;
    readonly waiting: number;
    readonly failures: number;
    readonly publishedRecords: number;
    readonly trouble: string | null;
  }[];
  readonly ingresses: readonly { readonly id: string; lag(): number | null }[];
  endpoints(): readonly EndpointStatus[];
  commitNow(): Promise<CommitInfo | null>;
  /** The retained cuts, newest first. */
  snapshots(): Promise<readonly unknown[]>;
}
