import type { WeirError } from '#protocol/errors.ts';
import type { Cut } from './cut.ts';
import type { StoreUsage } from './store-usage.ts';

/**
 * The committed cuts of one state, as its single writer uses them (E3-E6). The calls come in this
 * order: `acquire`, then `recover` read to its end, then `commit` as often as wanted, one at a
 * time, then `close`. Simulations run the same classes in-process that a worker thread runs.
 */
export interface Snapshots {
  /**
   * Becomes the writer: takes a fresh state, or the next epoch of an existing one. While another
   * writer lives it waits as a standby (for as long as it takes; `close` ends the wait with
   * `WEIR_SNAPSHOT_CLOSED`). Rejects with a `WeirError` if the state belongs to another
   * application, can't be read by this version, is damaged, or if the store answers nothing
   * within `startBudgetMs`.
   */
  acquire(): Promise<Acquired>;
  /**
   * The last committed cut (E6), as blocks of whole records (layout: `cut.ts`) to be applied in
   * this order; every checksum is verified before a block is given out. A damaged object may be
   * met after earlier blocks were applied: then the iteration rejects, and what was applied must
   * be thrown away. A block is the receiver's to keep.
   */
  recover(): AsyncIterable<Uint8Array>;
  /**
   * Commits one cut (E5); its chunks' buffers are transferred away. Resolves when the cut is
   * durable and current, retrying an unreachable store for as long as it takes (`delayed` is
   * told). Rejects with `WEIR_SNAPSHOT_SUPERSEDED` once another writer has taken over, and then
   * always: stop with exit code 75, nothing of the cut may become visible.
   */
  commit(cut: Cut, info?: CommitNote): Promise<CommitInfo>;
  /**
   * Resolves once the head was found to be this writer's, now; rejects with
   * `WEIR_SNAPSHOT_SUPERSEDED` if it is another's.
   */
  confirm(): Promise<void>;
  /**
   * Ends heartbeat and compaction, and gives the ownership back, so that a standby takes over at
   * once. Call it after the last commit.
   */
  close(): Promise<void>;
}

export interface Acquired {
  /** True if the state did not exist: `recover` gives nothing. */
  readonly fresh: boolean;
  readonly epoch: number;
  /** Identity of the state's history. */
  readonly lineage: string;
  /** Number of the last committed cut in the life of the state; 0 if there is none. */
  readonly sequence: number;
}

/** What a commit remembers of its cut for people. */
export interface CommitNote {
  /** Wall-clock milliseconds at which the cut was taken; the time of the call if left out. */
  readonly takenAt?: number;
}

export interface CommitInfo {
  readonly epoch: number;
  /** Number of this cut in the life of the state, counted on by every writer. */
  readonly sequence: number;
  readonly lineage: string;
  readonly commitId: string;
  /** `Cut.number` of the committed cut. */
  readonly cut: number;
  /** Bytes written to the store for this commit, the head included. */
  readonly bytes: number;
  /** Requests to the store while it was committed, repeated ones and a heartbeat between included. */
  readonly requests: number;
  readonly durationMs: number;
  /**
   * The oldest cut that recovery may still use (with an older manifest, on an operator's wish):
   * sources may remove what is behind its positions. May be a cut of an earlier writer.
   */
  readonly oldestRetainedSequence: number;
}

export interface SnapshotOptions {
  /** What the state belongs to; a state with another one is refused. At most 4,096 characters. */
  readonly fingerprint: string;
  /** Takes the next epoch at once, also from a living owner. Default false. */
  readonly takeover?: boolean;
  /** How long an owner may be silent before a standby tries; default 5,000. */
  readonly leaseMs?: number;
  /**
   * How long the engine's loop may stand still before its writer falls silent, so that a standby
   * takes over as from a dead one; default 60,000. Without a standby it goes on when it can.
   */
  readonly stillAfterMs?: number;
  /** How long `acquire` tries to reach a store that does not answer; default 60,000. */
  readonly startBudgetMs?: number;
  /** Cuts that together are at most this large travel inside the head; default 262,144. */
  readonly inlineBytesMax?: number;
  /** More deltas than this start a compaction; default 64. */
  readonly compactAfterDeltas?: number;
  /** Deltas larger than half the bases and than this start a compaction; default 16 MiB. */
  readonly compactAfterBytes?: number;
  /** A commit waits for compaction rather than exceed this; default 1,000. */
  readonly deltasMax?: number;
  /** Manifests that stay readable behind the current one; default 3. */
  readonly retainedManifests?: number;
  /** An unreachable object is deleted once it is older; default 60,000 for a local folder, else 24 h. */
  readonly graceMs?: number;
  readonly observer?: SnapshotObserver;
}

/** What the outside may want to show; every method is cheap and must not throw. */
export interface SnapshotObserver {
  /** Another runtime owns the state and this one waits; told once per owner. */
  standby?(owner: Owner): void;
  /** The commit under way is not through yet: the store failed, or compaction is behind. */
  delayed?(delay: CommitDelay): void;
  /**
   * Another writer has taken over, seen by a commit or by the heartbeat of an idle writer: stop
   * with exit code 75. Or an assertion about the head failed (exit code 70).
   */
  lost?(error: WeirError): void;
  compacted?(info: CompactionInfo): void;
  /** The head has changed, by a commit or a heartbeat: what this writer has used so far. */
  used?(usage: StoreUsage): void;
  /** Compaction, garbage collection or the heartbeat failed and will be tried again. */
  trouble?(error: WeirError): void;
}

export interface CommitDelay {
  /** Since the cut was handed over. */
  readonly ageMs: number;
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly reason: string;
}

export interface CompactionInfo {
  readonly deltas: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  readonly durationMs: number;
}

/** The process that writes, as the head names it. */
export interface Owner {
  /** Distinguishes machines, boots and containers. */
  readonly host: string;
  readonly hostname: string;
  readonly pid: number;
  /** The operating system's start time of the process, so that a reused pid is not mistaken. */
  readonly processStart: string;
  readonly leaseMs: number;
  /** Wall-clock milliseconds of the owner's last write, for people only. */
  readonly heartbeatAt: number;
}
