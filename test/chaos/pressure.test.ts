import { afterEach, expect, test } from 'vitest';
import { injected } from '../fault-table/injected.ts';
import { tries } from '../fault-table/tries.ts';
import { readOutput } from './ledger.ts';
import { pause, until, type TestProcess } from './processes.ts';
import { adminUrl, Workload } from './workload.ts';

let workload: Workload;
afterEach(() => workload.close());

async function metric(runtime: TestProcess, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', await adminUrl(runtime)))).text();
  return Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1]);
}

/** Ten times what the mailboxes may hold, 64 MiB, in records of a megabyte. */
const backlog = 640;

test('a small heap and ten times the backlog that fits: it waits, and nothing is lost', async () => {
  workload = await Workload.open({ http: false, transport: 'weir.transports.v1/batched' });
  await workload.functions.kill();
  const padding = 'x'.repeat(1_000_000);
  for (let i = 0; i < backlog; i++) workload.input.record(`large-${i % 20}`, { padding });
  injected(21, backlog);
  const runtime = await workload.ready({ env: { NODE_OPTIONS: '--max-old-space-size=256' } });
  await until('back-pressure', async () => (await metric(runtime, 'weir_backpressure')) === 1);
  const held = await metric(runtime, 'weir_queued_bytes');
  await pause(2_000);
  expect(await metric(runtime, 'weir_queued_bytes'), 'it takes no more').toBe(held);
  expect(held).toBeLessThan(2 * (64 << 20));
  await workload.startFunctions();
  await workload.expectComplete(runtime);
}, 300_000);

test.each(['io.statefun.transports.v1/async', 'weir.transports.v1/batched'] as const)(
  'functions that never answer one address in a hundred hold up no other (%s)',
  async (transport) => {
    workload = await Workload.open({ http: false, transport, keys: 198 });
    const runtime = await workload.ready();
    for (const key of ['slow-0', 'slow-1']) {
      workload.input.record(key, { hang: true });
      injected(11);
    }
    workload.input.append(198 * 20);
    await until('all records of the others', () => {
      if (runtime.end !== null) throw new Error(runtime.tail());
      return readOutput(workload.egressFile).filter(({ kind }) => kind === 'count').length >= 3_960;
    });
    workload.expectNoFault();
    await workload.functions.kill();
    await workload.startFunctions(undefined, { HANG: 'over' });
    await workload.expectComplete(runtime);
  },
  240_000,
);

/** Short ones, and one past the lease of 5 s. */
const stalls = ['record-accepted', 'cut-taken', 'commit-known', 'egress-published'] as const;

test('a loop that stands still past its lease goes on where nobody took over', async () => {
  workload = await Workload.open({ http: false });
  workload.input.feed(20, 20);
  for (const place of stalls) {
    for (const ms of [1_000, 7_000]) {
      injected(22);
      const runtime = await workload.ready({ failPoint: `${place}:20:${ms}` });
      await runtime.says(({ msg }) => msg === 'fail-point');
      const before = readOutput(workload.egressFile).length;
      await until('more records', () => {
        if (runtime.end !== null) throw new Error(runtime.tail());
        return readOutput(workload.egressFile).length > before + 200;
      });
      await workload.kill(runtime);
    }
  }
  await workload.expectComplete(await workload.ready());
}, 300_000);

test('one that was replaced while its loop stood still adds nothing when it goes on', async () => {
  // Its heartbeats come from another thread: for a minute only a person takes the state from it.
  workload = await Workload.open({ http: false });
  workload.input.feed(20, 20);
  for (let i = 0; i < tries(1, 40); i++) {
    injected(22);
    const place = stalls[i % stalls.length] as (typeof stalls)[number];
    const writer = await workload.ready({ failPoint: `${place}:20:12000` });
    await writer.says(({ msg }) => msg === 'fail-point');
    const standby = await workload.ready({ takeover: true });
    expect(await writer.ends(), writer.tail()).toEqual({ code: 75, signal: null });
    await workload.kill(standby);
  }
  await workload.expectComplete(await workload.ready());
}, 600_000);
