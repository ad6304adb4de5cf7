/**
 * Writes the story as a state of the present format, to be kept as a fixture when a format has
 * changed: `npm run generate:state-fixture -- test/compatibility/states/NAME`. The folder
 * holds `inline/` (all cuts in the head), `segments/` (a segment for each), `compacted/` (bases and
 * a segment), and `expected.json`, what an engine must hold after each.
 */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import type { SnapshotOptions } from '#runtime/ports/snapshots.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { LocalFolderStore } from '#runtime/snapshot/local-folder-store.ts';
import { systemProcesses } from '#runtime/snapshot/system-processes.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { playStory, telling } from './story.ts';

const fingerprint = 'compatibility';
const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: write-state.ts FOLDER');

async function write(name: string, options: Partial<SnapshotOptions>): Promise<string> {
  const store = await LocalFolderStore.open(
    join(folder as string, name),
    systemClock,
    systemRandom,
  );
  const compacted = Promise.withResolvers<void>();
  const writer = new SnapshotWriter(
    { store, clock: systemClock, random: systemRandom, processes: systemProcesses },
    { fingerprint, leaseMs: 200, observer: { compacted: () => compacted.resolve() }, ...options },
    new StoreCompactor(store, systemRandom),
  );
  await writer.acquire();
  const rig = await playStory(async ({ engine }, part) => {
    await writer.commit(engine.takeCut().cut, { takenAt: 1_000_000 + part });
    if (name === 'compacted' && part === 1) await compacted.promise;
  });
  await writer.close();
  // Earlier heads name the machine that wrote them.
  const heads = join(folder as string, name, 'head');
  for (const head of (await readdir(heads)).sort().slice(0, -1)) await rm(join(heads, head));
  return JSON.stringify(telling(rig), null, 2);
}

await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const expected = new Set([
  await write('inline', {}),
  await write('segments', { inlineBytesMax: 0, compactAfterDeltas: 100 }),
  await write('compacted', { inlineBytesMax: 0, compactAfterDeltas: 1, compactAfterBytes: 0 }),
]);
if (expected.size !== 1) throw new Error('the story did not end the same each time');
await writeFile(join(folder, 'expected.json'), `${[...expected][0]}\n`);
