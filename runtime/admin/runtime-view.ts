import type { Engine } from '../core/engine.ts';
import type { AddressPicture } from '../core/inspect.ts';
import type { Clock } from '../ports/clock.ts';
import type { CommitInfo } from '../ports/snapshots.ts';
import type { EndpointStatus } from '../ports/transport.ts';
import type { KeptCut, RuntimeState } from './runtime-shapes.ts';

/** What the admin API sees of a running (or waiting) runtime. */
export interface RuntimeView {
  readonly engine: Engine;
  readonly clock: Clock;
  /** `running` once the ingresses are open. */
  readonly state: RuntimeState;
  readonly epoch: number | null;
  readonly commits: {
    readonly count: number;
    readonly last: CommitInfo | null;
    readonly lastCommitAt: number | null;
    readonly runningMs: number;
  };
  readonly egresses: readonly {
    readonly id: string;
    readonly waiting: number;
    readonly failures: number;
    readonly publishedRecords: number;
    readonly trouble: string | null;
  }[];
  readonly ingresses: readonly {
    readonly id: string;
    /** Why nothing is read from its source at present, or null. */
    readonly trouble: string | null;
    lag(): number | null;
    /** Milliseconds that the records read are behind the newest, where the source tells. */
    lagMs(): number | null;
  }[];
  endpoints(): readonly EndpointStatus[];
  /** Whether the module serves a function type. */
  serves(functionType: string): boolean;
  /** What the last committed cut holds of an address; null if it is not in it. */
  committed(functionType: string, id: string): Promise<AddressPicture | null>;
  /** Resolves when everything that has happened so far is in a committed cut. */
  durable(): Promise<void>;
  commitNow(): Promise<CommitInfo | null>;
  /** The retained cuts, newest first. */
  snapshots(): Promise<readonly KeptCut[]>;
}
