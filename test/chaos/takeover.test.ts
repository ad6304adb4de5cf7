import { afterEach, expect, test } from 'vitest';
import { readOutput } from './ledger.ts';
import { pause, until, type TestProcess } from './processes.ts';
import { admin, Workload } from './workload.ts';
import { limitMs, tries } from '../fault-table/tries.ts';

/** The lease is 5 s; what is due at its end may take a while on a busy machine. */
const pastLeaseMs = 6_500;

const freezes = tries(2, 100);

let workload: Workload;
afterEach(() => workload.close());

function progress(): number {
  return readOutput(workload.egressFile).length;
}

/** Waits until so many more records came out. */
async function progresses(records = 200): Promise<void> {
  const before = progress();
  await until('more records', () => progress() >= before + records);
}

function isStandby(runtime: TestProcess): Promise<unknown> {
  return runtime.says('standby: another runtime owns the state');
}

async function readiness(runtime: TestProcess): Promise<number> {
  return (await admin(runtime, 'GET', '/health/ready')).status;
}

test(
  'a writer that is stopped past its lease is replaced, and adds nothing when it wakes',
  async () => {
    workload = await Workload.open({ http: false });
    workload.input.feed(20, 20);
    let writer = await workload.ready();
    const standby = workload.run();
    await isStandby(standby);
    expect(await readiness(standby)).toBe(503);
    let next = standby;
    for (let i = 0; i < freezes; i++) {
      await progresses();
      writer.signal('SIGSTOP');
      await next.says('ready');
      expect(await readiness(next)).toBe(200);
      await progresses();
      writer.signal('SIGCONT');
      expect(await writer.ends(), writer.tail()).toEqual({ code: 75, signal: null });
      expect(writer.logged(({ code }) => code === 'WEIR_SNAPSHOT_SUPERSEDED')).not.toBeNull();
      workload.expectNoFault();
      // Started again, it is the standby of the one that replaced it.
      writer = next;
      next = workload.run();
      await isStandby(next);
    }
    next.signal('SIGTERM');
    expect(await next.ends(), next.tail()).toEqual({ code: 0, signal: null });
    await workload.expectComplete(writer);
  },
  limitMs(240_000, 2, freezes),
);

test('a writer that is stopped past its lease, and finds no rival, goes on', async () => {
  workload = await Workload.open();
  workload.input.feed(20, 20);
  const writer = await workload.ready();
  await progresses();
  writer.signal('SIGSTOP');
  await pause(pastLeaseMs);
  writer.signal('SIGCONT');
  await progresses();
  expect(writer.end).toBeNull();
  await workload.expectComplete(writer);
}, 120_000);

test('the standby of a killed writer takes over', async () => {
  workload = await Workload.open();
  workload.input.feed(20, 20);
  const writer = await workload.ready();
  const standby = workload.run();
  await isStandby(standby);
  await progresses();
  await writer.kill();
  await standby.says('ready');
  await workload.expectComplete(standby);
}, 120_000);

test('--takeover takes the state from a writer that lives, and its ports too', async () => {
  workload = await Workload.open();
  workload.input.feed(20, 20);
  let writer = await workload.ready();
  for (let i = 0; i < 2; i++) {
    await progresses();
    const next = workload.run({ takeover: true });
    expect(await writer.ends(), writer.tail()).toEqual({ code: 75, signal: null });
    await next.says('ready');
    workload.expectNoFault();
    writer = next;
  }
  await workload.expectComplete(writer);
}, 180_000);

test('--takeover waits for the ports of an idle writer, which learns of it by its heartbeat', async () => {
  workload = await Workload.open();
  workload.input.append(100);
  const writer = await workload.ready();
  await workload.expectComplete(writer);
  const next = workload.run({ takeover: true });
  await next.says('ready');
  expect(await writer.ends(), writer.tail()).toEqual({ code: 75, signal: null });
  workload.input.append(100);
  await workload.expectComplete(next);
}, 120_000);
