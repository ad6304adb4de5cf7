/** docs/replace-the-policy.md: the policy that it shows, held against the contract, served, replayed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Checkout, removeMs } from './checkout.ts';
import { guideOf } from './guide.ts';

const guide = guideOf('docs/replace-the-policy.md');
const fraud = guideOf('docs/fraud.md');
let checkout: Checkout;
beforeAll(async () => {
  checkout = await Checkout.create();
});
afterAll(() => checkout?.remove(), removeMs);

test('a reader adds a policy, and serves with it', { timeout: 600_000 }, async () => {
  const [policy, ...others] = guide.code('ts');
  expect([others, guide.blocks]).toEqual([[], []]);
  const file = 'models/selector/policy.ts';
  await checkout.edit(file, 'const all = [', `${policy}\nconst all = [twoBest, `);
  const contract = guide.command('npx vitest run test/contract/policy.test.ts');
  expect(await checkout.run(contract)).toContain('two-best');
  await checkout.beginAndStop(guide.command('WEIR_POLICY=two-best npm start'), 'first score');
});

test(
  'a replay of what was kept tells what it would have changed',
  {
    timeout: 600_000,
  },
  async () => {
    const keeping = await checkout.begin(fraud.command('npm start -- --keep'), 'page:');
    await checkout.lines('.weir/feedback', 1);
    await checkout.lines('.weir/transactions', 1_000);
    await keeping.stop();
    const replays = [
      guide.command('npm run replay -- --with policy=two-best'),
      fraud.command('npm run replay -- --with policy=learned-blend,alerts=cost:3'),
    ];
    for (const replay of replays) expect(await checkout.run(replay)).toContain('net savings');
  },
);
