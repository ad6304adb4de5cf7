/** What goes into the shop, and what is to come out of it, whoever wrote its functions. */

export interface Order {
  readonly customer: string;
  /** Counts the orders of one customer from 1 on. */
  readonly n: number;
  readonly item: string;
  /** A multiple of a quarter: exact as a 32-bit float. */
  readonly price: number;
  readonly action?: 'remind' | 'remind-not' | 'cancel' | 'forget' | 'recent';
}

const customers = 12;
const items = ['apple', 'bread', 'candle'];
/** A cycle of a customer's orders; a message that is taken back is so by the very next order. */
const actions = [
  undefined,
  'remind',
  undefined,
  'remind-not',
  'cancel',
  'forget',
] as const satisfies Order['action'][];

/** The same orders each time, of all customers in turn. */
export function someOrders(each: number): Order[] {
  const orders: Order[] = [];
  for (let n = 1; n <= each; n++) {
    for (let c = 0; c < customers; c++) {
      const action = actions[n % actions.length];
      const order = { customer: `customer-${c}`, n, item: items[(n + c) % items.length]! };
      const price = ((n * 7 + c * 3) % 40) / 4;
      orders.push({ ...order, price, ...(action === undefined ? {} : { action }) });
    }
  }
  return orders;
}

/** A last order for each customer, that asks what is left of a state that expires. */
export function recentOrders(n: number): Order[] {
  return Array.from({ length: customers }, (_, c) => ({
    customer: `customer-${c}`,
    n,
    item: 'none',
    price: 0,
    action: 'recent' as const,
  }));
}

export interface Receipt {
  readonly kind: 'ordered' | 'reminded' | 'recent' | 'forgot' | 'sold';
  readonly customer: string;
  readonly n: number;
  readonly item?: string;
  readonly recent?: number | null;
}

/** What a customer's own orders gave, in their order: this is fixed by the input alone. */
export function orderedBy(receipts: readonly Receipt[]): Map<string, Receipt[]> {
  const own = receipts.filter(({ kind }) => ['ordered', 'forgot', 'recent'].includes(kind));
  return Map.groupBy(own, ({ customer }) => customer);
}

/** What one customer's orders did to one item, in their order, without what depends on others. */
export function soldTo(receipts: readonly Receipt[]): Map<string, number[]> {
  const sold = receipts.filter(({ kind }) => kind === 'sold');
  const groups = Map.groupBy(sold, ({ customer, item }) => `${customer} ${item}`);
  return new Map([...groups].map(([key, lines]) => [key, lines.map(({ n }) => n)]));
}

export function remindersOf(receipts: readonly Receipt[]): string[] {
  const fired = receipts.filter(({ kind }) => kind === 'reminded');
  return fired.map(({ customer, n }) => `${customer} ${n}`).toSorted();
}
