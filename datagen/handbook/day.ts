/**
 * The transactions of one day in the world of the Fraud Detection Handbook (Le Borgne et al., ULB
 * 2022), by its distributions, drawn anew here.
 */
import { labelDelayMs } from '../labels.ts';
import { RandomStream, purpose } from '../random.ts';
import { type GeneratedTransaction, dayMs, inTimeOrder } from '../transaction.ts';
import { validateWorldOptions } from '../options.ts';
import type { World } from '../world.ts';
import { compromisedCustomers, compromisedTerminals } from './compromised.ts';
import type { HandbookOptions } from './options.ts';
import { type Population, createPopulation } from './population.ts';

/** Fraud by an amount that nobody spends otherwise. */
const conspicuousCents = 22_000;
const middayMs = dayMs / 2;
const timeOfDayDeviationMs = 20_000_000;
const fraudShareOfCompromisedCustomer = 1 / 3;
const fraudAmountFactor = 5;

/** Throws WEIR_DATAGEN_BAD_OPTION for impossible options. */
export function createHandbookWorld(options: HandbookOptions): World {
  validateWorldOptions(options);
  const population = createPopulation(options);
  return {
    options,
    day: (day) => generateDay(options, population, day),
    personaOf: () => null,
  };
}

function generateDay(
  options: HandbookOptions,
  population: Population,
  day: number,
): GeneratedTransaction[] {
  const transactions: GeneratedTransaction[] = [];
  const badTerminals = compromisedTerminals(options, day);
  const badCustomers = compromisedCustomers(options, day);
  const random = new RandomStream();
  for (let customer = 0; customer < options.customers; customer++) {
    const first = population.reachableFrom[customer]!;
    const reachable = population.reachableFrom[customer + 1]! - first;
    if (reachable === 0) continue;
    random.start(options.seed, purpose.customerDay, customer, day);
    const bad = badCustomers.has(customer);
    for (let left = random.poisson(population.meanPerDay[customer]!); left > 0; left--) {
      const timeMs = Math.trunc(random.normal(middayMs, timeOfDayDeviationMs));
      // As in the Handbook: a time outside the day is discarded, not drawn again.
      if (timeMs <= 0 || timeMs >= dayMs) continue;
      const terminal = population.reachable[first + random.below(reachable)]!;
      let cents = drawCents(random, population.meanAmount[customer]!);
      let scenario = cents > conspicuousCents ? 1 : 0;
      if (badTerminals.has(terminal)) scenario = 2;
      if (bad && random.uniform() < fraudShareOfCompromisedCustomer) {
        scenario = 3;
        cents *= fraudAmountFactor;
      }
      const atMs = day * dayMs + timeMs;
      const labelAtMs = atMs + labelDelayMs(options, random, scenario > 0);
      transactions.push({ customer, terminal, cents, atMs, scenario, labelAtMs, details: null });
    }
  }
  return inTimeOrder(transactions);
}

function drawCents(random: RandomStream, mean: number): number {
  const amount = random.normal(mean, mean / 2);
  return Math.round(100 * (amount < 0 ? 2 * mean * random.uniform() : amount));
}
