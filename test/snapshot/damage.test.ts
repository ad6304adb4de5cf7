import { cp, mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WeirError } from '#protocol/errors.ts';
import type { SnapshotObserver } from '#runtime/ports/snapshots.ts';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { headVersion } from '#runtime/snapshot/head.ts';
import { snapshotErrors } from '#runtime/snapshot/errors.ts';
import { listSnapshots, showSnapshot, verifySnapshots } from '#runtime/snapshot/inspect.ts';
import { LocalFolderStore } from '#runtime/snapshot/local-folder-store.ts';
import { systemProcesses } from '#runtime/snapshot/system-processes.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { applyChange, cutOf, modelOf, randomChanges, type Model } from './cuts.ts';
import { seededRandom } from './seeded.ts';
import { injected } from '../fault-table/injected.ts';
import { limitMs, tries } from '../fault-table/tries.ts';

const cuts = 14;
/** Never touched; each test damages a copy. */
let pristine: string;
let folder: string;
const model: Model = new Map();

beforeAll(async () => {
  pristine = await mkdtemp(join(tmpdir(), 'weir-pristine-'));
  const random = seededRandom(3);
  let compacted: () => void = () => undefined;
  const compaction = new Promise<void>((resolve) => (compacted = resolve));
  const writer = await open(pristine, { compacted });
  await writer.acquire();
  for (let number = 1; number <= cuts; number++) {
    if (number === cuts - 3) await compaction;
    const changes = randomChanges(random, 40, 6);
    for (const change of changes) applyChange(model, change);
    await writer.commit(cutOf(number, changes, 15));
  }
  await writer.close();
});

afterAll(() => rm(pristine, { recursive: true }));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-damage-'));
  await cp(pristine, folder, { recursive: true });
});

afterEach(() => rm(folder, { recursive: true }));

async function open(path: string, observer: SnapshotObserver = {}): Promise<SnapshotWriter> {
  const store = await LocalFolderStore.open(path, systemClock, systemRandom);
  return new SnapshotWriter(
    { store, clock: systemClock, random: systemRandom, processes: systemProcesses },
    { fingerprint: 'app', inlineBytesMax: 2_000, compactAfterDeltas: 3, observer },
    new StoreCompactor(store, systemRandom),
  );
}

/** Recovers the folder; its state, or the code of the error. */
async function recovered(): Promise<Model | string> {
  const writer = await open(folder);
  try {
    await writer.acquire();
    return await modelOf(writer.recover());
  } catch (error) {
    expect(error).toBeInstanceOf(WeirError);
    return (error as WeirError).code;
  } finally {
    await writer.close();
  }
}

/** Damages one file of the pristine state, looks, and makes all as it was. */
async function withDamage<T>(
  file: string,
  damage: (path: string, body: Buffer) => Promise<void>,
  look: () => Promise<T>,
): Promise<T> {
  injected(7);
  const path = join(folder, file);
  await damage(path, await readFile(path));
  try {
    return await look();
  } finally {
    await writeFile(path, await readFile(join(pristine, file)));
    // Recovery may have written a head of its own.
    await rm(join(folder, 'head'), { recursive: true });
    await cp(join(pristine, 'head'), join(folder, 'head'), { recursive: true });
  }
}

/** The files that recovery reads: the newest head, its manifest, and what that names. */
async function neededFiles(): Promise<string[]> {
  const files: string[] = [];
  for (const kind of ['base', 'delta', 'manifest', 'head']) {
    for (const name of (await readdir(join(pristine, kind))).sort()) files.push(`${kind}/${name}`);
  }
  const head = files.at(-1) as string;
  const isNamedBy = async (by: string) => {
    const body = await readFile(join(pristine, by));
    return (file: string) => body.includes(`"name":"${file}"`);
  };
  const manifest = files.find(await isNamedBy(head)) as string;
  const objects = files.filter((file) => !file.startsWith('manifest/'));
  return [head, manifest, ...objects.filter(await isNamedBy(manifest))];
}

const corrupt = snapshotErrors.code('CORRUPT_OBJECT');
const missing = snapshotErrors.code('MISSING_OBJECT');

test('undamaged, the folder recovers, and every checksum is right', async () => {
  expect(await recovered()).toEqual(model);
  const report = await verifySnapshots(`file:${folder}`);
  expect(report).toMatchObject({ sequence: cuts, problems: [] });
  const needed = await neededFiles();
  expect(report.objects).toBeGreaterThanOrEqual(needed.length - 1);
  expect(needed.filter((file) => file.startsWith('base/')).length).toBeGreaterThan(3);
  expect(needed.filter((file) => file.startsWith('delta/')).length).toBeGreaterThan(0);
});

/** Of each object. */
const flips = tries(4, 400);

test(
  'a flipped bit anywhere is an error with a name',
  async () => {
    const random = seededRandom(11);
    for (const file of await neededFiles()) {
      for (let i = 0; i < flips; i++) {
        const flip = async (path: string, body: Buffer) => {
          const flipped = Buffer.from(body);
          const at = Math.floor(random() * body.length);
          flipped[at] = (flipped[at] as number) ^ (1 << Math.floor(random() * 8));
          await writeFile(path, flipped);
        };
        const code = await withDamage(file, flip, recovered);
        const expected = [corrupt];
        // The head's version is read before its checksum, so that a newer one can have another.
        if (file.startsWith('head/')) expected.push(snapshotErrors.code('UNSUPPORTED_FORMAT'));
        expect(expected, file).toContain(code);
      }
    }
  },
  limitMs(60_000, 4, flips),
);

test('a truncated, lengthened or empty object is an error with a name', async () => {
  for (const file of await neededFiles()) {
    for (const change of [
      (body: Buffer) => body.subarray(0, body.length - 1),
      (body: Buffer) => body.subarray(0, body.length >> 1),
      (body: Buffer) => Buffer.concat([body, Buffer.alloc(1)]),
      () => Buffer.alloc(0),
    ]) {
      const code = await withDamage(file, (path, body) => writeFile(path, change(body)), recovered);
      expect(code, file).toBe(corrupt);
    }
  }
});

test('two objects that changed places are an error with a name', async () => {
  const needed = await neededFiles();
  const [a, b] = needed.filter((file) => file.startsWith('base/')) as [string, string];
  await writeFile(join(folder, a), await readFile(join(pristine, b)));
  await writeFile(join(folder, b), await readFile(join(pristine, a)));
  expect(await recovered()).toBe(corrupt);
});

test('a missing object is an error with a name, never an empty start', async () => {
  for (const file of (await neededFiles()).slice(1)) {
    injected(8);
    const code = await withDamage(file, (path) => unlink(path), recovered);
    expect(code, file).toBe(missing);
  }
});

test('a state without any head is one that lost it', async () => {
  injected(8);
  await rm(join(folder, 'head'), { recursive: true });
  expect(await recovered()).toBe(missing);
  await expect(verifySnapshots(`file:${folder}`)).rejects.toMatchObject({ code: missing });
  await expect(listSnapshots(`file:${folder}`)).rejects.toMatchObject({ code: missing });
});

test('another application, and a newer format, are refused by name', async () => {
  const store = await LocalFolderStore.open(folder, systemClock, systemRandom);
  const other = new SnapshotWriter(
    { store, clock: systemClock, random: systemRandom, processes: systemProcesses },
    { fingerprint: 'another app' },
    new StoreCompactor(store, systemRandom),
  );
  await expect(other.acquire()).rejects.toMatchObject({
    code: snapshotErrors.code('FINGERPRINT_MISMATCH'),
    message: expect.stringMatching(/"app".*"another app"/) as string,
  });
  await other.close();
  const newer = async (path: string, body: Buffer) => {
    const changed = Buffer.from(body);
    changed.writeUInt32LE(headVersion + 1, 8);
    await writeFile(path, changed);
  };
  const [head] = await neededFiles();
  const code = await withDamage(head as string, newer, recovered);
  expect(code).toBe(snapshotErrors.code('UNSUPPORTED_FORMAT'));
});

test('verify names everything that is damaged, and changes nothing', async () => {
  const needed = await neededFiles();
  const base = needed.find((file) => file.startsWith('base/')) as string;
  const cut = (path: string, body: Buffer) => writeFile(path, body.subarray(1));
  const report = await withDamage(base, cut, () => verifySnapshots(`file:${folder}`));
  expect(report.problems).toHaveLength(1);
  expect(report.problems[0]).toMatch(new RegExp(`^${corrupt}: ${base} `));
  const delta = needed.find((file) => file.startsWith('delta/')) as string;
  const gone = await withDamage(
    delta,
    (path) => unlink(path),
    () => verifySnapshots(`file:${folder}`),
  );
  expect(gone.problems).toEqual([expect.stringContaining(`${missing}: ${delta}`)]);
});

test('list and show say what is kept', async () => {
  const url = `file:${folder}`;
  const { rows } = await listSnapshots(url);
  expect(rows[0]).toMatchObject({ sequence: cuts, current: true });
  const sequences = rows.map((row) => row.sequence);
  expect(sequences).toEqual([...sequences].sort((a, b) => b - a));
  expect(rows.filter((row) => row.current)).toHaveLength(1);
  const shown = await showSnapshot(url);
  expect(shown).toMatchObject({ sequence: cuts, fingerprint: 'app', owner: null });
  expect(shown.records['state']).toBeGreaterThan(0);
  const older = rows.at(-1)?.sequence as number;
  expect(await showSnapshot(url, older)).toMatchObject({ sequence: older });
  await expect(showSnapshot(url, 999)).rejects.toMatchObject({
    code: snapshotErrors.code('NO_SUCH_CUT'),
  });
  const empty = await mkdtemp(join(tmpdir(), 'weir-empty-'));
  expect((await listSnapshots(`file:${empty}`)).rows).toEqual([]);
  expect(await readdir(empty)).toEqual([]);
  await rm(empty, { recursive: true });
});
