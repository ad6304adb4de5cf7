import { statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { readOutput } from './ledger.ts';
import { pause, until, type TestProcess } from './processes.ts';
import { boundFiles, canMount, SmallDisk } from './small-disk.ts';
import { admin, Workload } from './workload.ts';

const diskMegabytes = 24;
const outageMs = 1_500;
const mountable = canMount();

let workload: Workload;
let disk: SmallDisk | null = null;
afterEach(async () => {
  await workload.close();
  disk?.close();
  disk = null;
});

async function progresses(runtime: TestProcess): Promise<void> {
  const before = readOutput(workload.egressFile).length;
  await until('more records', () => {
    if (runtime.end !== null) throw new Error(runtime.tail());
    return readOutput(workload.egressFile).length > before + 200;
  });
}

/** The number of commits that did not go through at the first try. */
function delays(runtime: TestProcess): number {
  return runtime.lines.filter((line) => line.includes('"commit delayed"')).length;
}

test.runIf(mountable)(
  'a full disk delays commits and loses nothing',
  async () => {
    disk = new SmallDisk(diskMegabytes);
    workload = await Workload.open({ dataFolder: disk.folder });
    workload.input.feed(10, 20);
    let runtime = await workload.ready();
    for (const left of [0, 8_192]) {
      await progresses(runtime);
      disk.fill(left);
      const before = delays(runtime);
      await until('delayed commits', () => delays(runtime) > before + 2);
      await pause(outageMs);
      expect(runtime.end).toBeNull();
      workload.expectNoFault();
      disk.free();
      await progresses(runtime);
    }
    // Killed while it is full, it can't start: it says what it needs, and nothing is lost.
    disk.fill(0);
    await pause(outageMs / 2);
    await workload.kill(runtime);
    // Once more, now that nobody writes: a file that was being written at the first time, and has
    // been removed since, left room enough for a start.
    disk.fill(0);
    const refused = workload.run({ env: { WEIR_START_BUDGET: '2s' } });
    expect(await refused.ends(), refused.tail()).toEqual({ code: 69, signal: null });
    expect(refused.logged(({ code }) => code === 'WEIR_SNAPSHOT_STORE_UNREACHABLE')).not.toBeNull();
    disk.free();
    runtime = await workload.ready();
    await workload.expectComplete(runtime);
  },
  180_000,
);

test.runIf(mountable)(
  'a state folder that turns read-only delays commits',
  async () => {
    disk = new SmallDisk(diskMegabytes);
    workload = await Workload.open();
    const state = `file:${disk.folder}/state`;
    workload.input.feed(10, 20);
    let runtime = await workload.ready({ state });
    await progresses(runtime);
    await until('a moment without a write', () => disk!.makeReadOnly());
    await until('delayed commits', () => delays(runtime) > 2);
    const stood = readOutput(workload.egressFile).length;
    await pause(outageMs);
    // What no cut holds does not leave.
    expect(readOutput(workload.egressFile).length).toBe(stood);
    expect(runtime.end).toBeNull();
    disk.makeWritable();
    await progresses(runtime);
    await workload.kill(runtime);
    await until('a moment without a write', () => disk!.makeReadOnly());
    const refused = workload.run({ state, env: { WEIR_START_BUDGET: '2s' } });
    expect(await refused.ends(), refused.tail()).toEqual({ code: 69, signal: null });
    expect(refused.logged(({ code }) => code === 'WEIR_SNAPSHOT_STORE_UNREACHABLE')).not.toBeNull();
    disk.makeWritable();
    runtime = await workload.ready({ state });
    await workload.expectComplete(runtime);
  },
  180_000,
);

test('an egress file that may not grow holds its records back, and gets each once', async () => {
  workload = await Workload.open();
  workload.input.feed(10, 20);
  const runtime = await workload.ready();
  await progresses(runtime);
  // The bound is on every file of the process: only the egress file may come near it. A file of the
  // state holds at most 256 KiB of small cuts and the cut that did not fit.
  await until(
    'an egress file larger than those of the state',
    () => statSync(workload.egressFile).size > 800_000,
  );
  // In the middle of a page and of a line: what fits is written, the rest is refused.
  const bound = statSync(workload.egressFile).size + 5_001;
  expect(boundFiles(runtime.pid, bound)).toBe(true);
  await until('the bound to be reached', () => statSync(workload.egressFile).size === bound);
  await pause(outageMs);
  workload.expectNoFault();
  expect(runtime.end).toBeNull();
  expect((await admin(runtime, 'GET', '/parked')).body).toEqual([]);
  expect(boundFiles(runtime.pid, 'unlimited')).toBe(true);
  await workload.expectComplete(runtime);
}, 120_000);
