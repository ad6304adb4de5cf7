import { expect, onTestFinished, test } from 'vitest';
import { CommitLoop } from '#runtime/host/commit-loop.ts';
import { engineRig, type Rig } from '../core/engine-rig.ts';
import { HandClock, settled } from './hand-clock.ts';
import { HandSnapshots } from './hand-snapshots.ts';

interface LoopRig extends Rig {
  readonly loop: CommitLoop;
  readonly snapshots: HandSnapshots;
  readonly time: HandClock;
  readonly told: string[];
}

/** A loop on an engine whose names are committed already. */
async function loopRig(everyMs = 250): Promise<LoopRig> {
  const rig = engineRig();
  const snapshots = new HandSnapshots();
  const time = new HandClock();
  const told: string[] = [];
  const loop = new CommitLoop(rig.engine, snapshots, time, everyMs, {
    cutTaken: (cut) => told.push(`taken ${cut}`),
    committed: (info) => told.push(`committed ${info.cut}`),
    lost: (error) => told.push(`lost: ${(error as Error).message}`),
  });
  onTestFinished(() => {
    if (snapshots.busy) snapshots.through();
    return loop.stop();
  });
  const first = loop.commitNow();
  snapshots.through();
  await first;
  told.length = 0;
  return { ...rig, loop, snapshots, time, told };
}

/** `pending`, `resolved` or the message of the rejection, after everything has settled. */
async function fate(promise: Promise<unknown>): Promise<string> {
  let text = 'pending';
  promise.then(
    () => (text = 'resolved'),
    (error: unknown) => (text = (error as Error).message),
  );
  for (let turn = 0; turn < 5; turn++) await settled();
  return text;
}

test('a cut is taken every interval, and not while nothing has changed', async () => {
  const { loop, snapshots, time, send, told } = await loopRig(250);
  loop.start();
  await time.pass(10_000);
  expect(told).toEqual([]);
  send('t/f/a', 'x');
  await time.pass(249);
  await time.pass(1);
  expect(told).toEqual(['taken 2']);
  send('t/f/a', 'y');
  await time.pass(10_000);
  expect(told, 'one at a time').toEqual(['taken 2']);
  snapshots.through();
  await settled();
  await time.pass(1);
  expect(told).toEqual(['taken 2', 'committed 2', 'taken 3']);
  snapshots.through();
  await time.pass(5_000);
  expect(told.at(-1)).toBe('committed 3');
  expect(loop.count).toBe(3);
  expect(loop.last?.cut).toBe(3);
  expect(time.timers, 'never two timers').toBe(1);
});

test('much that has changed is committed ahead of the interval', async () => {
  const { loop, snapshots, time, send, told } = await loopRig(60_000);
  loop.start();
  await time.pass(1_000);
  for (let i = 0; i < 34; i++) send('t/f/a', 'x'.repeat(1 << 20));
  await time.pass(200);
  expect(told).toEqual([]);
  for (let i = 0; i < 5000; i++) send(`t/f/${i}`, 'y'); // now they are written ahead of the cut
  await time.pass(200);
  expect(told).toEqual(['taken 2']);
  snapshots.through();
});

test('durable waits for the cut that holds what happened, and only for that', async () => {
  const { loop, snapshots, send } = await loopRig();
  expect(await fate(loop.durable()), 'nothing to wait for').toBe('resolved');
  send('t/f/a', 'one');
  const early = loop.durable();
  const commit = loop.commitNow();
  const inCut = loop.durable();
  send('t/f/a', 'two');
  const late = loop.durable();
  expect(await fate(early)).toBe('pending');
  snapshots.through();
  await commit;
  expect(await fate(early)).toBe('resolved');
  expect(await fate(inCut)).toBe('resolved');
  expect(await fate(late), 'not in this cut').toBe('pending');
  const next = loop.commitNow();
  snapshots.through();
  await next;
  expect(await fate(late)).toBe('resolved');
});

test('a hundred waiters share one commit', async () => {
  const { loop, snapshots, send } = await loopRig();
  const waiting = [];
  for (let i = 0; i < 100; i++) {
    send(`t/f/${i}`, 'x');
    waiting.push(loop.durable());
  }
  void loop.commitNow();
  snapshots.through();
  await Promise.all(waiting);
  expect(snapshots.cuts).toHaveLength(2);
});

test('commitNow while one is under way commits what came after it', async () => {
  const { loop, snapshots, send, told } = await loopRig();
  send('t/f/a', 'one');
  const first = loop.commitNow();
  send('t/f/a', 'two');
  const second = loop.commitNow();
  const third = loop.commitNow();
  await settled();
  expect(told).toEqual(['taken 2']);
  snapshots.through();
  expect((await first)?.cut).toBe(2);
  await settled();
  snapshots.through();
  expect((await second)?.cut).toBe(3);
  expect(await third, 'nothing was left').toBeNull();
});

test('a commit that fails for good tells everybody who waits, then and later', async () => {
  const { loop, snapshots, time, send, told } = await loopRig();
  loop.start();
  send('t/f/a', 'one');
  const inCut = loop.durable();
  const commit = loop.commitNow();
  send('t/f/a', 'two');
  const waiting = loop.durable();
  snapshots.fail(new Error('superseded'));
  const all = [commit, inCut, waiting].map(fate);
  expect(await Promise.all(all)).toEqual(['superseded', 'superseded', 'superseded']);
  expect(await fate(loop.durable())).toBe('superseded');
  expect(await fate(loop.commitNow())).toBe('superseded');
  await time.pass(10_000);
  expect(told).toEqual(['taken 2', 'lost: superseded']);
  expect(time.timers, 'it commits no more').toBe(0);
});

test('a cut that can not be taken ends the writer, instead of being forgotten', async () => {
  const { loop, engine, time, send, told } = await loopRig();
  loop.start();
  send('t/f/a', 'one');
  const waiting = fate(loop.durable());
  engine.takeCut = () => {
    throw new Error('an assertion');
  };
  await time.pass(1_000);
  expect(told).toEqual(['lost: an assertion']);
  expect(await waiting).toBe('an assertion');
  expect(await fate(loop.commitNow())).toBe('an assertion');
});

test('stop ends the timer and waits for the commit under way', async () => {
  const { loop, snapshots, time, send, told } = await loopRig();
  loop.start();
  send('t/f/a', 'one');
  await time.pass(250);
  const stopped = loop.stop();
  expect(await fate(stopped)).toBe('pending');
  snapshots.through();
  await stopped;
  send('t/f/a', 'two');
  await time.pass(10_000);
  expect(told).toEqual(['taken 2', 'committed 2']);
  expect(time.timers).toBe(0);
});
