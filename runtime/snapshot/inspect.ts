import { family } from '../ports/cut.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { noUsage, type StoreUsage } from '../ports/store-usage.ts';
import { systemClock, systemRandom } from '../ports/system-clock.ts';
import { isPermanent, snapshotErrors } from './errors.ts';
import { decodeHead, type HeadState } from './head.ts';
import type { Manifest, ManifestRef } from './manifest.ts';
import { openStore } from './open-store.ts';
import { eachRecord, familyOf } from './record-index.ts';
import type { ObjectRef } from './segment.ts';
import { readManifest, readSegment, refuseLostHead } from './store-reads.ts';

/** A cut that is kept. */
export interface SnapshotRow {
  readonly [field: string]: string | number | boolean;
  readonly sequence: number;
  /** Whether recovery uses this one. */
  readonly current: boolean;
  readonly epoch: number;
  /** ISO 8601, or an empty string before the first cut. */
  readonly takenAt: string;
  readonly bases: number;
  readonly deltas: number;
  /** Cuts that travel in the head. */
  readonly inlined: number;
  readonly bytes: number;
  /** Objects that its commit wrote, the head included, if nothing had to be repeated. */
  readonly writes: number;
  /** Their bytes; of an earlier cut without its head, which is gone. */
  readonly written: number;
}

/** What a state has cost so far: requests and bytes, of all its writers. */
export interface StoreCost {
  readonly commits: number;
  readonly usage: StoreUsage;
}

export interface SnapshotReport extends Record<string, unknown> {
  readonly sequence: number;
  readonly epoch: number;
  readonly lineage: string;
  readonly fingerprint: string;
  readonly takenAt: string;
  readonly commitId: string;
  readonly manifest: string | null;
  readonly owner: string | null;
  /** All that the writers of this state have asked the store for, up to the current head. */
  readonly usage: StoreUsage;
  /** Records by family, superseded ones that are not compacted yet included. */
  readonly records: Readonly<Record<string, number>>;
}

export interface VerifyReport extends Record<string, unknown> {
  readonly sequence: number;
  /** Manifests that were checked, the current one included. */
  readonly manifests: number;
  readonly objects: number;
  readonly bytes: number;
  /** One text per damaged or missing object, beginning with its code; empty if all is well. */
  readonly problems: readonly string[];
}

/** A compaction may retire what a slow reader is about to read: then it begins again. */
const readAttempts = 5;

/**
 * The cuts of a state that recovery could use, newest first; nothing if there is no state. Throws
 * the errors of `snapshotErrors` for a head or manifest that can't be read.
 */
export async function listSnapshots(
  stateUrl: string,
): Promise<{ readonly rows: SnapshotRow[]; readonly cost: StoreCost }> {
  return readingHead(stateUrl, async (store, head, _last, headBytes) => {
    if (head === null) return { rows: [], cost: { commits: 0, usage: noUsage } };
    const cost = { commits: head.sequence, usage: head.usage };
    const rows: SnapshotRow[] = [];
    const manifest = head.manifest === null ? null : await readManifest(store, head.manifest);
    if (head.inline.length > 0 || head.manifest === null) {
      const inlineBytes = head.inline.reduce((sum, cut) => sum + cut.records.length, 0);
      rows.push({ ...rowOf(head, manifest), inlined: head.inline.length, current: true });
      rows[0] = {
        ...(rows[0] as SnapshotRow),
        bytes: sizeOf(manifest) + inlineBytes,
        ...{ writes: 1, written: headBytes },
      };
    }
    if (manifest === null || head.manifest === null) return { rows, cost };
    const current = rows.length === 0;
    const row = { ...rowOf(manifest, manifest), current };
    const written = writtenFor(manifest, head.manifest);
    rows.push({ ...row, written: written + (current ? headBytes : 0) });
    for (const ref of manifest.retained) {
      const retained = await readManifest(store, ref);
      // A compaction writes a new manifest of the same cut.
      if (retained.sequence !== rows.at(-1)?.sequence) {
        rows.push({ ...rowOf(retained, retained), written: writtenFor(retained, ref) });
      }
    }
    return { rows, cost };
  });
}

/** What is in one cut: the current one, or that of a kept manifest. */
export async function showSnapshot(stateUrl: string, sequence?: number): Promise<SnapshotReport> {
  return readingHead(stateUrl, async (store, head) => {
    if (head === null) throw noCut(stateUrl, sequence);
    const current = head.manifest === null ? null : await readManifest(store, head.manifest);
    const whole = sequence === undefined || sequence === head.sequence;
    const found = whole
      ? { ref: head.manifest, manifest: current }
      : await findManifest(store, head, current, sequence);
    if (found === null) throw noCut(stateUrl, sequence);
    const counts = new Map<number, number>();
    for (const ref of objectsOf(found.manifest)) {
      for (const block of await readSegment(store, ref)) count(block, counts);
    }
    if (whole) for (const { records } of head.inline) count(records, counts);
    const { owner } = head;
    const of = whole ? head : (found.manifest as Manifest);
    return {
      sequence: of.sequence,
      epoch: of.epoch,
      lineage: head.lineage,
      fingerprint: head.fingerprint,
      takenAt: isoTime(of.takenAt),
      commitId: whole ? head.commitId : '',
      manifest: found.ref?.name ?? null,
      owner: whole && owner !== null ? `process ${owner.pid} on ${owner.hostname}` : null,
      ...{ bases: found.manifest?.bases.length ?? 0, deltas: found.manifest?.deltas.length ?? 0 },
      inlined: whole ? head.inline.length : 0,
      bytes: sizeOf(found.manifest),
      usage: head.usage,
      records: byName(counts),
    };
  });
}

/**
 * Reads every object that the head and the kept manifests reach and checks every checksum. Damage
 * is reported in `problems`; only a head that can't be read at all is thrown.
 */
export async function verifySnapshots(stateUrl: string): Promise<VerifyReport> {
  return readingHead(stateUrl, async (store, head, last) => {
    if (head === null) throw noCut(stateUrl, undefined);
    const problems: string[] = [];
    const checked = new Map<string, number>();
    const check = async <T>(action: () => Promise<T>): Promise<T | null> => {
      try {
        return await action();
      } catch (error) {
        if (!isPermanent(error)) throw error;
        // What is missing may have been retired meanwhile: only the last look reports it.
        if (!last && error.code === snapshotErrors.code('MISSING_OBJECT')) throw error;
        problems.push(`${error.code}: ${error.message}`);
        return null;
      }
    };
    const refs = head.manifest === null ? [] : [head.manifest];
    for (let i = 0; i < refs.length; i++) {
      const ref = refs[i] as ManifestRef;
      checked.set(ref.name, ref.bytes);
      const manifest = await check(() => readManifest(store, ref));
      if (i === 0 && manifest !== null) refs.push(...manifest.retained);
      for (const object of objectsOf(manifest)) {
        if (checked.has(object.name)) continue;
        checked.set(object.name, object.bytes);
        await check(() => readSegment(store, object));
      }
    }
    const bytes = [...checked.values()].reduce((sum, size) => sum + size, 0);
    const { sequence } = head;
    return { sequence, manifests: refs.length, objects: checked.size, bytes, problems };
  });
}

/** Runs `action` on the current head; again with a newer one while objects vanish under it. */
export async function readingHead<T>(
  stateUrl: string,
  action: (
    store: SnapshotStore,
    head: HeadState | null,
    last: boolean,
    headBytes: number,
  ) => Promise<T>,
): Promise<T> {
  const store = await openStore(stateUrl, 'read', systemClock, systemRandom);
  try {
    for (let attempt = 1; ; attempt++) {
      const head = await store.readHead();
      if (head === null) await refuseLostHead(store);
      try {
        const state = head === null ? null : decodeHead(head.body);
        const last = attempt === readAttempts;
        return await action(store, state, last, head?.body.length ?? 0);
      } catch (error) {
        const missing = isPermanent(error) && error.code === snapshotErrors.code('MISSING_OBJECT');
        if (!missing || attempt === readAttempts) throw error;
      }
    }
  } finally {
    await store.close();
  }
}

async function findManifest(
  store: SnapshotStore,
  head: HeadState,
  current: Manifest | null,
  sequence: number,
): Promise<{ ref: ManifestRef; manifest: Manifest } | null> {
  if (current === null || head.manifest === null) return null;
  const ref = [head.manifest, ...current.retained].find((entry) => entry.sequence === sequence);
  return ref === undefined ? null : { ref, manifest: await readManifest(store, ref) };
}

function objectsOf(manifest: Manifest | null): ObjectRef[] {
  return manifest === null ? [] : [...manifest.bases, ...manifest.deltas];
}

function sizeOf(manifest: Manifest | null): number {
  return objectsOf(manifest).reduce((sum, { bytes }) => sum + bytes, 0);
}

function rowOf(
  at: { readonly sequence: number; readonly epoch: number; readonly takenAt: number },
  manifest: Manifest | null,
): SnapshotRow {
  return {
    sequence: at.sequence,
    current: false,
    epoch: at.epoch,
    takenAt: isoTime(at.takenAt),
    bases: manifest?.bases.length ?? 0,
    deltas: manifest?.deltas.length ?? 0,
    inlined: 0,
    bytes: sizeOf(manifest),
    // Segment, manifest, head.
    writes: 3,
    written: 0,
  };
}

function writtenFor(manifest: Manifest, ref: ManifestRef): number {
  const segment = manifest.deltas.at(-1);
  const own = segment !== undefined && segment.lastSequence === manifest.sequence;
  return ref.bytes + (own ? segment.bytes : 0);
}

function isoTime(ms: number): string {
  return ms === 0 ? '' : new Date(ms).toISOString();
}

function count(block: Uint8Array, counts: Map<number, number>): void {
  eachRecord(block, (at) => {
    const kind = familyOf(block, at);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  });
}

function byName(counts: ReadonlyMap<number, number>): Record<string, number> {
  const names = new Map<number, string>(Object.entries(family).map(([name, id]) => [id, name]));
  return Object.fromEntries(
    [...counts].map(([kind, records]) => [names.get(kind) ?? `family ${kind}`, records]),
  );
}

function noCut(stateUrl: string, sequence: number | undefined): Error {
  const which = sequence === undefined ? 'no committed cut' : `no kept cut ${sequence}`;
  return snapshotErrors.NO_SUCH_CUT(`there is ${which} in ${stateUrl}`);
}
