import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { headVersion } from '#runtime/snapshot/head.ts';
import { verifySnapshots } from '#runtime/snapshot/inspect.ts';
import { LocalFolderStore } from '#runtime/snapshot/local-folder-store.ts';
import { manifestVersion } from '#runtime/snapshot/manifest.ts';
import { segmentVersion } from '#runtime/snapshot/segment.ts';
import { systemProcesses } from '#runtime/snapshot/system-processes.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { engineRig, type Rig } from '../core/engine-rig.ts';
import { telling } from './story.ts';
import { injected } from '../fault-table/injected.ts';

const states = fileURLToPath(new URL('./states', import.meta.url));
const formats = (await readdir(states)).sort();
const variants = ['inline', 'segments', 'compacted'];

async function opened(folder: string): Promise<{ writer: SnapshotWriter; rig: Rig }> {
  const store = await LocalFolderStore.open(folder, systemClock, systemRandom);
  const writer = new SnapshotWriter(
    { store, clock: systemClock, random: systemRandom, processes: systemProcesses },
    { fingerprint: 'compatibility' },
    new StoreCompactor(store, systemRandom),
  );
  await writer.acquire();
  const blocks: Uint8Array[] = [];
  for await (const block of writer.recover()) blocks.push(block);
  return { writer, rig: engineRig({}, blocks) };
}

test.each(formats.flatMap((format) => variants.map((variant) => [format, variant])))(
  'a state of %s (%s) is read whole, and goes on in the present format',
  async (format, variant) => {
    injected(26);
    const folder = await mkdtemp(join(tmpdir(), 'weir-format-'));
    await cp(join(states, format, variant), folder, { recursive: true });
    const expected: unknown = JSON.parse(
      await readFile(join(states, format, 'expected.json'), 'utf8'),
    );
    expect(await verifySnapshots(`file:${folder}`)).toMatchObject({ sequence: 3, problems: [] });
    const first = await opened(folder);
    expect(telling(first.rig)).toEqual(expected);
    first.rig.send('t/f/new', 'one more');
    await first.writer.commit(first.rig.engine.takeCut().cut);
    await first.writer.close();
    expect(await verifySnapshots(`file:${folder}`)).toMatchObject({ sequence: 4, problems: [] });
    const second = await opened(folder);
    const { addresses } = telling(second.rig) as { addresses: Record<string, object> };
    expect(addresses['t/f/new']).toMatchObject({ messages: ['t/text one more'] });
    expect(Object.keys(addresses)).toHaveLength(
      Object.keys((expected as { addresses: object }).addresses).length + 1,
    );
    await second.writer.close();
    await rm(folder, { recursive: true });
  },
);

test('the present formats have a fixture, so that later versions are tested against them', async () => {
  const folder = join(states, formats.at(-1) as string, 'segments');
  const versionAt = async (kind: string, offset: number) => {
    const [name] = await readdir(join(folder, kind));
    return (await readFile(join(folder, kind, name as string))).readUInt32LE(offset);
  };
  expect(await versionAt('head', 8)).toBe(headVersion);
  expect(await versionAt('delta', 8)).toBe(segmentVersion);
  const [name] = await readdir(join(folder, 'manifest'));
  const manifest = await readFile(join(folder, 'manifest', name as string), 'latin1');
  expect(manifest).toContain(`"formatVersion":${manifestVersion}`);
});
