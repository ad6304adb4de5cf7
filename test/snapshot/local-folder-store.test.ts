import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { LocalFolderStore } from '#runtime/snapshot/local-folder-store.ts';
import { storeContract } from './store-contract.ts';

const open = (folder: string) => LocalFolderStore.open(folder, systemClock, systemRandom);
const newFolder = () => mkdtemp(join(tmpdir(), 'weir-store-'));

storeContract('a local folder', async () => {
  const folder = await newFolder();
  return { open: () => open(folder), destroy: () => rm(folder, { recursive: true }) };
});

test('processes that are killed and frozen at any moment never win the same head', async () => {
  const folder = await newFolder();
  const children: ChildProcess[] = [];
  const won: string[] = [];
  const start = (): ChildProcess => {
    const racer = fileURLToPath(new URL('./head-racer.ts', import.meta.url));
    const child = spawn(process.execPath, [racer, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child.stdout?.on('data', (data: Buffer) => won.push(...data.toString().trim().split('\n')));
    children.push(child);
    return child;
  };
  const until = async (wins: number) => {
    while (won.length < wins) await pause(5);
  };
  let victims: ChildProcess[] = [start(), start(), start()];
  await until(20);
  for (let round = 1; round <= 6; round++) {
    const [victim, ...others] = victims as [ChildProcess, ...ChildProcess[]];
    if (round % 3 === 0) {
      victim.kill('SIGKILL');
      victims = [...others, start()];
    } else {
      victim.kill('SIGSTOP');
      victims = [...others, victim];
    }
    // Long enough that the number a frozen one wanted is overtaken, and cleaned up.
    await until(won.length + 30);
    victim.kill('SIGCONT');
  }
  for (const child of children) child.kill('SIGKILL');
  await Promise.all(children.map((child) => ended(child)));
  const numbers = won.map(Number);
  expect(new Set(numbers).size).toBe(numbers.length);
  const store = await open(folder);
  const head = await store.readHead();
  expect(Number(Buffer.from(head?.body ?? []).toString())).toBeGreaterThanOrEqual(
    Math.max(...numbers),
  );
  expect(Number(head?.tag)).toBe(Number(Buffer.from(head?.body ?? []).toString()));
  await rm(folder, { recursive: true });
}, 60_000);

test('a link that was made after its number was cleaned up is a conflict', async () => {
  const folder = await newFolder();
  const store = await open(folder);
  let tag: string | null = null;
  for (let i = 1; i <= 30; i++) {
    const result = await store.swapHead(Buffer.from(`${i}`), tag);
    tag = result.outcome === 'swapped' ? result.tag : null;
  }
  const heads = (await readdir(join(folder, 'head'))).sort();
  expect(heads.length).toBeLessThanOrEqual(10);
  // A frozen process died right behind its link: its number is behind, so nobody reads it.
  await writeFile(join(folder, 'head', 'head-00000000000000000005'), 'zombie');
  expect(Buffer.from((await store.readHead())?.body ?? []).toString()).toBe('30');
  await store.swapHead(Buffer.from('31'), tag);
  expect(await readdir(join(folder, 'head'))).not.toContain('head-00000000000000000005');
  await rm(folder, { recursive: true });
});

test('a folder that cannot be written is an error with its name, not a start', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'state'), 'a file, not a folder');
  await expect(open(join(folder, 'state'))).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_STORE_FAILED',
    message: expect.stringContaining(join(folder, 'state')) as string,
  });
  await rm(folder, { recursive: true });
});

test('a process that was killed while writing leaves nothing that is seen', async () => {
  const folder = await newFolder();
  await open(folder);
  await writeFile(join(folder, 'tmp', 'half-written'), 'half of an obj');
  await writeFile(join(folder, 'delta', 'not-an-object-name'), 'x');
  await mkdir(join(folder, 'head', 'not-a-head'));
  const store = await open(folder);
  expect(await store.list('')).toEqual([]);
  expect(await store.readHead()).toBeNull();
  await rm(folder, { recursive: true });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
