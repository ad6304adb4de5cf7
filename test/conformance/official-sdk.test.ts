/**
 * Functions written with the official JavaScript SDK run unchanged on the real runtime, and do there
 * what the same functions do that are written with this project's SDK.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { freePort, pause, Processes, until, type TestProcess } from '../chaos/processes.ts';
import {
  orderedBy,
  recentOrders,
  remindersOf,
  someOrders,
  soldTo,
  type Order,
  type Receipt,
} from './orders.ts';

const ordersEach = 30;
/** Longer than the expiration of the state that expires, 700 ms. */
const expiredMs = 900;
/** Longer than the delay of the messages that are taken back, 1,500 ms. */
const neverMs = 1_800;

const processes = new Processes();
const folders: string[] = [];
afterEach(async () => {
  await processes.killAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

type Line = { typename: string; json: unknown };

class Shop {
  readonly folder: string;
  readonly #runtime: TestProcess;
  readonly adminUrl: string;

  private constructor(folder: string, runtime: TestProcess, adminUrl: string) {
    this.folder = folder;
    this.#runtime = runtime;
    this.adminUrl = adminUrl;
  }

  static async open(script: string, transport: string): Promise<Shop> {
    const folder = mkdtempSync(join(tmpdir(), 'weir-shop-'));
    folders.push(folder);
    const port = await freePort();
    const functions = processes.start(script, [String(port)]);
    await functions.says('serving');
    const modulePath = join(folder, 'module.yaml');
    writeFileSync(modulePath, moduleText(port, transport));
    const options = ['--state', `file:${folder}/state`, '--admin', '127.0.0.1:0'];
    const runtime = processes.start('runtime/main.ts', ['run', modulePath, ...options]);
    await runtime.says('ready');
    const { url } = await runtime.says('admin API open');
    return new Shop(folder, runtime, url as string);
  }

  order(orders: readonly Order[]): void {
    const lines = orders.map((order) => `${JSON.stringify(order)}\n`).join('');
    writeFileSync(join(this.folder, 'orders.jsonl'), lines, { flag: 'a' });
  }

  lines(): Line[] {
    const path = join(this.folder, 'receipts.jsonl');
    if (!existsSync(path)) return [];
    const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Line);
  }

  receipts(): Receipt[] {
    const receipts = this.lines().filter(({ typename }) => typename === 'shop/Receipt');
    return receipts.map(({ json }) => json as Receipt);
  }

  async awaits(what: string, ready: (receipts: Receipt[]) => boolean): Promise<void> {
    await until(what, () => {
      if (this.#runtime.end !== null) throw new Error(this.#runtime.tail());
      return ready(this.receipts());
    });
  }

  async get(path: string): Promise<unknown> {
    return (await fetch(new URL(path, this.adminUrl))).json();
  }
}

/** All of it: the orders, their reminders, and what is left of the state that expires. */
async function wholeRun(script: string, transport: string): Promise<Shop> {
  const shop = await Shop.open(script, transport);
  const orders = someOrders(ordersEach);
  shop.order(orders);
  const sold = orders.filter(({ action }) => action !== 'forget').length;
  const reminders = orders.filter(({ action }) => action === 'remind').length;
  await shop.awaits(
    'all orders',
    (receipts) =>
      orderedCount(receipts) === orders.length &&
      receipts.filter(({ kind }) => kind === 'sold').length === sold &&
      remindersOf(receipts).length >= reminders,
  );
  await pause(expiredMs);
  const asked = recentOrders(ordersEach + 1);
  shop.order(asked);
  await shop.awaits('the last orders', (all) => orderedCount(all) === orders.length + asked.length);
  await pause(neverMs - expiredMs);
  expect(await shop.get('/parked')).toEqual([]);
  return shop;
}

function orderedCount(receipts: readonly Receipt[]): number {
  return [...orderedBy(receipts).values()].reduce((sum, lines) => sum + lines.length, 0);
}

const scripts = {
  official: 'test/conformance/official-functions.cjs',
  own: 'test/conformance/own-functions.ts',
};

test.each(['io.statefun.transports.v1/async', 'weir.transports.v1/batched'])(
  'functions of the official SDK and of this one give the same (%s)',
  async (transport) => {
    const [official, own] = await Promise.all([
      wholeRun(scripts.official, transport),
      wholeRun(scripts.own, transport),
    ]);
    const [theirs, ours] = [official.receipts(), own.receipts()];
    expect(orderedBy(ours)).toEqual(orderedBy(theirs));
    expect(soldTo(ours)).toEqual(soldTo(theirs));
    expect(remindersOf(ours)).toEqual(remindersOf(theirs));
    const texts = (shop: Shop) =>
      shop
        .lines()
        .filter(({ typename }) => typename === 'io.statefun.types/string')
        .map(({ json }) => json)
        .toSorted();
    expect(texts(own)).toEqual(texts(official));

    for (const receipts of [theirs, ours]) expectRight(receipts);
    const path = '/state/shop/customer/customer-3';
    expect(await own.get(path)).toEqual(await official.get(path));
  },
  180_000,
);

/** The same twice may be wrong twice: what follows from the orders alone. */
function expectRight(receipts: readonly Receipt[]): void {
  const orders = someOrders(ordersEach);
  const reminded = orders.filter(({ action }) => action === 'remind');
  expect(remindersOf(receipts)).toEqual(
    reminded.map(({ customer, n }) => `${customer} ${n}`).toSorted(),
  );
  for (const [customer, lines] of orderedBy(receipts)) {
    expect(lines.map(({ n }) => n)).toEqual(lines.map((_, i) => i + 1));
    // Not written for longer than its time: gone.
    expect(lines.at(-1)).toEqual({ kind: 'recent', customer, n: ordersEach + 1, recent: null });
    expect(lines.findLast(({ kind }) => kind === 'ordered')).toMatchObject({
      orders: orders.filter((order) => order.customer === customer && order.action !== 'forget')
        .length,
      spent: orders
        .filter((order) => order.customer === customer && order.action !== 'forget')
        .reduce((sum, { price }) => sum + price, 0),
      caller: null,
    });
  }
  for (const [item, sold] of Map.groupBy(
    receipts.filter(({ kind }) => kind === 'sold') as SoldReceipt[],
    (receipt) => receipt.item,
  )) {
    expect(sold.map((receipt) => receipt.sold)).toEqual(sold.map((_, i) => i + 1));
    for (const receipt of sold) {
      expect(receipt, item).toMatchObject({ caller: `shop/customer/${receipt.customer}` });
    }
  }
}

type SoldReceipt = Receipt & { readonly item: string; readonly sold: number };

function moduleText(port: number, transport: string): string {
  return `kind: io.statefun.endpoints.v2/http
spec:
  functions: shop/*
  urlPathTemplate: http://127.0.0.1:${port}/
  transport: { type: ${transport} }
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
  id: shop/receipts
  path: ./receipts.jsonl
  jsonTypes: [shop/*]
`;
}
