import { expect, test } from 'vitest';
import { answer, engineRig } from '../core/engine-rig.ts';
import { runningRig } from '../admin/rig.ts';

test('a flood of distinct ids is bounded: the ingress closes, and idle addresses cost nothing', () => {
  const { engine, transport, send } = engineRig({ concurrency: 64 });
  for (let i = 0; !engine.full; i++) send(`t/f/flood-${i}`, 'x');
  const { messages, bytes } = engine.mailboxes.queued;
  expect(messages).toBeLessThanOrEqual(10_064);
  expect(bytes).toBeLessThanOrEqual((64 << 20) + 1_000);
  for (let rounds = 0; rounds < 200_000; rounds++) {
    if (transport.requests.length === 0) break;
    answer(transport);
  }
  expect(engine.full).toBe(false);
  expect(engine.registry.types.get('t/f')?.active.size).toBe(0);
});

test('one hot id starves nobody: it waits for its turn after each batch', () => {
  const { transport, send } = engineRig({ concurrency: 1, batchMax: 10 });
  for (let i = 0; i < 500; i++) send('t/f/hot', `${i}`);
  for (let i = 0; i < 5; i++) send(`t/f/cold-${i}`, 'x');
  const served = Array.from({ length: 7 }, () => answer(transport).address);
  expect(served.filter((address) => address === 't/f/hot').length).toBeLessThanOrEqual(3);
});

test('delayed messages are bounded: beyond it the ingress closes', () => {
  const { engine, transport, send } = engineRig({ limits: { delayedMessagesMax: 50 } });
  let sent = 0;
  while (!engine.full && sent < 1_000) {
    send('t/f/a', `${++sent}`);
    answer(transport, { delayed: [{ to: 't/f/b', delayMs: 1e9, text: 'later' }] });
  }
  expect(sent).toBeLessThanOrEqual(51);
});

test('ids and payloads are in no metric, whatever they are and however many', async () => {
  const rig = await runningRig();
  const lines = async (): Promise<string[]> => (await rig.get('/metrics')).text.split('\n');
  rig.ingress.send('t/f/first', 'x');
  const before = (await lines()).length;
  for (let i = 0; i < 500; i++) rig.ingress.send(`t/f/id-${i}\n"} 1`, 'confidential');
  const after = await lines();
  expect(after.length).toBe(before);
  expect(after.join('\n')).not.toContain('id-1');
  expect(after.join('\n')).not.toContain('confidential');
});

test('function types that do not exist make no series and no mailbox', async () => {
  const rig = await runningRig();
  const type = (n: number) => `unknown/type-${n}/1`;
  for (let i = 0; i < 100; i++) expect(() => rig.ingress.send(type(i), 'x')).toThrow(/serves/);
  const { text } = await rig.get('/metrics');
  expect(text).not.toContain('unknown/type');
});
