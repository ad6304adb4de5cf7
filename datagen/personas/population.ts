/** The customers of the persona world, and where they can buy. */
import { RandomStream, purpose } from '../random.ts';
import { weightsOf } from './mix.ts';
import type { PersonaOptions } from './options.ts';
import { categories, countries, segmentOf, segments } from './segments.ts';

/** Of all customers of a zone so many on average: about as many purchases per shop as in a town. */
const customersPerZone = 260;
const shopsPerCategory = 4;
const onlineShopsPerCategory = 25;
const foreignShopsPerCategory = 2;
/** Share of students whose account is opened while the timeline runs, and on which of its days. */
const openingShare = 0.15;
const openingDays = [62, 111] as const;

export interface Customer {
  /** Place in `segments`. */
  readonly segment: number;
  readonly zone: number;
  /** Days since 1970-01-01 UTC from which on there are transactions. */
  readonly fromDay: number;
  readonly perDay: number;
  readonly online: number;
  readonly medianAmount: number;
  readonly logDeviation: number;
  readonly hour: number;
  /** Partial sums of the categories' shares. */
  readonly basket: Float64Array;
  /** Days between two new devices, on average. */
  readonly deviceDays: number;
}

export interface Population {
  readonly customers: readonly Customer[];
  /** Customer numbers by segment. */
  readonly bySegment: readonly (readonly number[])[];
  readonly zones: number;
  /** Of the segments, in their order. */
  readonly weights: readonly number[];
}

export function createPopulation(options: PersonaOptions): Population {
  const zones = Math.max(1, Math.round(options.customers / customersPerZone));
  const weights = weightsOf(options.personas);
  const sums = partialSums(weights);
  const random = new RandomStream();
  const bySegment: number[][] = segments.map(() => []);
  const customers = Array.from({ length: options.customers }, (_, number) => {
    random.start(options.seed, purpose.account, number, 0);
    const segment = random.pick(sums);
    bySegment[segment]!.push(number);
    return customerOf(options, segment, random.below(zones), random);
  });
  return { customers, bySegment, zones, weights };
}

function customerOf(
  options: PersonaOptions,
  segment: number,
  zone: number,
  random: RandomStream,
): Customer {
  const law = segments[segment]!;
  const perDay = law.perDay * Math.min(3, Math.max(0.3, random.gamma(4) / 4));
  const [a, b] = [random.gamma(20 * law.online), random.gamma(20 * (1 - law.online))];
  const online = a / (a + b);
  const medianAmount = law.medianAmount * Math.exp(random.normal(0, 0.35));
  const logDeviation = law.logDeviation * (0.8 + 0.4 * random.uniform());
  const hour = random.normal(law.hour, 1.5);
  const total = law.basket.reduce((sum, weight) => sum + weight, 0);
  const basket = partialSums(
    law.basket.map((weight) => random.gamma((40 * weight) / total + 0.05)),
  );
  const opens = segment === segmentOf('student') && random.uniform() < openingShare;
  const [first, last] = openingDays;
  const openingDay = options.timelineFrom + first + random.below(last - first + 1);
  return {
    ...{ segment, zone, perDay, online, medianAmount, logDeviation, hour, basket },
    fromDay: opens ? openingDay : -Infinity,
    deviceDays: 1 / Math.max(1e-6, options.newDeviceShare * perDay * online),
  };
}

/** Merchants by number: shops of the zones, then online shops, then those abroad. */
export class Merchants {
  readonly #zones: number;
  readonly #weights: readonly number[];

  constructor({ zones, weights }: Population) {
    this.#zones = zones;
    this.#weights = weights;
  }

  /** The first in a street is the one that most go to. */
  local(zone: number, category: number, random: RandomStream): number {
    const which = Math.min(shopsPerCategory - 1, Math.floor(random.exponential(1.2)));
    return (zone * categories.length + category) * shopsPerCategory + which;
  }

  online(category: number, random: RandomStream): number {
    const which = Math.min(onlineShopsPerCategory - 1, Math.floor(random.exponential(6)));
    return this.localCount + category * onlineShopsPerCategory + which;
  }

  abroad(country: number, category: number, random: RandomStream): number {
    const which = random.below(foreignShopsPerCategory);
    const place = (country * categories.length + category) * foreignShopsPerCategory + which;
    return this.localCount + categories.length * onlineShopsPerCategory + place;
  }

  /** Shops at home: numbers below this. */
  get localCount(): number {
    return this.#zones * categories.length * shopsPerCategory;
  }

  get count(): number {
    const abroad = countries.length * categories.length * foreignShopsPerCategory;
    return this.localCount + categories.length * onlineShopsPerCategory + abroad;
  }

  /** About how much of a zone's purchases a local shop has: by its category and its place. */
  localWeight(shop: number): number {
    const which = shop % shopsPerCategory;
    const category = Math.floor(shop / shopsPerCategory) % categories.length;
    const last = which === shopsPerCategory - 1;
    const place = Math.exp(-which / 1.2) - (last ? 0 : Math.exp(-(which + 1) / 1.2));
    const demand = segments.reduce((sum, { perDay, online, basket }, segment) => {
      const total = basket.reduce((all, weight) => all + weight, 0);
      return sum + (this.#weights[segment]! * perDay * (1 - online) * basket[category]!) / total;
    }, 0);
    return demand * place;
  }
}

export function partialSums(weights: readonly number[]): Float64Array {
  let sum = 0;
  return Float64Array.from(weights, (weight) => (sum += weight));
}
