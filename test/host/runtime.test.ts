import { expect, test, vi } from 'vitest';
import { Lane } from '#runtime/core/lane.ts';
import { hostErrors } from '#runtime/host/errors.ts';
import { Runtime, type RuntimeParts } from '#runtime/host/runtime.ts';
import type { Egress } from '#runtime/ports/egress.ts';
import { answer, HandTransport } from '../core/engine-rig.ts';
import { HandIngress } from '../admin/rig.ts';
import { HandClock, settled } from './hand-clock.ts';
import { HandSnapshots } from './hand-snapshots.ts';

/** Publishes never, at once, or not before it is closed. */
class Outlet implements Egress {
  readonly id = 'e/out';
  readonly waitsForReader: boolean;
  published = 0;
  closed = false;
  readonly #end = Promise.withResolvers<string>();
  readonly #hangs: boolean;

  constructor(hangs: boolean, waitsForReader = false) {
    this.#hangs = hangs;
    this.waitsForReader = waitsForReader;
  }

  open(): Promise<void> {
    return Promise.resolve();
  }

  publish(): Promise<string> {
    this.published++;
    return this.#hangs ? this.#end.promise : Promise.resolve('1');
  }

  close(): Promise<void> {
    this.closed = true;
    if (this.waitsForReader) this.#end.reject(new Error('closed'));
    return Promise.resolve();
  }
}

interface RuntimeRig {
  readonly runtime: Runtime;
  readonly clock: HandClock;
  readonly snapshots: HandSnapshots;
  readonly transport: HandTransport;
  readonly ingress: HandIngress;
  readonly told: string[];
}

function runtimeRig(egress: Egress, parts: Partial<RuntimeParts> = {}): RuntimeRig {
  const clock = new HandClock();
  const snapshots = new HandSnapshots();
  const transport = new HandTransport(10);
  const ingress = new HandIngress();
  const lane = new Lane(transport, 100);
  const told: string[] = [];
  const runtime = new Runtime({
    ...{ clock, snapshots, laneOf: () => lane, lanes: [lane], egresses: [egress] },
    ingresses: [{ ingress, idempotency: { keysMax: 1, ttlMs: 1 } }],
    ...{ functionTypes: ['t/*'], commitEveryMs: 250 },
    listener: {
      state: (state) => told.push(state),
      recovered: () => undefined,
      committed: () => undefined,
      lost: (error) => told.push(`lost: ${(error as Error).message}`),
    },
    ...parts,
  });
  return { runtime, clock, snapshots, transport, ingress, told };
}

/** Runs, with everything committed but one egress record. */
async function emitted(rig: RuntimeRig): Promise<void> {
  await rig.runtime.start();
  await commitAll(rig, 300);
  rig.ingress.send('t/f/a', 'x');
  answer(rig.transport, { egress: ['out'] });
}

/** Lets time pass while every commit gets through. */
async function commitAll({ clock, snapshots }: RuntimeRig, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    await clock.pass(50);
    while (snapshots.busy) {
      snapshots.through();
      await settled();
    }
  }
}

/** How long `work` takes, in simulated milliseconds, while commits get through. */
async function lasts(rig: RuntimeRig, work: Promise<unknown>, commits = true): Promise<number> {
  let ended = false;
  const done = work.then(
    () => (ended = true),
    () => (ended = true),
  );
  const from = rig.clock.time;
  while (!ended && rig.clock.time - from < 120_000) {
    await settled();
    if (ended) break;
    if (commits && rig.snapshots.busy) rig.snapshots.through();
    else await rig.clock.pass(50);
  }
  await done;
  return rig.clock.time - from;
}

test('a stop commits, publishes what that made publishable, and commits that', async () => {
  const egress = new Outlet(false);
  const rig = runtimeRig(egress);
  await emitted(rig);
  const cuts = rig.snapshots.cuts.length;
  expect(await lasts(rig, rig.runtime.stop())).toBeLessThan(100);
  expect(egress).toMatchObject({ published: 1, closed: true });
  expect(rig.snapshots.cuts).toHaveLength(cuts + 2);
  expect(rig.snapshots.closed).toBe(true);
  expect(rig.told).toEqual(['recovering', 'running', 'stopping', 'stopped']);
  expect(rig.clock.timers, 'nothing is left that would go on').toBe(0);
});

test('a stop asked for twice is one stop', async () => {
  const rig = runtimeRig(new Outlet(false));
  await emitted(rig);
  const both = Promise.all([rig.runtime.stop(), rig.runtime.stop()]);
  await lasts(rig, both);
  expect(rig.told.filter((state) => state === 'stopping')).toHaveLength(1);
});

test('requests in flight have ten seconds, and what they answer is in the last cut', async () => {
  const rig = runtimeRig(new Outlet(false));
  await emitted(rig);
  rig.ingress.send('t/f/b', 'x');
  const request = rig.transport.take();
  const stopped = rig.runtime.stop();
  const cuts = rig.snapshots.cuts.length;
  await commitAll(rig, 9_000);
  request.sink.answered(request.token, {
    ...{ kind: 'effects', mutations: [], messages: [], delayed: [], egress: [] },
  });
  expect(await lasts(rig, stopped)).toBeLessThan(1_000);
  expect(rig.snapshots.cuts.length).toBeGreaterThan(cuts);
  expect(rig.runtime.engine.dirty).toBe(false);
  const slow = runtimeRig(new Outlet(false));
  await emitted(slow);
  slow.ingress.send('t/f/b', 'x');
  expect(await lasts(slow, slow.runtime.stop())).toBeGreaterThanOrEqual(10_000);
  expect(slow.runtime.engine.mailboxes.queued.messages, 'it is in the cut').toBe(1);
});

test('an egress that never ends holds up a stop for six seconds at most', async () => {
  const egress = new Outlet(true);
  const rig = runtimeRig(egress);
  await emitted(rig);
  const tookMs = await lasts(rig, rig.runtime.stop());
  expect(tookMs).toBeGreaterThanOrEqual(3_000);
  expect(tookMs).toBeLessThanOrEqual(6_100);
  expect(rig.snapshots.cuts.length).toBeGreaterThan(1);
});

test('an egress that waits for a reader holds up nothing', async () => {
  const egress = new Outlet(true, true);
  const rig = runtimeRig(egress);
  await emitted(rig);
  await commitAll(rig, 300);
  expect(egress.published, 'a batch is out and nobody reads it').toBe(1);
  expect(await lasts(rig, rig.runtime.stop())).toBeLessThan(100);
  expect(egress.closed).toBe(true);
});

test('a store that does not answer ends a stop with an error, after its limit', async () => {
  const rig = runtimeRig(new Outlet(false));
  await emitted(rig);
  const stopped = rig.runtime.stop();
  const said = stopped.catch((error: unknown) => error);
  const tookMs = await lasts(rig, stopped, false);
  expect(await said).toMatchObject({ code: hostErrors.code('LAST_COMMIT') });
  expect(tookMs).toBeGreaterThanOrEqual(10_000);
  expect(tookMs).toBeLessThanOrEqual(13_100);
  expect(rig.runtime.state).toBe('stopped');
  // The commit ends with an error as the snapshots close: that is no news any more.
  rig.snapshots.fail(new Error('closed'));
  await settled();
  expect(rig.told.filter((text) => text.startsWith('lost'))).toEqual([]);
});

test('a stop while it starts opens nothing afterwards', async () => {
  const rig = runtimeRig(new Outlet(false));
  let opened = 0;
  rig.ingress.open = () => {
    opened++;
    return Promise.resolve();
  };
  const started = rig.runtime.start().catch((error: unknown) => error);
  const stopped = rig.runtime.stop();
  await lasts(rig, stopped);
  expect(await started).toMatchObject({ code: hostErrors.code('STOPPED') });
  expect(opened).toBe(0);
  expect(rig.snapshots.closed).toBe(true);
  expect(rig.told).toEqual(['stopping', 'stopped']);
});

test('a writer that lost takes no part any more, and its stop commits nothing (E5)', async () => {
  const egress = new Outlet(true);
  const rig = runtimeRig(egress);
  await emitted(rig);
  await rig.clock.pass(250);
  rig.snapshots.fail(new Error('superseded'));
  await vi.waitFor(() => expect(rig.told).toContain('lost: superseded'));
  const cuts = rig.snapshots.cuts.length;
  rig.ingress.send('t/f/b', 'x');
  await rig.clock.pass(10_000);
  expect(rig.transport.requests).toEqual([]);
  await lasts(rig, rig.runtime.stop());
  expect(rig.snapshots.cuts).toHaveLength(cuts);
  expect(egress.published, 'its cut was never committed').toBe(0);
});
