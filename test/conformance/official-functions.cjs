// Functions written with the official JavaScript SDK, as its documentation shows them: CommonJS, a
// plain node:http server, nothing of this project. `node official-functions.cjs PORT`.
/* eslint-disable @typescript-eslint/no-require-imports */
/* global console, process, require, setImmediate */
const http = require('node:http');
const { StateFun, messageBuilder, egressMessageBuilder } = require('apache-flink-statefun');

const order = StateFun.jsonType('shop/Order');
const receipt = StateFun.jsonType('shop/Receipt');
const reminder = StateFun.jsonType('shop/Reminder');
const summary = StateFun.jsonType('shop/Summary');

const statefun = new StateFun();

statefun.bind({
  typename: 'shop/customer',
  specs: [
    { name: 'orders', type: StateFun.intType() },
    { name: 'spent', type: StateFun.floatType() },
    { name: 'gold', type: StateFun.booleanType() },
    { name: 'last_item', type: StateFun.stringType() },
    { name: 'summary', type: summary },
    { name: 'recent', type: StateFun.intType(), expireAfterWrite: 700 },
  ],
  fn(context, message) {
    const { storage, self } = context;
    if (message.is(reminder)) {
      const { n } = message.as(reminder);
      emit({ kind: 'reminded', customer: self.id, n });
      return;
    }
    const { n, item, price, action } = message.as(order);
    if (action === 'recent') {
      emit({ kind: 'recent', customer: self.id, n, recent: storage.recent });
      return;
    }
    if (action === 'forget') {
      storage.summary = null;
      storage.last_item = null;
      emit({ kind: 'forgot', customer: self.id, n, orders: storage.orders });
      return;
    }
    storage.orders = (storage.orders ?? 0) + 1;
    storage.spent = (storage.spent ?? 0) + price;
    storage.gold = storage.spent > 100;
    const before = storage.last_item;
    storage.last_item = item;
    storage.recent = (storage.recent ?? 0) + 1;
    const known = storage.summary ?? { items: {} };
    known.items[item] = (known.items[item] ?? 0) + 1;
    storage.summary = known;
    emit({
      kind: 'ordered',
      customer: self.id,
      n,
      orders: storage.orders,
      spent: storage.spent,
      gold: storage.gold,
      before,
      items: storage.summary.items,
      caller: context.caller === null ? null : context.caller.typename,
    });
    context.send(
      messageBuilder({
        typename: 'shop/stock',
        id: item,
        value: { customer: self.id, n },
        valueType: order,
      }),
    );
    if (action === 'remind') {
      const later = messageBuilder({
        typename: 'shop/customer',
        id: self.id,
        value: { n },
        valueType: reminder,
      });
      context.sendAfter(100, later, `reminder-${n}`);
    }
    if (action === 'remind-not') {
      const never = messageBuilder({
        typename: 'shop/customer',
        id: self.id,
        value: { n },
        valueType: reminder,
      });
      context.sendAfter(1500, never, `reminder-${n}`);
    }
    if (action === 'cancel') context.cancelDelayedMessage(`reminder-${n - 1}`);

    function emit(value) {
      context.send(egressMessageBuilder({ typename: 'shop/receipts', value, valueType: receipt }));
    }
  },
});

statefun.bind({
  typename: 'shop/stock',
  specs: [{ name: 'sold', type: StateFun.intType() }],
  async fn(context, message) {
    await new Promise((resolve) => setImmediate(resolve));
    const { customer, n } = message.as(order);
    context.storage.sold = (context.storage.sold ?? 0) + 1;
    const value = {
      kind: 'sold',
      item: context.self.id,
      sold: context.storage.sold,
      customer,
      n,
      caller: `${context.caller.typename}/${context.caller.id}`,
    };
    context.send(egressMessageBuilder({ typename: 'shop/receipts', value, valueType: receipt }));
    context.send(
      egressMessageBuilder({
        typename: 'shop/receipts',
        value: `sold ${context.self.id}`,
        valueType: StateFun.stringType(),
      }),
    );
  },
});

const server = http.createServer(statefun.handler());
server.listen(Number(process.argv[2]), '127.0.0.1', () => {
  console.log(JSON.stringify({ msg: 'serving' }));
});
