import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { snapshotErrors } from './errors.ts';

/**
 * Asks the store, once this process owns the head, for swaps that must be refused: one on the
 * condition that there is no head, one on a tag that was overtaken. A store that ignores
 * conditions would let two writers destroy each other's commits (E5). The body is the current
 * head's own, so that even a swap that should not happen changes nothing.
 */
export async function probeConditions(
  store: SnapshotStore,
  body: Uint8Array,
  overtakenTag: string | null,
): Promise<void> {
  for (const expected of new Set([null, overtakenTag])) {
    const { outcome } = await store.swapHead(body, expected);
    if (outcome === 'conflict') continue;
    const condition = expected === null ? 'that there is none' : 'of an overtaken tag';
    throw snapshotErrors.STORE_NOT_CONDITIONAL(
      `${store.url} replaced the head in spite of the condition ${condition}`,
    );
  }
}
