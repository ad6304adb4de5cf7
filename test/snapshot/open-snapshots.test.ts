import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompactionInfo, SnapshotOptions, Snapshots } from '#runtime/ports/snapshots.ts';
import { verifySnapshots } from '#runtime/snapshot/inspect.ts';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { applyChange, cutOf, modelOf, randomChanges, type Model } from './cuts.ts';
import { seededRandom } from './seeded.ts';

let folder: string;
const opened: Snapshots[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-thread-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((snapshots) => snapshots.close()));
  await rm(folder, { recursive: true });
});

function open(options: Partial<SnapshotOptions> = {}, url = `file:${folder}`): Snapshots {
  const snapshots = openSnapshots(url, { fingerprint: 'app', leaseMs: 600, ...options });
  opened.push(snapshots);
  return snapshots;
}

test('through the threads: commits, compaction, recovery; buffers are given away', async () => {
  const random = seededRandom(2);
  const model: Model = new Map();
  let done: (info: CompactionInfo) => void = () => undefined;
  const compacted = new Promise<CompactionInfo>((resolve) => (done = resolve));
  const observer = { compacted: done };
  const snapshots = open({ inlineBytesMax: 10_000, compactAfterDeltas: 2, observer });
  expect(await snapshots.acquire()).toMatchObject({ fresh: true, epoch: 1, sequence: 0 });
  expect((await modelOf(snapshots.recover())).size).toBe(0);
  const commit = async (number: number) => {
    const changes = randomChanges(random, 300, 60);
    for (const change of changes) applyChange(model, change);
    const cut = cutOf(number, changes);
    const committed = snapshots.commit(cut);
    expect(cut.chunks.every(({ bytes }) => bytes.buffer.detached)).toBe(true);
    expect(await committed).toMatchObject({ sequence: number, cut: number, epoch: 1 });
  };
  for (let number = 1; number <= 5; number++) await commit(number);
  expect((await compacted).deltas).toBeGreaterThan(2);
  for (let number = 6; number <= 8; number++) await commit(number);
  await snapshots.close();
  expect((await verifySnapshots(`file:${folder}`)).problems).toEqual([]);
  const again = open();
  expect(await again.acquire()).toMatchObject({ fresh: false, epoch: 2, sequence: 8 });
  const blocks: Uint8Array[] = [];
  for await (const block of again.recover()) blocks.push(block);
  expect(blocks.length).toBeGreaterThan(8);
  expect(await modelOf(asyncOf(blocks))).toEqual(model);
});

test('errors cross the threads with code, message and remedy', async () => {
  const owner = open();
  await owner.acquire();
  await expect(open({ fingerprint: 'other' }).acquire()).rejects.toMatchObject({
    name: 'WeirError',
    code: 'WEIR_SNAPSHOT_FINGERPRINT_MISMATCH',
    message: expect.stringContaining(folder) as string,
    hint: expect.stringContaining('--state') as string,
  });
  const s3 = open({}, 's3://key:secret@bucket/prefix');
  await expect(s3.acquire()).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_UNKNOWN_STORE',
    message: expect.not.stringContaining('secret') as string,
  });
  const wrong = { ...cutOf(1, []), bytes: 3 };
  await expect(owner.commit(wrong)).rejects.toMatchObject({ code: 'WEIR_SNAPSHOT_INVALID_CUT' });
  await expect(owner.commit(cutOf(1, []))).resolves.toMatchObject({ sequence: 1 });
  expect(() => openSnapshots('file:x', { fingerprint: 'app', leaseMs: -1 })).toThrow(/leaseMs/);
});

test('a folder that cannot be used is told within the start budget', async () => {
  await writeFile(join(folder, 'a file'), '');
  const troubles: string[] = [];
  const observer = { trouble: (error: Error) => troubles.push(error.message) };
  const snapshots = open({ startBudgetMs: 200, observer }, `file:${folder}/a file/state`);
  await expect(snapshots.acquire()).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_STORE_UNREACHABLE',
    message: expect.stringContaining(`${folder}/a file/state`) as string,
  });
  expect(troubles.length).toBeGreaterThan(0);
});

test('closing ends the wait of a standby, and later calls say that it is closed', async () => {
  const owner = open();
  await owner.acquire();
  let waits: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (waits = resolve));
  const standby = open({ leaseMs: 60_000, observer: { standby: () => waits() } });
  const acquired = standby.acquire();
  const refused = expect(acquired).rejects.toMatchObject({ code: 'WEIR_SNAPSHOT_CLOSED' });
  await waiting;
  await standby.close();
  await refused;
  await expect(standby.commit(cutOf(1, []))).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_CLOSED',
  });
});

async function* asyncOf(blocks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* blocks;
}
