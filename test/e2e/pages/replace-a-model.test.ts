/** docs/replace-a-model.md from its first step to a model of one's own, as it is written there. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPythonSdk } from '../../services/python-sdk.ts';
import { Checkout, removeMs } from './checkout.ts';
import { guideOf } from './guide.ts';

const guide = guideOf('docs/replace-a-model.md');
const example = 'examples/python-classifier';
const contractHolds = /Tests .*5 passed/;

describe.skipIf(!hasPythonSdk())('a reader of docs/replace-a-model.md', () => {
  let checkout: Checkout;
  beforeAll(async () => {
    checkout = await Checkout.create();
  });
  afterAll(() => checkout?.remove(), removeMs);

  test('gets from the example to a model of their own', { timeout: 600_000 }, async () => {
    const [install, serve, contract, run, look, ...others] = guide.blocks;
    expect(others).toEqual([]);
    await checkout.run(install!);
    const first = await checkout.begin(serve!, 'ready: weir.fraud/classifier at http');
    expect(plain(await checkout.run(contract!))).toMatch(contractHolds);
    const application = await checkout.begin(run!, 'first score');
    await checkout.lines('.weir/scores', 1, /"version":"python-1"/g);
    expect(await checkout.run(look!)).toMatch(/^ *\d+ "version":"python-1"\n$/);

    const [score, version, ...more] = guide.code('python');
    expect(more).toEqual([]);
    await checkout.edit(`${example}/model.py`, /^ {4}def score\([^]*?(?=^ {4}def )/m, `${score}\n`);
    await checkout.edit(`${example}/main.py`, /^VERSION = .*\n/m, version!);
    await first.stop();
    await checkout.begin(serve!, 'ready: weir.fraud/classifier at http');
    expect(plain(await checkout.run(contract!))).toMatch(contractHolds);
    await checkout.lines('.weir/scores', 1, /"version":"mine-1"/g);
    expect(await checkout.run(look!)).toContain('"version":"mine-1"');
    await application.stop();
    expect(application.said()).toContain('weir  stopped');
  });
});

/** Without colours. */
function plain(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/\u001b\[\d+m/g, '');
}
