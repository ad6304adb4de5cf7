import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { decodeHead } from './head.ts';
import type { Manifest, ManifestRef } from './manifest.ts';
import { positionOf } from './object-names.ts';
import { readManifest } from './store-reads.ts';

export interface GarbageRules {
  /** The epoch of the writer that collects. */
  readonly epoch: number;
  /** Its last committed cut. */
  readonly sequence: number;
  /** Younger objects stay, for readers (`weir snapshots verify`) that began before a commit. */
  readonly graceMs: number;
}

/**
 * Deletes what neither the head's manifest nor a retained one reaches. Resolves with the names.
 *
 * It is safe at any moment of freezing, without trusting a clock, by the order of its steps:
 *
 * 1. List first. Whatever a later writer makes is not in the list.
 * 2. Then read the head, and stop unless it is still of the own epoch. So all objects in the list
 *    are this writer's or an earlier one's, and every later head reaches only objects that this
 *    head reaches or that are newer than the list. A process that is frozen after this step and
 *    deletes much later, superseded by then, deletes only what nobody can name any more.
 * 3. An object of a commit under way carries the next sequence number: it is no candidate. The
 *    results of a compaction carry an old one, so the caller does not collect while one is
 *    running or not yet in the manifest.
 */
export async function collectGarbage(
  store: SnapshotStore,
  rules: GarbageRules,
): Promise<readonly string[]> {
  const listed = await store.list('');
  const head = await store.readHead();
  if (head === null) return [];
  const state = decodeHead(head.body);
  if (state.epoch !== rules.epoch) return []; // a swap will tell that this writer was superseded
  const reached = await reachable(store, state.manifest);
  const garbage = listed.filter(({ name, ageMs }) => {
    const { epoch, sequence } = positionOf(name);
    const mayHold = epoch > rules.epoch || (epoch === rules.epoch && sequence > rules.sequence);
    return !mayHold && ageMs > rules.graceMs && !reached.has(name);
  });
  const names = garbage.map(({ name }) => name);
  if (names.length > 0) await store.remove(names);
  return names;
}

/** All names that the manifest and its retained ones reach, their own included. */
async function reachable(
  store: SnapshotStore,
  current: ManifestRef | null,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  if (current === null) return names;
  const add = (ref: ManifestRef, manifest: Manifest) => {
    names.add(ref.name);
    for (const { name } of manifest.bases) names.add(name);
    for (const { name } of manifest.deltas) names.add(name);
  };
  const manifest = await readManifest(store, current);
  add(current, manifest);
  // A retained manifest that can't be read ends the round: what it reaches is not known.
  for (const ref of manifest.retained) add(ref, await readManifest(store, ref));
  return names;
}
