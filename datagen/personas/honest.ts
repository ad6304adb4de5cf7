/** What customers buy on a day, if nobody else has their card. */
import { RandomStream, purpose } from '../random.ts';
import { type GeneratedTransaction, dayMs } from '../transaction.ts';
import type { Calendar } from './calendar.ts';
import type { PersonaOptions } from './options.ts';
import { amountFactors, categories, categoryOf, segmentOf, segments } from './segments.ts';
import type { Till } from './purchase.ts';
import type { Trip } from './trips.ts';

const business = segmentOf('business');
const office = categoryOf('office');
export const hourMs = 3_600_000;
const minuteMs = 60_000;
const hourDeviation = 3.5;
const weekendFactor = 1.15;
const weekendFactorOfBusiness = 0.5;
/** What people buy more of on holiday, and how much more. */
const holidayCategories: ReadonlySet<number> = new Set(
  (['restaurant', 'airline', 'hotel', 'transport', 'entertainment'] as const).map(categoryOf),
);
const holidayKeep = 1 / 1.5;
const pricePointShare = 0.04;
const pricePoints = { amounts: [29.99, 99, 249], sums: [0.4, 0.8, 1] };
const spreePurchases = [3, 7] as const;
const spreeGapMinutes = 8;
/** The early purchases of the promotion: of so many days of a business customer. */
const promotionShare = 0.12;
export const earlyHours = [5.5, 8.5] as const;

export function honestDay(
  options: PersonaOptions,
  till: Till,
  calendar: Calendar,
  trips: ReadonlyMap<number, Trip>,
  day: number,
): GeneratedTransaction[] {
  const sold: GeneratedTransaction[] = [];
  const random = new RandomStream();
  const weekend = calendar.isWeekend(day);
  const holiday = calendar.isHoliday(day);
  const promotion = calendar.hasPromotion(day);
  for (let customer = 0; customer < options.customers; customer++) {
    const own = till.customer(customer);
    if (day < own.fromDay) continue;
    random.start(options.seed, purpose.accountDay, customer, day);
    const isBusiness = own.segment === business;
    const weekendRate = isBusiness ? weekendFactorOfBusiness : weekendFactor;
    const law = segments[own.segment]!;
    const trip = trips.get(customer) ?? null;
    const harmless = { customer, trip, device: null, scenario: 0, signal: 0 };
    for (let left = random.poisson(own.perDay * (weekend ? weekendRate : 1)); left > 0; left--) {
      const hour = (((random.normal(own.hour, hourDeviation) % 24) + 24) % 24) * hourMs;
      const online = random.uniform() < own.online;
      const category = categoryFor(own.basket, holiday, random);
      const chance = random.uniform();
      const amount =
        online && chance < law.tinyShare
          ? 0.5 + 3.5 * random.uniform()
          : online && chance > 1 - pricePointShare
            ? pricePoints.amounts[random.pick(pricePoints.sums)]!
            : till.amountOf(customer, amountFactors[category]!, random);
      const atMs = day * dayMs + Math.floor(hour);
      sold.push(till.sell({ ...harmless, atMs, online, category, amount }, random));
    }
    if (random.uniform() < law.spreeRate) {
      const category = random.pick(own.basket);
      let atMs = day * dayMs + random.uniform() * 0.9 * dayMs;
      const [fewest, most] = spreePurchases;
      for (let left = fewest + random.below(most - fewest + 1); left > 0; left--) {
        const amount = till.amountOf(customer, amountFactors[category]!, random);
        const online = true;
        sold.push(
          till.sell({ ...harmless, atMs: Math.floor(atMs), online, category, amount }, random),
        );
        atMs = Math.min(
          (day + 1) * dayMs - 1,
          atMs + random.exponential(spreeGapMinutes) * minuteMs,
        );
      }
    }
    if (isBusiness && promotion && random.uniform() < promotionShare) {
      const atMs = day * dayMs + Math.floor(earlyMs(random));
      const amount = own.medianAmount * amountFactors[office]! * (1 + 0.8 * random.uniform());
      const bought = { atMs, online: true, category: office, amount };
      sold.push(till.sell({ ...harmless, ...bought }, random));
    }
  }
  return sold;
}

/** A time of the day between half past five and half past eight, ms. */
export function earlyMs(random: RandomStream): number {
  const [from, to] = earlyHours;
  return (from + (to - from) * random.uniform()) * hourMs;
}

/** On holiday other things give way to those that it is for. */
function categoryFor(basket: Float64Array, holiday: boolean, random: RandomStream): number {
  for (let tries = 0; ; tries++) {
    const category = random.pick(basket);
    if (!holiday || holidayCategories.has(category) || tries === categories.length) return category;
    if (random.uniform() < holidayKeep) return category;
  }
}
