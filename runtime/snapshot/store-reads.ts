import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { snapshotErrors } from './errors.ts';
import { decodeManifest, type Manifest } from './manifest.ts';
import { decodeSegment, verifyObject, type ObjectRef } from './segment.ts';

/** The object that `ref` points to, verified; throws `MISSING_OBJECT` or `CORRUPT_OBJECT`. */
export async function readObject(store: SnapshotStore, ref: ObjectRef): Promise<Uint8Array> {
  const body = await store.get(ref.name);
  if (body === null) {
    throw snapshotErrors.MISSING_OBJECT(`${ref.name} is not in ${store.url}`);
  }
  verifyObject(body, ref);
  return body;
}

export async function readManifest(store: SnapshotStore, ref: ObjectRef): Promise<Manifest> {
  return decodeManifest(await readObject(store, ref), ref.name);
}

/** The blocks of a segment: views of one buffer of their own. */
export async function readSegment(store: SnapshotStore, ref: ObjectRef): Promise<Uint8Array[]> {
  return decodeSegment(await readObject(store, ref), ref.name);
}

/**
 * After no head was found: a head that is gone is not a new state. Objects without a head are a
 * state that lost it, which must never be taken for an empty one.
 */
export async function refuseLostHead(store: SnapshotStore): Promise<void> {
  for (const prefix of ['manifest/', 'delta/', 'base/']) {
    const [first] = await store.list(prefix);
    if (first === undefined) continue;
    // A writer may have begun since the head was looked for.
    if ((await store.readHead()) !== null) return;
    throw snapshotErrors.MISSING_OBJECT(
      `the head is missing in ${store.url}, but its objects (${first.name}, …) are there`,
    );
  }
}
