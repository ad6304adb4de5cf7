/**
 * The transactions of one day, in time order: a pure function of the world and the day. It keeps
 * nothing from one day to the next, so a stream can be taken up at any day and its memory does
 * not grow with its length.
 */
import { compromisedCustomers, compromisedTerminals } from './compromised.ts';
import { fraudLabelDaysMax, fraudLabelDaysMin } from './options.ts';
import { RandomStream, purpose } from './random.ts';
import type { World } from './world.ts';

export const dayMs = 86_400_000;

/** Fraud by an amount that nobody spends otherwise. */
const conspicuousCents = 22_000;
const middayMs = dayMs / 2;
const timeOfDayDeviationMs = 20_000_000;
const fraudShareOfCompromisedCustomer = 1 / 3;
const fraudAmountFactor = 5;
/** Positions in a day's columns fit into the low part of a sort key. */
const sortKeyFactor = 2 ** 24;

export type Scenario = 0 | 1 | 2 | 3;

/** One day in columns; `order[i]` is the place in the columns of the day's i-th transaction. */
export interface Day {
  readonly count: number;
  readonly order: Uint32Array;
  readonly customer: readonly number[];
  readonly terminal: readonly number[];
  readonly cents: readonly number[];
  readonly atMs: readonly number[];
  /** 0 legitimate, 1 conspicuous amount, 2 compromised terminal, 3 compromised customer. */
  readonly scenario: readonly Scenario[];
  /** When the label becomes known, NaN if never. */
  readonly labelAtMs: readonly number[];
}

/** Generates `day` (days since 1970-01-01 UTC). */
export function generateDay(world: World, day: number): Day {
  const { options } = world;
  const columns = {
    customer: [] as number[],
    terminal: [] as number[],
    cents: [] as number[],
    atMs: [] as number[],
    scenario: [] as Scenario[],
    labelAtMs: [] as number[],
  };
  const badTerminals = compromisedTerminals(options, day);
  const badCustomers = compromisedCustomers(options, day);
  const random = new RandomStream();
  for (let customer = 0; customer < options.customers; customer++) {
    const first = world.reachableFrom[customer]!;
    const reachable = world.reachableFrom[customer + 1]! - first;
    if (reachable === 0) continue;
    random.start(options.seed, purpose.customerDay, customer, day);
    const bad = badCustomers.has(customer);
    for (let left = random.poisson(world.meanPerDay[customer]!); left > 0; left--) {
      const timeMs = Math.trunc(random.normal(middayMs, timeOfDayDeviationMs));
      // As in the Handbook: a time outside the day is discarded, not drawn again.
      if (timeMs <= 0 || timeMs >= dayMs) continue;
      const terminal = world.reachable[first + random.below(reachable)]!;
      let cents = drawCents(random, world.meanAmount[customer]!);
      let scenario: Scenario = cents > conspicuousCents ? 1 : 0;
      if (badTerminals.has(terminal)) scenario = 2;
      if (bad && random.uniform() < fraudShareOfCompromisedCustomer) {
        scenario = 3;
        cents *= fraudAmountFactor;
      }
      const atMs = day * dayMs + timeMs;
      columns.customer.push(customer);
      columns.terminal.push(terminal);
      columns.cents.push(cents);
      columns.atMs.push(atMs);
      columns.scenario.push(scenario);
      columns.labelAtMs.push(atMs + labelDelayMs(world, random, scenario));
    }
  }
  return { count: columns.atMs.length, order: timeOrder(columns.atMs, day), ...columns };
}

function drawCents(random: RandomStream, mean: number): number {
  const amount = random.normal(mean, mean / 2);
  return Math.round(100 * (amount < 0 ? 2 * mean * random.uniform() : amount));
}

/** NaN if the transaction never gets a label. */
function labelDelayMs(world: World, random: RandomStream, scenario: Scenario): number {
  const { options } = world;
  // Drawn for frauds too, so that the share changes nothing but which labels there are.
  const confirmed = random.uniform() < options.legitimateLabelShare;
  if (scenario === 0) return confirmed ? Math.round(options.legitimateLabelDays * dayMs) : NaN;
  const logDays = random.normal(Math.log(options.fraudLabelMedianDays), options.fraudLabelSigma);
  const days = Math.min(fraudLabelDaysMax, Math.max(fraudLabelDaysMin, Math.exp(logDays)));
  return Math.round(days * dayMs);
}

/** By time; ties by customer, then in the order in which the customer made them. */
function timeOrder(atMs: readonly number[], day: number): Uint32Array {
  const keys = new Float64Array(atMs.length);
  for (let i = 0; i < keys.length; i++) keys[i] = (atMs[i]! - day * dayMs) * sortKeyFactor + i;
  keys.sort();
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) order[i] = keys[i]! % sortKeyFactor;
  return order;
}
