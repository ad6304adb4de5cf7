import type { StoreUsage } from '../ports/store-usage.ts';
import type { BaseRef, Manifest } from './manifest.ts';

export interface CompactionJob {
  readonly manifest: Manifest;
  /** Of the writer at the start, for the names of the new objects. */
  readonly epoch: number;
  readonly sequence: number;
}

export interface CompactionResult {
  /** All bases after the compaction; those of unchanged groups are the old ones. */
  readonly bases: readonly BaseRef[];
  /** The cut up to which they go. */
  readonly baseSequence: number;
  /** How many of the manifest's deltas are merged into them, from the first on. */
  readonly deltas: number;
  readonly bytesRead: number;
  readonly bytesWritten: number;
}

/** Merges deltas into bases, somewhere where it holds up nobody. */
export interface Compactor {
  /** What it has asked a store of its own for; nothing if it uses the writer's. */
  readonly usage: StoreUsage;
  run(job: CompactionJob): Promise<CompactionResult>;
  close(): Promise<void>;
}

/** The manifest's parts after a compaction; deltas that came meanwhile stay. */
export function withCompaction(
  manifest: Manifest,
  result: CompactionResult,
): Pick<Manifest, 'bases' | 'baseSequence' | 'deltas'> {
  return {
    bases: result.bases,
    baseSequence: result.baseSequence,
    deltas: manifest.deltas.slice(result.deltas),
  };
}

/** Whether enough deltas have gathered: many to read, or much beside what the bases hold. */
export function compactionIsDue(
  manifest: Manifest,
  limits: { readonly compactAfterDeltas: number; readonly compactAfterBytes: number },
): boolean {
  if (manifest.deltas.length > limits.compactAfterDeltas) return true;
  const deltaBytes = manifest.deltas.reduce((sum, delta) => sum + delta.bytes, 0);
  const baseBytes = manifest.bases.reduce((sum, base) => sum + base.bytes, 0);
  return deltaBytes > Math.max(limits.compactAfterBytes, baseBytes / 2);
}
