import { expect, test } from 'vitest';
import { DelayLoop } from '#runtime/host/delay-loop.ts';
import { answer, engineRig, type Rig } from '../core/engine-rig.ts';
import { HandClock } from './hand-clock.ts';

function delayRig(): Rig & { readonly time: HandClock; readonly loop: DelayLoop } {
  const time = new HandClock();
  const rig = engineRig({ clock: time as never });
  const loop = new DelayLoop(rig.engine, time);
  loop.arm();
  return { ...rig, time, loop };
}

/** Has `t/f/a` send itself a message later. */
function later(rig: Rig, delayMs: number, text: string, token = ''): void {
  rig.send('t/f/a', 'go');
  answer(rig.transport, { delayed: [{ to: 't/f/b', delayMs, text, token }] });
}

/** What the receiver is given. */
function arrived(rig: Rig): string[] {
  return rig.transport.requests.splice(0).flatMap(({ messages, token, sink }) => {
    sink.answered(token, { kind: 'effects', mutations: [], messages: [], delayed: [], egress: [] });
    return messages.map(({ text }) => text);
  });
}

test('a delayed message fires at its time, never before', async () => {
  const rig = delayRig();
  expect(rig.time.timers).toBe(0);
  later(rig, 5_000, 'five');
  await rig.time.pass(4_999);
  expect(arrived(rig)).toEqual([]);
  await rig.time.pass(1);
  expect(arrived(rig)).toEqual(['five']);
  expect(rig.time.timers).toBe(0);
});

test('an earlier message does not wait for the timer of a later one', async () => {
  const rig = delayRig();
  later(rig, 60_000, 'late');
  later(rig, 1_000, 'early');
  later(rig, 30_000, 'middle');
  expect(rig.time.timers, 'one timer for all').toBe(1);
  await rig.time.pass(1_000);
  expect(arrived(rig)).toEqual(['early']);
  await rig.time.pass(29_000);
  expect(arrived(rig)).toEqual(['middle']);
  await rig.time.pass(30_000);
  expect(arrived(rig)).toEqual(['late']);
});

test('a cancelled message wakes nobody but the timer', async () => {
  const rig = delayRig();
  later(rig, 1_000, 'cancelled', 'token');
  later(rig, 2_000, 'kept');
  rig.send('t/f/a', 'go');
  answer(rig.transport, { delayed: [{ cancel: 'token' }] });
  await rig.time.pass(1_500);
  expect(arrived(rig)).toEqual([]);
  await rig.time.pass(500);
  expect(arrived(rig)).toEqual(['kept']);
});

test('very many that are due at once are fired a bounded number per turn', async () => {
  const rig = delayRig();
  for (let i = 0; i < 2_500; i++) later(rig, 1_000, `${i}`);
  const turns: number[] = [];
  const fireDue = rig.engine.fireDue.bind(rig.engine);
  rig.engine.fireDue = (most) => {
    const before = rig.engine.delayed.size;
    const more = fireDue(most);
    turns.push(before - rig.engine.delayed.size);
    return more;
  };
  await rig.time.pass(1_000);
  expect(turns).toEqual([1000, 1000, 500]);
});

test('nothing fires after stop', async () => {
  const rig = delayRig();
  later(rig, 1_000, 'never');
  rig.loop.stop();
  later(rig, 500, 'neither');
  await rig.time.pass(10_000);
  expect(arrived(rig)).toEqual([]);
});
