/** The parts of the application by their own commands, as docs/console.md and others name them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Checkout, removeMs } from './checkout.ts';
import { guideOf } from './guide.ts';

const timeout = 600_000;
let checkout: Checkout;
beforeAll(async () => {
  checkout = await Checkout.create();
});
afterAll(() => checkout?.remove(), removeMs);

test.each([
  // Before there are transactions: those of functions that do not run would hold up its end.
  ['docs/console.md', 'node runtime/main.ts run module.yaml …', 'ready'],
  ['docs/module.md', 'weir run module.yaml', 'ready'],
  ['docs/console.md', 'node dashboards/console/main.ts', '"ready"'],
  ['docs/console.md', 'node datagen/main.ts --to file:.weir', 'transactions/s'],
  [
    'docs/console.md',
    'node functions/main.ts --without classifier',
    /ready: .*weir.fraud\/account/,
  ],
  ['docs/console.md', 'node functions/main.ts --only classifier', 'ready: weir.fraud/classifier'],
])('%s: %s runs until it is stopped', { timeout }, async (page, command, words) => {
  await checkout.beginAndStop(guideOf(page).command(command), words);
});

test.each([
  ['README.md', 'npm start'],
  ['docs/speed.md', 'npm start -- --rate 6000'],
])('%s: %s scores, and stops', { timeout }, async (page, command) => {
  const said = await checkout.beginAndStop(guideOf(page).command(command), 'first score');
  expect(said).toContain('weir  stopped');
});

test.each([
  ['README.md', 'npm start -- --help', '--ports-from'],
  ['docs/errors.md', 'node functions/main.ts --help', '--policy'],
  ['docs/fraud.md', 'npm run generate -- --help', '--to'],
  [
    'docs/fraud.md',
    'npm run generate -- --to file:./data --customers 50000 --days 7 --dry-run',
    'Nothing was written. It would go to file:./data',
  ],
])('%s: %s lists the options', { timeout }, async (page, command, option) => {
  expect(await checkout.run(guideOf(page).command(command))).toContain(option);
});
