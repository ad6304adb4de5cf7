/** The functions of `official-functions.cjs`, written with this project's SDK. */
import {
  boolean,
  defineFunction,
  float,
  int,
  json,
  on,
  serve,
  string,
  type Context,
} from '#sdk/index.ts';
import type { Order } from './orders.ts';

const order = json<Order>('shop/Order');
const receipt = json<object>('shop/Receipt');
const reminder = json<{ n: number }>('shop/Reminder');
const summary = json<{ items: Record<string, number> }>('shop/Summary');

function emit(ctx: Pick<Context, 'egress'>, value: object): void {
  ctx.egress('shop/receipts', receipt, value);
}

const customer = defineFunction(
  {
    type: 'shop/customer',
    state: {
      orders: int,
      spent: float,
      gold: boolean,
      last_item: string,
      summary,
      recent: int.expiresAfterWrite(700),
    },
  },
  on(reminder, (ctx, { n }) => emit(ctx, { kind: 'reminded', customer: ctx.self.id, n })),
  on(order, (ctx, { n, item, price, action }) => {
    const { state, self } = ctx;
    if (action === 'recent') {
      emit(ctx, { kind: 'recent', customer: self.id, n, recent: state.recent ?? null });
      return;
    }
    if (action === 'forget') {
      delete state.summary;
      delete state.last_item;
      emit(ctx, { kind: 'forgot', customer: self.id, n, orders: state.orders ?? null });
      return;
    }
    const before = state.last_item ?? null;
    state.orders = (state.orders ?? 0) + 1;
    state.spent = (state.spent ?? 0) + price;
    state.gold = state.spent > 100;
    state.last_item = item;
    state.recent = (state.recent ?? 0) + 1;
    state.summary ??= { items: {} };
    state.summary.items[item] = (state.summary.items[item] ?? 0) + 1;
    const { orders, spent, gold } = state;
    const { items } = state.summary;
    const caller = ctx.caller?.type ?? null;
    const ordered = { kind: 'ordered', customer: self.id, n, orders, spent, gold, before };
    emit(ctx, { ...ordered, items, caller });
    ctx.send(stock.at(item), order, { customer: self.id, n } as Order);
    const token = `reminder-${n}`;
    if (action === 'remind') ctx.sendAfter(100, self, reminder, { n }, { token });
    if (action === 'remind-not') ctx.sendAfter(1500, self, reminder, { n }, { token });
    if (action === 'cancel') ctx.cancel(`reminder-${n - 1}`);
  }),
);

const stock = defineFunction(
  { type: 'shop/stock', state: { sold: int } },
  on(order, async (ctx, { customer: by, n }) => {
    await new Promise((resolve) => setImmediate(resolve));
    ctx.state.sold = (ctx.state.sold ?? 0) + 1;
    const caller = `${ctx.caller!.type}/${ctx.caller!.id}`;
    const { id: item } = ctx.self;
    emit(ctx, { kind: 'sold', item, sold: ctx.state.sold, customer: by, n, caller });
    ctx.egress('shop/receipts', string, `sold ${item}`);
  }),
);

await serve([customer, stock], { port: Number(process.argv[2]) });
process.stdout.write(`${JSON.stringify({ msg: 'serving' })}\n`);
