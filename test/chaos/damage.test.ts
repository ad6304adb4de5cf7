import { cpSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readOutput } from './ledger.ts';
import { Workload } from './workload.ts';
import { injected } from '../fault-table/injected.ts';

let workload: Workload;
let published: Buffer;

/** A state with a base of each key group, deltas, a manifest, and cuts in the head. */
beforeAll(async () => {
  workload = await Workload.open();
  const { input } = workload;
  const runtime = await workload.ready({ env: { WEIR_LOG_LEVEL: 'debug' } });
  input.append(200);
  input.ballast(20, 1_000_000);
  await runtime.says(({ msg }) => msg === 'compacted');
  input.ballast(20, 20_000);
  await workload.expectComplete(runtime);
  input.append(100);
  await workload.expectComplete(runtime);
  await workload.kill(runtime);
  published = readFileSync(workload.egressFile);
}, 120_000);
afterAll(() => workload.close());

type Harm = (path: string) => void;

const harms: Readonly<Record<string, Harm>> = {
  'a flipped bit': (path) => {
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 0x10;
    writeFileSync(path, bytes);
  },
  'a missing end': (path) => truncateSync(path, readFileSync(path).length - 7),
  'no bytes at all': (path) => truncateSync(path, 0),
};

async function expectRefused(state: string, code: string, named: string): Promise<void> {
  const runtime = workload.run({ state: `file:${state}` });
  const end = await runtime.ends();
  expect(end, runtime.tail()).toEqual({ code: 65, signal: null });
  const error = runtime.logged((line) => line['code'] === code);
  expect(error, runtime.tail()).toMatchObject({
    msg: expect.stringContaining(named) as string,
    hint: expect.stringMatching(/weir snapshots verify|copy of the state/) as string,
  });
  expect(runtime.logged(({ msg }) => msg === 'ready')).toBeNull();
  expect(readFileSync(workload.egressFile).equals(published)).toBe(true);
}

/** A copy of the state, and the newest object of a kind in it. */
function copied(kind: string): { state: string; path: string } {
  const state = join(workload.folder, 'damaged');
  rmSync(state, { recursive: true, force: true });
  cpSync(workload.stateFolder, state, { recursive: true });
  const names = readdirSync(join(state, kind)).toSorted();
  return { state, path: join(state, kind, names.at(-1)!) };
}

describe.each(['delta', 'manifest', 'base', 'head'])('a damaged %s ends the start', (kind) => {
  test.each(Object.keys(harms))('%s', async (harm) => {
    const { state, path } = copied(kind);
    injected(7);
    harms[harm]!(path);
    const name = kind === 'head' ? 'head' : basename(path);
    await expectRefused(state, 'WEIR_SNAPSHOT_CORRUPT_OBJECT', name);
  });
});

test.each(['delta', 'manifest', 'base'])('a missing %s ends the start', async (kind) => {
  injected(8);
  const { state, path } = copied(kind);
  rmSync(path);
  await expectRefused(state, 'WEIR_SNAPSHOT_MISSING_OBJECT', basename(path));
});

test('a missing head is no new state', async () => {
  injected(8);
  const { state } = copied('head');
  for (const name of readdirSync(join(state, 'head'))) rmSync(join(state, 'head', name));
  await expectRefused(state, 'WEIR_SNAPSHOT_MISSING_OBJECT', 'head');
});

test('an egress file that somebody shortened or replaced ends the start', async () => {
  const { state } = copied('head');
  const lines = readOutput(workload.egressFile).length;
  truncateSync(workload.egressFile, published.length >> 1);
  const runtime = workload.run({ state: `file:${state}` });
  expect(await runtime.ends(), runtime.tail()).toEqual({ code: 65, signal: null });
  expect(runtime.logged(({ code }) => code === 'WEIR_EGRESS_FILE_SHORTER')).not.toBeNull();
  writeFileSync(workload.egressFile, published);
  expect(readOutput(workload.egressFile)).toHaveLength(lines);
});

test('a new state is not begun beside records that an earlier one published', async () => {
  const runtime = workload.run({ state: `file:${join(workload.folder, 'another')}` });
  expect(await runtime.ends(), runtime.tail()).toEqual({ code: 65, signal: null });
  expect(runtime.logged(({ code }) => code === 'WEIR_EGRESS_FILE_NOT_EMPTY')).not.toBeNull();
  expect(readFileSync(workload.egressFile).equals(published)).toBe(true);
});

test('the state itself, untouched, goes on', async () => {
  const runtime = await workload.ready();
  workload.input.append(100);
  await workload.expectComplete(runtime);
});
