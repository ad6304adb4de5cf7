/** docs/replace-the-source.md, and the command of docs/replace-the-sink.md, as written there. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Checkout, removeMs } from './checkout.ts';
import { guideOf } from './guide.ts';

let checkout: Checkout;
beforeAll(async () => {
  checkout = await Checkout.create();
});
afterAll(() => checkout?.remove(), removeMs);

test('a reader of docs/replace-the-source.md sees their scores', { timeout: 300_000 }, async () => {
  const { blocks, code } = guideOf('docs/replace-the-source.md');
  await checkout.write('purchases.jsonl', code('json')[0]!);
  // The first document: comments, an empty line, and what is up to the first ---.
  await checkout.edit('module.yaml', /^kind: [^]*?(?=^---$)/m, code('yaml')[0]!);
  const [checkAndServe, run, follow, ...others] = blocks;
  expect(others).toEqual([]);
  const serving = await checkout.begin(checkAndServe!, 'ready:');
  await checkout.begin(run!, 'ready');
  const scores = await checkout.lines('.weir-mine/scores', 2);
  expect(scores).toContain('"accountId":"anna"');
  expect(await checkout.beginAndStop(follow!, '"transactionId":"p-2"')).toContain('"p-1"');
  await serving.stop();
});

test('functions send to the topic of docs/replace-the-sink.md', { timeout: 300_000 }, async () => {
  const [serve, ...others] = guideOf('docs/replace-the-sink.md').blocks;
  expect(others).toEqual([]);
  await checkout.beginAndStop(serve!, 'ready:');
});
