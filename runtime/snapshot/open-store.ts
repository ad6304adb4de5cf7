import type { Clock, Random } from '../ports/clock.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { snapshotErrors } from './errors.ts';
import { LocalFolderStore } from './local-folder-store.ts';

/** `write` creates what is missing and probes the store; `read` changes nothing. */
export type StoreUse = 'write' | 'read';

/**
 * The store of a state URL: `file:./folder`, `file:/folder`, `file:///folder`, or
 * `s3://bucket/prefix?endpoint=…` (see `parseS3Url`). Throws
 * `UNKNOWN_STORE` for another scheme, and what the store's own opening throws.
 */
export async function openStore(
  url: string,
  use: StoreUse,
  clock: Clock,
  random: Random,
): Promise<SnapshotStore> {
  if (url.startsWith('s3:')) {
    // Only where it is wanted: the client of object storage is large.
    const { S3Store } = await import('./s3-store.ts');
    return S3Store.of(url, clock);
  }
  if (!url.startsWith('file:')) {
    // Without the rest of the URL, which may hold a secret.
    const scheme = /^[a-z0-9+.-]{1,20}:/i.exec(url)?.[0] ?? '';
    throw snapshotErrors.UNKNOWN_STORE(`no store is known for state URLs like "${scheme}…"`);
  }
  const folder = folderOf(url);
  if (use === 'read') return LocalFolderStore.reading(folder, clock, random);
  return LocalFolderStore.open(folder, clock, random);
}

/** The folder of a state URL; null if the state is not in a local folder. */
export function localFolderOf(url: string): string | null {
  return url.startsWith('file:') ? folderOf(url) : null;
}

/** Paths are taken as they are, never percent-decoded. */
function folderOf(url: string): string {
  const path = url.slice('file:'.length);
  if (path.length === 0 || /^\/\/[^/]/.test(path)) {
    throw snapshotErrors.UNKNOWN_STORE(`"${url}" names no local folder`);
  }
  return path.startsWith('//') ? path.slice(2) : path;
}
