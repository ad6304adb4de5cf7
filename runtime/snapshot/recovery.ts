import { globalGroup } from '../ports/cut.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { isPermanent } from './errors.ts';
import type { RetryListener } from './head-cell.ts';
import type { HeadState } from './head.ts';
import { decodeManifest, type Manifest } from './manifest.ts';
import type { Pauses } from './pauses.ts';
import { decodeSegment, type ObjectRef } from './segment.ts';
import { readObject } from './store-reads.ts';

/** Objects read ahead; enough to hide the latency of a store, few enough to bound the memory. */
const readsAtOnce = 8;
const readAheadBytes = 64 * 1024 * 1024;

/** Reads for a recovery: patient with the store, never with damage (E6). */
export class ObjectReader {
  readonly #store: SnapshotStore;
  readonly #pauses: Pauses;
  readonly #retrying: RetryListener;

  constructor(store: SnapshotStore, pauses: Pauses, retrying: RetryListener) {
    this.#store = store;
    this.#pauses = pauses;
    this.#retrying = retrying;
  }

  /** Throws `MISSING_OBJECT` or `CORRUPT_OBJECT`; a failing store is asked again. */
  async object(ref: ObjectRef): Promise<Uint8Array> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await readObject(this.#store, ref);
      } catch (error) {
        if (isPermanent(error)) throw error;
        this.#retrying(error, attempt);
        await this.#pauses.backOff(attempt);
      }
    }
  }

  async manifest(ref: ObjectRef): Promise<Manifest> {
    return decodeManifest(await this.object(ref), ref.name);
  }

  /** The blocks of a segment, views of one buffer of their own. */
  async segment(ref: ObjectRef): Promise<Uint8Array[]> {
    return decodeSegment(await this.object(ref), ref.name);
  }
}

/**
 * The objects of a manifest in the order in which they are applied: names (the global group) come
 * before what refers to them, bases before deltas, deltas in the order of their cuts.
 */
export function objectsInOrder(manifest: Manifest): ObjectRef[] {
  const global = manifest.bases.filter((base) => base.group === globalGroup);
  const others = manifest.bases.filter((base) => base.group !== globalGroup);
  return [...global, ...others, ...manifest.deltas];
}

/**
 * The cut that `head` names, one array of blocks per object, verified and in order. Objects are
 * read ahead in parallel. The blocks of one array share one buffer (of a size that the manifest
 * tells) and are the receiver's.
 */
export async function* recoverBlocks(
  head: HeadState,
  manifest: Manifest | null,
  reader: ObjectReader,
): AsyncGenerator<readonly Uint8Array[], void, undefined> {
  const refs = manifest === null ? [] : objectsInOrder(manifest);
  const ahead: { bytes: number; blocks: Promise<Uint8Array[]> }[] = [];
  let aheadBytes = 0;
  let next = 0;
  const fill = () => {
    while (next < refs.length && ahead.length < readsAtOnce) {
      const ref = refs[next] as ObjectRef;
      if (ahead.length > 0 && aheadBytes + ref.bytes > readAheadBytes) return;
      const blocks = reader.segment(ref);
      blocks.catch(() => undefined); // awaited in its turn; until then it is not unhandled
      ahead.push({ bytes: ref.bytes, blocks });
      aheadBytes += ref.bytes;
      next++;
    }
  };
  for (fill(); ahead.length > 0; fill()) {
    const first = ahead.shift() as { bytes: number; blocks: Promise<Uint8Array[]> };
    aheadBytes -= first.bytes;
    yield await first.blocks;
  }
  const inline = head.inline.filter((cut) => cut.records.length > 0);
  // The head keeps its own bytes for the next commit.
  if (inline.length > 0) yield inline.map((cut) => new Uint8Array(cut.records));
}
