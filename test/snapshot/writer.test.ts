import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import type { SnapshotOptions } from '#runtime/ports/snapshots.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { LocalFolderStore } from '#runtime/snapshot/local-folder-store.ts';
import { systemProcesses } from '#runtime/snapshot/system-processes.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { applyChange, cutOf, modelOf, randomChanges, type Model } from './cuts.ts';
import { seededRandom } from './seeded.ts';

const folders: string[] = [];
const writers: SnapshotWriter[] = [];

afterEach(async () => {
  await Promise.all(writers.splice(0).map((writer) => writer.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-writer-'));
  folders.push(folder);
  return folder;
}

async function open(folder: string, options: Partial<SnapshotOptions> = {}) {
  const store = await LocalFolderStore.open(folder, systemClock, systemRandom);
  const world = { store, clock: systemClock, random: systemRandom, processes: systemProcesses };
  const writer = new SnapshotWriter(
    world,
    { fingerprint: 'app', ...options },
    new StoreCompactor(store, systemRandom),
  );
  writers.push(writer);
  return writer;
}

test('what was committed is recovered, inlined or not, with and without compaction', async () => {
  const folder = await newFolder();
  const random = seededRandom(1);
  const model: Model = new Map();
  const options = { inlineBytesMax: 20_000, compactAfterDeltas: 3, leaseMs: 1_000 };
  let sequence = 0;
  for (let life = 0; life < 3; life++) {
    const writer = await open(folder, options);
    const acquired = await writer.acquire();
    expect(acquired).toMatchObject({ fresh: life === 0, epoch: life + 1, sequence });
    expect(await modelOf(writer.recover())).toEqual(model);
    for (let number = 1; number <= 20; number++) {
      const changes = randomChanges(random, 150, 400);
      for (const change of changes) applyChange(model, change);
      const info = await writer.commit(cutOf(number, changes));
      expect(info).toMatchObject({ epoch: life + 1, sequence: ++sequence, cut: number });
      expect(info.oldestRetainedSequence).toBeLessThanOrEqual(sequence);
    }
    await writer.close();
  }
  const writer = await open(folder, options);
  await writer.acquire();
  expect(await modelOf(writer.recover())).toEqual(model);
});
