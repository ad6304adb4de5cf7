/** docs/replace-features.md: the feature that it shows, with models that are trained for it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Checkout, removeMs } from './checkout.ts';
import { guideOf } from './guide.ts';

const guide = guideOf('docs/replace-features.md');
let checkout: Checkout;
beforeAll(async () => {
  checkout = await Checkout.create();
});
afterAll(() => checkout?.remove(), removeMs);

test('a reader adds a feature, trains, and serves with it', { timeout: 600_000 }, async () => {
  const [feature, ...others] = guide.code('ts');
  expect([others, guide.blocks]).toEqual([[], []]);
  const registry = 'models/features/registry.ts';
  await checkout.edit(registry, '  ...habitFeatureList,', `${feature}  ...habitFeatureList,`);
  const serve = guideOf('docs/console.md').command('node functions/main.ts --only classifier');
  await expect(checkout.run(serve)).rejects.toThrow('WEIR_MODELS_OTHER_FEATURES');
  expect(await checkout.run(guide.command('npm run train'))).toContain('"neural-network"');
  await checkout.beginAndStop(serve, 'ready: weir.fraud/classifier');
  expect(await checkout.text('models/artifacts/decision-tree.json')).toContain('amount-is-round');
});
