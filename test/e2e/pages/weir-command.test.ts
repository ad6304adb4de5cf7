/** The commands of `weir` that docs/cli.md, docs/operations.md and docs/module.md name, on one module. */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../../chaos/processes.ts';
import { hasCommand } from '../../services/toolchain.ts';
import { Checkout, removeMs } from './checkout.ts';
import { guideOf } from './guide.ts';

const cli = guideOf('docs/cli.md');
const operations = guideOf('docs/operations.md');
const modules = guideOf('docs/module.md');
const timeout = 600_000;

/** Counts orders; those of `bad` it can't do as long as there is a file of that name. */
const functions = `
import { existsSync } from 'node:fs';
import { defineFunction, embed, int, json, on } from '#sdk/index.ts';

const order = json('shop/Order');
const customer = defineFunction(
  { type: 'shop/customer', state: { orders: int } },
  on(order, (ctx) => {
    if (ctx.self.id === 'bad' && existsSync('broken')) throw new Error('out of order');
    ctx.state.orders = (ctx.state.orders ?? 0) + 1;
  }),
);
export default embed([customer]);
`;
const module = `
kind: weir.embedded.v1/functions
spec:
  functions: [shop/customer]
  module: ./my-functions.ts
  weir.policy: { retryBudget: 500ms }
---
kind: weir.file.v1/ingress
spec:
  id: shop/orders
  path: ./orders.jsonl
  key: { pointer: /customer }
  valueType: shop/Order
  targets: [shop/customer]
---
kind: weir.file.v1/egress
spec:
  id: shop/dead-letter
  path: ./dead-letters.jsonl
  jsonTypes: [shop/*]
`;

let checkout: Checkout;
beforeAll(async () => {
  checkout = await Checkout.create();
  await checkout.write('my-functions.ts', functions);
  await checkout.write('my-module.yaml', module);
  await checkout.write('broken', '');
  await checkout.write('orders.jsonl', order('bad').repeat(4));
});
afterAll(() => checkout?.remove(), removeMs);

function order(customer: string): string {
  return `${JSON.stringify({ customer })}\n`;
}

interface Parked {
  readonly address: string;
  readonly number: number;
}

/** Once \`bad\` has parked, later than that; only where others are answered is it to blame. */
async function parkedAfter(number: number): Promise<number> {
  const parked = await until('a parked address', async () => {
    await appendFile(join(checkout.folder, 'orders.jsonl'), order('good'));
    const answer = await fetch(`http://${checkout.admin}/parked`);
    return ((await answer.json()) as Parked[]).find((one) => one.number > number);
  });
  expect(parked.address).toBe('shop/customer/bad');
  return parked.number;
}

test(
  'a module is checked, run, looked at, and what is parked in it is resolved',
  {
    timeout,
  },
  async () => {
    const run = (command: string): Promise<string> => checkout.run(command);
    expect(await run(operations.command('weir run --help'))).toContain('--commit-every');
    await run(cli.command('weir check MODULE.yaml'));
    await run(operations.command('weir check module.yaml'));
    const runtime = await checkout.begin(cli.command('weir run MODULE.yaml'), /"ready"|\bready\b/);

    let parked = await parkedAfter(-1);
    expect(await run(cli.command('weir state get NS/TYPE ID'))).toContain('out of order');
    expect(await run(operations.command('weir parked list'))).toContain('shop/customer/bad');
    // Four orders: one is tried again in vain, one dropped, one moved; the last one is done.
    for (const verb of ['retry', 'drop', 'dead-letter']) {
      await run(cli.command(`weir parked ${verb} NS/TYPE ID`));
      parked = await parkedAfter(parked);
    }
    expect(await checkout.text('dead-letters.jsonl')).toBe(
      '{"typename":"shop/Order","json":{"customer":"bad"}}\n',
    );
    await checkout.forget('broken');
    expect(await run(operations.command('weir parked retry --all'))).toContain('"done": 1');
    await until('the orders that are left', async () =>
      (await run(cli.command('weir state get NS/TYPE ID'))).includes('"json": 2'),
    );
    await runtime.stop();

    for (const verb of ['list', 'show', 'verify']) {
      expect(await run(cli.command(`weir snapshots ${verb}`))).not.toBe('');
    }
    // The backup of the page: a copy of the folder while no runtime runs.
    await checkout.copy('.weir', 'state');
    const [backup, ...others] = operations.blocks;
    expect(others).toEqual([]);
    expect(await run(backup!)).toMatch(/sequence[^]*problems: +\[\]/);
  },
);

test.skipIf(!hasCommand('openssl'))(
  'the keys of docs/module.md are made, and used',
  {
    timeout,
  },
  async () => {
    const [keys, ...others] = modules.blocks;
    expect(others).toEqual([]);
    await checkout.run(keys!);
    expect(createPrivateKey(await checkout.text('weir.pem')).asymmetricKeyType).toBe('ed25519');
    expect(createPublicKey(await checkout.text('weir.pub.pem')).asymmetricKeyType).toBe('ed25519');
  },
);
