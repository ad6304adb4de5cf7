/** From what somebody decides to buy to a transaction with all its details. */
import { labelDelayMs } from '../labels.ts';
import { RandomStream, purpose } from '../random.ts';
import { type GeneratedTransaction, dayMs } from '../transaction.ts';
import { type Calendar, signalCount } from './calendar.ts';
import type { PersonaOptions } from './options.ts';
import { type Customer, Merchants, type Population } from './population.ts';
import { categories, countries, segmentOf, segments } from './segments.ts';
import type { Trip } from './trips.ts';

export interface Purchase {
  readonly customer: number;
  readonly atMs: number;
  readonly online: boolean;
  readonly category: number;
  readonly amount: number;
  /** Where a purchase in a shop is; null at home. */
  readonly trip: Trip | null;
  /** Null for the customer's own. */
  readonly device: string | null;
  readonly scenario: number;
  /** Added to every signal. */
  readonly signal: number;
}

const business = segmentOf('business');
/** Largest amount that histories can hold, in cents. */
const centsMax = 4_000_000_000;

export class Till {
  readonly #options: PersonaOptions;
  readonly #population: Population;
  readonly #calendar: Calendar;
  readonly merchants: Merchants;
  readonly #deviceRandom = new RandomStream();

  constructor(options: PersonaOptions, population: Population, calendar: Calendar) {
    this.#options = options;
    this.#population = population;
    this.#calendar = calendar;
    this.merchants = new Merchants(population);
  }

  customer(number: number): Customer {
    return this.#population.customers[number]!;
  }

  /** Chooses the merchant, and draws what else the record says. */
  sell(purchase: Purchase, random: RandomStream): GeneratedTransaction {
    const { online, trip } = purchase;
    const terminal = this.#merchantFor(purchase, random);
    return this.record(purchase, terminal, random, {
      country: countries[online ? 0 : (trip?.country ?? 0)]!,
      distanceKm: online ? 0 : this.#distanceOf(purchase, random),
    });
  }

  /** The same with the merchant known. */
  record(
    { customer, atMs, online, category, amount, device, scenario, signal }: Purchase,
    terminal: number,
    random: RandomStream,
    place: { readonly country: string; readonly distanceKm: number },
  ): GeneratedTransaction {
    const { segment } = this.customer(customer);
    const shift = this.#calendar.shiftOf(segment, Math.floor(atMs / dayMs));
    const signals = new Array<number>(signalCount);
    for (let i = 0; i < signalCount; i++) {
      const value = random.normal(signal + (shift?.[i] ?? 0), 1);
      signals[i] = Math.round(100 * value) / 100;
    }
    const unreported = segment === business ? this.#options.unreportedShare : 0;
    const delayMs = labelDelayMs(this.#options, random, scenario > 0, unreported);
    return {
      customer,
      terminal,
      cents: Math.min(centsMax, Math.max(1, Math.round(100 * amount))),
      atMs,
      scenario,
      labelAtMs: atMs + delayMs,
      details: {
        category: categories[category]!,
        channel: online ? 'online' : 'shop',
        country: place.country,
        device: online ? (device ?? this.#ownDevice(customer, atMs)) : null,
        distanceKm: place.distanceKm,
        signals,
      },
    };
  }

  /** An amount as this customer spends it. */
  amountOf(customer: number, factor: number, random: RandomStream): number {
    const { medianAmount, logDeviation } = this.customer(customer);
    return Math.exp(random.normal(Math.log(medianAmount * factor), logDeviation));
  }

  #merchantFor({ customer, online, category, trip }: Purchase, random: RandomStream): number {
    if (online) return this.merchants.online(category, random);
    if (trip !== null) return this.merchants.abroad(trip.country, category, random);
    return this.merchants.local(this.customer(customer).zone, category, random);
  }

  #distanceOf({ customer, trip }: Purchase, random: RandomStream): number {
    const nearby = random.exponential(segments[this.customer(customer).segment]!.distanceKm);
    return Math.round(10 * (nearby + (trip?.distanceKm ?? 0))) / 10;
  }

  /**
   * One new device per span of the customer's own length, at a time within it by chance: so it is
   * known of any day without looking at those before.
   */
  #ownDevice(customer: number, atMs: number): string {
    const { deviceDays } = this.customer(customer);
    const spans = atMs / dayMs / deviceDays;
    const span = Math.floor(spans);
    const random = this.#deviceRandom.start(this.#options.seed, purpose.device, customer, span);
    const changed = spans - span >= random.uniform();
    return `d-${customer}-${span + (changed ? 1 : 0)}`;
  }
}
