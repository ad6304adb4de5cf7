import { expect, test } from 'vitest';
import type { CommitLoop } from '#runtime/host/commit-loop.ts';
import { EngineSink } from '#runtime/host/ingress-sink.ts';
import { answer, engineRig } from '../core/engine-rig.ts';
import { settled } from './hand-clock.ts';

function sinkRig(queuedMessagesMax: number) {
  const rig = engineRig({ limits: { queuedMessagesMax } });
  const durable = { durable: () => Promise.resolve() } as unknown as CommitLoop;
  const sink = new EngineSink(rig.engine, durable, 'i/in', ['t/*']);
  const send = (id: string, offset: number): void =>
    sink.accept([{ type: 't/f', id, typename: 't/text', value: 'x' }], 'p', offset);
  return { ...rig, sink, take: send };
}

test('a full engine pauses the source, and opens at half of the bound (E7)', async () => {
  const { sink, take, transport } = sinkRig(10);
  let opened = 0;
  for (let i = 0; i < 9; i++) take(`${i}`, i + 1);
  expect(sink.full).toBe(false);
  await sink.whenOpen();
  take('9', 10);
  expect(sink.full).toBe(true);
  void sink.whenOpen().then(() => opened++);
  void sink.whenOpen().then(() => opened++);
  const left: number[] = [];
  while (opened === 0 && left.length < 10) {
    answer(transport);
    await settled();
    left.push(10 - left.length - 1);
  }
  expect(left.at(-1)).toBe(5);
  expect(opened, 'everybody who waited').toBe(2);
  expect(sink.full).toBe(false);
});

test('what comes all the same is not dropped', () => {
  const { sink, take, engine } = sinkRig(3);
  for (let i = 0; i < 8; i++) take('a', i + 1);
  expect(sink.full).toBe(true);
  expect(engine.mailboxes.queued.messages).toBe(8);
  expect(engine.intake.positionsOf('i/in').get('p')).toBe(8);
});

test('a record for an unknown type is refused whole, and its position does not move', () => {
  const { sink, engine } = sinkRig(10);
  const message = { id: 'a', typename: 't/text', value: 'x' };
  const both = [
    { ...message, type: 't/f' },
    { ...message, type: 'x/y' },
  ];
  expect(() => sink.accept(both, 'p', 1)).toThrow(/x\/y/);
  expect(engine.mailboxes.queued.messages).toBe(0);
  expect(engine.intake.positionsOf('i/in').get('p')).toBeUndefined();
  expect([sink.knows('t/f'), sink.knows('x/y')]).toEqual([true, false]);
  expect(sink.functionTypes()).toEqual(['t/*']);
});

test('a key that was seen takes nothing a second time', () => {
  const { sink, engine } = sinkRig(10);
  const message = { type: 't/f', id: 'a', typename: 't/text', value: 'x' };
  const first = sink.offer([message], { idempotencyKey: 'k', awaitReply: 'r1' });
  const second = sink.offer([message], { idempotencyKey: 'k', awaitReply: 'r2' });
  expect([first, second]).toMatchObject([
    { duplicate: false, replyTo: 'r1' },
    { duplicate: true, replyTo: 'r1', reply: null },
  ]);
  expect(engine.mailboxes.queued.messages).toBe(1);
});
