import type { Random } from '../ports/clock.ts';
import { withCompaction, type CompactionResult } from './compaction-job.ts';
import type { HeadState, InlineCut } from './head.ts';
import { encodeManifest, type DeltaRef, type Manifest, type ManifestRef } from './manifest.ts';
import { newObjectName } from './object-names.ts';
import type { SnapshotSettings } from './options.ts';
import { encodeSegment, type EncodedObject } from './segment.ts';

/** What an inlined cut costs beside its records, so that empty cuts do not pile up either. */
const inlineCutBytes = 64;

export interface NewCut {
  readonly blocks: readonly Uint8Array[];
  readonly takenAt: number;
}

export interface PlanInput {
  /** Null to adopt a compaction without a new cut. */
  readonly cut: NewCut | null;
  readonly state: HeadState;
  readonly manifest: Manifest | null;
  readonly compaction: CompactionResult | null;
  readonly settings: Pick<SnapshotSettings, 'inlineBytesMax' | 'retainedManifests'>;
  readonly epoch: number;
  readonly random: Random;
}

/** Everything that a commit writes: the objects first, then the head. */
export interface CommitPlan {
  readonly objects: readonly { readonly name: string; readonly object: EncodedObject }[];
  readonly head: Pick<HeadState, 'sequence' | 'takenAt' | 'manifest' | 'inline'>;
  /** The manifest that is current after the commit. */
  readonly manifest: Manifest | null;
}

/**
 * Small cuts gather in the head; once they are too many they become one delta together. A new
 * manifest is written when there is a new delta, or new bases.
 */
export function planCommit(input: PlanInput): CommitPlan {
  const { cut, state, settings } = input;
  const sequence = state.sequence + (cut === null ? 0 : 1);
  const takenAt = cut?.takenAt ?? state.takenAt;
  const inlineBytes = state.inline.reduce((sum, { records }) => sum + weight(records.length), 0);
  const cutBytes = cut === null ? 0 : weight(sum(cut.blocks));
  const flush = cut !== null && inlineBytes + cutBytes > settings.inlineBytesMax;
  const inline = flush ? [] : [...state.inline, ...inlined(cut, sequence)];
  if (!flush && input.compaction === null) {
    const head = { sequence, takenAt, manifest: state.manifest, inline };
    return { objects: [], head, manifest: input.manifest };
  }
  const objects: { name: string; object: EncodedObject }[] = [];
  const deltas: DeltaRef[] = [];
  if (flush) {
    const name = newObjectName('delta', { epoch: input.epoch, sequence }, input.random);
    const blocks = [...state.inline.map(({ records }) => records), ...cut.blocks];
    const object = encodeSegment(blocks);
    objects.push({ name, object });
    const firstSequence = (state.manifest?.sequence ?? 0) + 1;
    const { bytes, sha256 } = object;
    deltas.push({ name, bytes, sha256, firstSequence, lastSequence: sequence });
  }
  const manifest = nextManifest(input, deltas, takenAt);
  const object = encodeManifest(manifest);
  const name = newObjectName('manifest', { epoch: input.epoch, sequence }, input.random);
  objects.push({ name, object });
  const { bytes, sha256 } = object;
  const reference = { name, bytes, sha256, sequence: manifest.sequence };
  return { objects, head: { sequence, takenAt, manifest: reference, inline }, manifest };
}

function nextManifest(input: PlanInput, deltas: readonly DeltaRef[], takenAt: number): Manifest {
  const { manifest, compaction, state } = input;
  const parts =
    manifest === null
      ? { bases: [], baseSequence: 0, deltas: [] }
      : compaction === null
        ? manifest
        : withCompaction(manifest, compaction);
  const covered = state.manifest?.sequence ?? 0;
  return {
    lineage: state.lineage,
    epoch: input.epoch,
    sequence: deltas.at(-1)?.lastSequence ?? covered,
    takenAt,
    baseSequence: parts.baseSequence,
    bases: parts.bases,
    deltas: [...parts.deltas, ...deltas],
    retained: retainedAfter(input),
  };
}

function retainedAfter({ state, manifest, settings }: PlanInput): ManifestRef[] {
  if (state.manifest === null) return [];
  const { name, bytes, sha256, sequence } = state.manifest;
  const newest = { name, bytes, sha256, sequence };
  return [newest, ...(manifest?.retained ?? [])].slice(0, settings.retainedManifests);
}

function inlined(cut: NewCut | null, sequence: number): InlineCut[] {
  if (cut === null) return [];
  // The chunks' buffers may be large and nearly empty: keep the records alone.
  return [{ sequence, takenAt: cut.takenAt, records: Buffer.concat(cut.blocks) }];
}

function weight(recordBytes: number): number {
  return recordBytes + inlineCutBytes;
}

function sum(blocks: readonly Uint8Array[]): number {
  return blocks.reduce((total, block) => total + block.length, 0);
}
