import { link, readdir, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { WeirError } from '#protocol/errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { Head, ObjectInfo, SnapshotStore, SwapResult } from '../ports/snapshot-store.ts';
import { UsageMeter, type StoreUsage } from '../ports/store-usage.ts';
import { snapshotErrors } from './errors.ts';
import { errorCode, makeFolder, readWhole, syncFolder, writeSynced } from './local-files.ts';
import { linksAreExclusive, LocalHead } from './local-head.ts';
import { checkObjectName, isObjectName, objectKinds } from './object-names.ts';

const stagingFolder = 'tmp';
const headFolder = 'head';
/** A staged file of a killed process; an hour is longer than any write lasts. */
const abandonedAfterMs = 3_600_000;
const statsAtOnce = 16;

/**
 * Snapshots in a local folder: objects by kind in `delta/`, `manifest/` and `base/`, the head in
 * `head/` (see `LocalHead`). Everything is written to `tmp/`, synced, and then linked to its name,
 * so that a name never shows a part of an object, whatever is killed.
 */
export class LocalFolderStore implements SnapshotStore {
  readonly url: string;
  readonly #root: string;
  readonly #head: LocalHead;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #meter = new UsageMeter();

  private constructor(root: string, clock: Clock, random: Random) {
    this.url = `file:${root}`;
    this.#root = root;
    this.#head = new LocalHead(join(root, headFolder));
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Opens the folder, creating it if needed, and checks that its file system can do what a single
   * writer needs: throws `STORE_NOT_CONDITIONAL` otherwise, `STORE_FAILED` if it can't be written.
   */
  static async open(folder: string, clock: Clock, random: Random): Promise<LocalFolderStore> {
    const root = resolve(folder);
    const store = new LocalFolderStore(root, clock, random);
    await store.#guard('opening the folder', async () => {
      await makeFolder(root);
      for (const name of [...objectKinds, headFolder, stagingFolder]) {
        await makeFolder(join(root, name));
      }
    });
    await store.#probe();
    await store.#sweepStaging();
    return store;
  }

  /** An existing folder as it is: for readers, nothing is created or probed. */
  static reading(folder: string, clock: Clock, random: Random): LocalFolderStore {
    return new LocalFolderStore(resolve(folder), clock, random);
  }

  get usage(): StoreUsage {
    return this.#meter.now();
  }

  async put(name: string, chunks: readonly Uint8Array[]): Promise<void> {
    checkObjectName(name);
    this.#wrote(chunks);
    await this.#guard(`writing ${name}`, () =>
      this.#staged(chunks, async (staged) => {
        const path = join(this.#root, name);
        try {
          await link(staged, path);
        } catch (error) {
          if (errorCode(error) !== 'EEXIST') throw error;
          // A repeated put after an unknown outcome is fine; another object by this name is not.
          if (!sameBytes(chunks, await readWhole(path))) {
            throw snapshotErrors.OBJECT_EXISTS(`${name} in ${this.url} exists already`);
          }
        }
        await syncFolder(dirname(path));
      }),
    );
  }

  async get(name: string): Promise<Uint8Array | null> {
    checkObjectName(name);
    const body = await this.#guard(`reading ${name}`, () => readWhole(join(this.#root, name)));
    this.#read(body);
    return body;
  }

  async readHead(): Promise<Head | null> {
    const head = await this.#guard('reading the head', () =>
      this.#head.read().catch((error: unknown) => {
        if (errorCode(error) === 'ENOENT') return null; // no such folder: nothing was committed
        throw error;
      }),
    );
    this.#read(head?.body ?? null);
    return head;
  }

  async swapHead(body: Uint8Array, expected: string | null): Promise<SwapResult> {
    this.#wrote([body]);
    return this.#guard('writing the head', async (): Promise<SwapResult> => {
      if (!(await this.#head.isCurrent(expected))) return { outcome: 'conflict' };
      return this.#staged([body], (staged) => this.#head.swap(staged, expected));
    });
  }

  async list(prefix: string): Promise<readonly ObjectInfo[]> {
    this.#meter.lists++;
    return this.#guard('listing the folder', async () => {
      const names: string[] = [];
      for (const kind of objectKinds) {
        const entries = await readdir(join(this.#root, kind)).catch(emptyIfMissing);
        for (const entry of entries) {
          const name = `${kind}/${entry}`;
          if (name.startsWith(prefix) && isObjectName(name)) names.push(name);
        }
      }
      names.sort();
      const found: ObjectInfo[] = [];
      for (let i = 0; i < names.length; i += statsAtOnce) {
        const infos = await Promise.all(
          names.slice(i, i + statsAtOnce).map((name) => this.#describe(name)),
        );
        for (const info of infos) if (info !== null) found.push(info);
      }
      return found;
    });
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) checkObjectName(name);
    this.#meter.removes++;
    await this.#guard('removing objects', async () => {
      for (const name of names) {
        await unlink(join(this.#root, name)).catch(ignoreMissing);
        failPoint('garbage-midway');
      }
    });
  }

  async close(): Promise<void> {
    // Nothing is held open between calls.
  }

  #wrote(chunks: readonly Uint8Array[]): void {
    this.#meter.writes++;
    for (const { length } of chunks) this.#meter.bytesWritten += length;
  }

  #read(body: Uint8Array | null): void {
    this.#meter.reads++;
    this.#meter.bytesRead += body?.length ?? 0;
  }

  async #describe(name: string): Promise<ObjectInfo | null> {
    try {
      const { size, mtimeMs } = await stat(join(this.#root, name));
      return { name, bytes: size, ageMs: Math.max(0, this.#clock.now() - mtimeMs) };
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null; // removed since it was listed
      throw error;
    }
  }

  async #staged<T>(chunks: readonly Uint8Array[], use: (path: string) => Promise<T>): Promise<T> {
    const path = join(this.#root, stagingFolder, this.#random.hex(12));
    try {
      await writeSynced(path, chunks);
      failPoint('object-staged');
      return await use(path);
    } finally {
      await unlink(path).catch(() => undefined);
    }
  }

  async #probe(): Promise<void> {
    const folder = join(this.#root, stagingFolder);
    const why = await this.#guard('probing the folder', async () => {
      try {
        return (await linksAreExclusive(folder, this.#random.hex(12)))
          ? ''
          : 'a name was given twice';
      } catch (error) {
        if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errorCode(error))) {
          return 'it has no hard links';
        }
        throw error;
      }
    });
    if (why !== '') {
      throw snapshotErrors.STORE_NOT_CONDITIONAL(
        `${this.url} lies on a file system without exclusive names: ${why}`,
      );
    }
  }

  async #sweepStaging(): Promise<void> {
    const folder = join(this.#root, stagingFolder);
    for (const entry of await readdir(folder).catch(emptyIfMissing)) {
      const path = join(folder, entry);
      const age = this.#clock.now() - ((await stat(path).catch(() => null))?.mtimeMs ?? Infinity);
      if (age > abandonedAfterMs) await unlink(path).catch(() => undefined);
    }
  }

  async #guard<T>(what: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw this.#failure(what, error);
    }
  }

  #failure(what: string, error: unknown): WeirError {
    if (error instanceof Error && error.name === 'WeirError') return error as WeirError;
    const reason = error instanceof Error ? error.message : String(error);
    return snapshotErrors.STORE_FAILED(`${this.url}: ${what}: ${reason}`, { cause: error });
  }
}

function sameBytes(chunks: readonly Uint8Array[], stored: Uint8Array | null): boolean {
  return stored !== null && Buffer.concat(chunks).equals(stored);
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) !== 'ENOENT') throw error;
}

function emptyIfMissing(error: unknown): string[] {
  if (errorCode(error) === 'ENOENT') return [];
  throw error;
}
