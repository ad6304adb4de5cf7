/**
 * The world of the personas: six sorts of customers, each with habits, fraud and drift of its own.
 * What a day brings is a function of the options and the day: trips, episodes of fraud and skimmed
 * shops that began before are drawn again from the days on which they did.
 */
import { labelDelayMs } from '../labels.ts';
import { validateWorldOptions } from '../options.ts';
import { RandomStream, purpose } from '../random.ts';
import { type GeneratedTransaction, dayMs, inTimeOrder, scenarios } from '../transaction.ts';
import type { World } from '../world.ts';
import { Calendar } from './calendar.ts';
import { fraudsOf } from './fraud.ts';
import { honestDay, hourMs } from './honest.ts';
import type { PersonaOptions } from './options.ts';
import { createPopulation } from './population.ts';
import { Till } from './purchase.ts';
import { segments } from './segments.ts';
import { skimmedShops, skimming } from './skimming.ts';
import { tripsOf } from './trips.ts';

const skimmed = scenarios.indexOf('skimmed-terminal');

/** Throws WEIR_DATAGEN_BAD_OPTION for impossible options. */
export function createPersonaWorld(options: PersonaOptions): World {
  validateWorldOptions(options);
  const population = createPopulation(options);
  const calendar = new Calendar(options);
  const till = new Till(options, population, calendar);
  const trips = tripsOf(options, population, calendar);
  const frauds = fraudsOf(options, population, calendar, till);
  const skimmedOn = skimmedShops(options, till.merchants);
  return {
    options,
    day: (day) => {
      const honest = honestDay(options, till, calendar, trips(day), day);
      const copied = skim(options, honest, skimmedOn(day), day);
      return inTimeOrder([...copied, ...frauds(day)]);
    },
    personaOf: (customer) => segments[population.customers[customer]!.segment]!.name,
  };
}

/** Makes frauds of what is bought in the evening at shops that are skimmed. */
function skim(
  options: PersonaOptions,
  sold: readonly GeneratedTransaction[],
  shops: ReadonlySet<number>,
  day: number,
): GeneratedTransaction[] {
  const random = new RandomStream().start(options.seed, purpose.skimmed, 1, day);
  return sold.map((sale) => {
    if (!shops.has(sale.terminal)) return sale;
    const hour = (sale.atMs - day * dayMs) / hourMs;
    const evening = hour >= skimming.fromHour && hour < skimming.toHour;
    if (!evening || random.uniform() >= skimming.share) return sale;
    const signals = sale.details!.signals.map((value) => {
      return Math.round(100 * (value + skimming.signal)) / 100;
    });
    return {
      ...sale,
      scenario: skimmed,
      labelAtMs: sale.atMs + labelDelayMs(options, random, true),
      details: { ...sale.details!, signals },
    };
  });
}
