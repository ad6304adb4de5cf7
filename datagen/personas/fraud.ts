/** Fraud that a criminal commits with a card or an account: episodes of one to some days. */
import { RandomStream, purpose } from '../random.ts';
import { type GeneratedTransaction, dayMs, scenarios } from '../transaction.ts';
import type { Calendar } from './calendar.ts';
import { cachedByDay } from './day-cache.ts';
import { earlyMs, hourMs } from './honest.ts';
import type { FraudRates, PersonaOptions } from './options.ts';
import { type Population, partialSums } from './population.ts';
import type { Purchase, Till } from './purchase.ts';
import { amountFactors, categoryOf, countries, segmentOf, segments } from './segments.ts';
import { distanceOf } from './trips.ts';

/** No episode is longer: what would come later is not committed. */
const longestDays = 10;
/** Keeps the share of frauds below a hundredth. */
const overall = 0.9;
/** Of bursts that became baskets. */
const switchedFactor = 0.75;
const minuteMs = 60_000;

/** What is bought in an episode, in the order of time. */
type Spend = Pick<Purchase, 'atMs' | 'online' | 'category' | 'amount'> &
  Partial<Pick<Purchase, 'trip'>>;

interface Kind {
  readonly scenario: (typeof scenarios)[number];
  readonly option: keyof FraudRates;
  /** Episodes per customer and day, by segment; `others`: in every segment without its own. */
  readonly rates: Readonly<Record<string, number>>;
  /** Added to every signal, in standard deviations. */
  readonly signal: number;
  /** Share of the episodes on a device that was never seen before. */
  readonly newDevice: number;
  readonly spend: (till: Till, customer: number, day: number, random: RandomStream) => Spend[];
}

const burstBasket = basketOf({
  giftcards: 0.35,
  electronics: 0.3,
  games: 0.15,
  transfer: 0.1,
  digital: 0.1,
});
const limits = { amounts: [30, 100, 250], sums: [0.4, 0.8, 1] };
const thiefBasket = partialSums([2, 2, 6, 3, 1, 8, 1, 1, 14, 3, 6, 1, 3, 10, 5, 4, 3, 3, 1, 3]);
/** How much more (or less) of a category than its owner buys who has taken an account over. */
const takeoverTaste = [
  ...[-0.9, 0.3, 0.6, 0.2, -0.8, 0.9, -0.7, -0.5, 1.2, 0.7],
  ...[1, 0.8, 0.9, 0.5, 0.2, 0.6, 0.5, 0.8, 0.3, 1],
];
const studentTakeoverTaste = [
  ...[0.9, 1.2, -0.8, -0.9, 0.8, 0.5, 1.1, 1, 0.6, -0.9],
  ...[-0.2, -1, 0.2, 0.6, -0.8, -0.7, 0.7, 0.3, 1, -0.3],
];
const tasteStrength = 1.4;
const office = categoryOf('office');
const homebody = segmentOf('homebody');
const student = segmentOf('student');

const burst: Kind = {
  scenario: 'card-not-present-burst',
  option: 'burstRate',
  rates: { online: 0.0013, homebody: 0, others: 0.0001 },
  signal: 0.15,
  newDevice: 0.5,
  // First a small one to see whether the card works, then just under what is checked.
  spend: (_till, _customer, day, random) =>
    inARow(4 + random.below(6), day, 20 * minuteMs, random, (i) => ({
      online: true,
      category: random.pick(burstBasket),
      amount:
        i === 0
          ? 0.5 + 3.5 * random.uniform()
          : limits.amounts[random.pick(limits.sums)]! * (0.96 + 0.039 * random.uniform()),
    })),
};

const takeover: Kind = {
  scenario: 'account-takeover',
  option: 'takeoverRate',
  rates: { student: 0.00075, homebody: 0.00055, traveller: 0.0002, online: 0.0001 },
  signal: 0.7,
  newDevice: 0.25,
  spend(till, customer, day, random) {
    const { segment } = till.customer(customer);
    const taste = segment === student ? studentTakeoverTaste : takeoverTaste;
    const basket = partialSums(
      segments[segment]!.basket.map((weight, i) => weight * Math.exp(tasteStrength * taste[i]!)),
    );
    const online =
      segment === homebody ? 0.1 + 0.4 * random.uniform() : 0.3 + 0.6 * random.uniform();
    return inARow(8 + random.below(14), day, 4 * hourMs, random, () => {
      const category = random.pick(basket);
      const factor = amountFactors[category]! * Math.exp(0.1);
      const amount = till.amountOf(customer, factor, random);
      return { online: random.uniform() < online, category, amount };
    });
  },
};

const thief: Kind = {
  scenario: 'travelling-thief',
  option: 'thiefRate',
  rates: { traveller: 0.0017, shop: 0.0001, business: 0.0001 },
  signal: 0.3,
  newDevice: 0,
  spend(till, customer, day, random) {
    const country = 1 + random.below(countries.length - 1);
    const trip = { country, distanceKm: distanceOf(country, 0.8 + 0.4 * random.uniform()) };
    return inARow(3 + random.below(6), day, 1.5 * hourMs, random, () => {
      const category = random.pick(thiefBasket);
      const factor = amountFactors[category]! * Math.exp(0.4);
      return { online: false, category, amount: till.amountOf(customer, factor, random), trip };
    });
  },
};

const officeRing: Kind = {
  scenario: 'office-ring',
  option: 'officeRingRate',
  rates: { business: 0.0035 },
  signal: 0.1,
  newDevice: 0,
  spend(till, customer, day, random) {
    const { medianAmount } = till.customer(customer);
    return Array.from({ length: 3 + random.below(5) }, (_, i) => ({
      atMs: Math.floor((day + (i >> 1)) * dayMs + earlyMs(random)),
      online: true,
      category: office,
      amount: medianAmount * amountFactors[office]! * (1 + 0.8 * random.uniform()),
    }));
  },
};

const mimicry: Kind = {
  scenario: 'mimicry',
  option: 'mimicryRate',
  rates: { business: 0.0013 },
  signal: 0.95,
  newDevice: 0,
  spend(till, customer, day, random) {
    const own = till.customer(customer);
    return Array.from({ length: 6 + random.below(9) }, (_, i) => {
      const hour = (((random.normal(own.hour, 3.5) % 24) + 24) % 24) * hourMs;
      const category = random.pick(own.basket);
      return {
        atMs: Math.floor((day + Math.floor(i / 3)) * dayMs + hour),
        online: random.uniform() < own.online,
        category,
        amount: till.amountOf(customer, amountFactors[category]!, random),
      };
    });
  },
};

/** A gang that has changed its ways: slow baskets instead of bursts. */
const switchedBurst: Kind = {
  ...takeover,
  option: 'burstRate',
  rates: Object.fromEntries(
    Object.entries(burst.rates).map(([segment, rate]) => [segment, switchedFactor * rate]),
  ),
};

/** The frauds of a day, of all episodes that began on it or before. */
export function fraudsOf(
  options: PersonaOptions,
  population: Population,
  calendar: Calendar,
  till: Till,
): (day: number) => GeneratedTransaction[] {
  const beginning = cachedByDay((day) => {
    const gang = calendar.hasNewTactics(day) ? switchedBurst : burst;
    const kinds = [gang, takeover, thief, mimicry];
    if (calendar.hasOfficeRing(day)) kinds.push(officeRing);
    return kinds.flatMap((kind) => episodes(options, population, till, kind, day));
  });
  return (day) => {
    const today: GeneratedTransaction[] = [];
    for (let from = day - longestDays + 1; from <= day; from++) {
      for (const fraud of beginning(from)) {
        if (Math.floor(fraud.atMs / dayMs) === day) today.push(fraud);
      }
    }
    return today;
  };
}

function episodes(
  options: PersonaOptions,
  { bySegment }: Population,
  till: Till,
  kind: Kind,
  day: number,
): GeneratedTransaction[] {
  const scenario = scenarios.indexOf(kind.scenario);
  const stream = purpose.episodes + (kind === switchedBurst ? 0 : scenario);
  const random = new RandomStream().start(options.seed, stream, 0, day);
  const committed: GeneratedTransaction[] = [];
  segments.forEach(({ name }, segment) => {
    const members = bySegment[segment]!;
    const rate = kind.rates[name] ?? kind.rates['others'] ?? 0;
    let left = random.count(members.length * rate * overall * options[kind.option]);
    for (; left > 0; left--) {
      const customer = members[random.below(members.length)]!;
      const isNew = random.uniform() < kind.newDevice;
      const device = isNew ? `d-${customer}-x${day}` : null;
      for (const spend of kind.spend(till, customer, day, random)) {
        const purchase = { trip: null, ...spend, customer, device, scenario, signal: kind.signal };
        const sold = till.sell(purchase, random);
        const opened = day >= till.customer(customer).fromDay;
        if (opened && sold.atMs < (day + longestDays) * dayMs) committed.push(sold);
      }
    }
  });
  return committed;
}

/** So many purchases with gaps of this mean, from some time of the day on. */
function inARow(
  count: number,
  day: number,
  meanGapMs: number,
  random: RandomStream,
  bought: (i: number) => Omit<Spend, 'atMs'>,
): Spend[] {
  let atMs = (day + random.uniform()) * dayMs;
  return Array.from({ length: count }, (_, i) => {
    if (i > 0) atMs += random.exponential(meanGapMs);
    return { atMs: Math.floor(atMs), ...bought(i) };
  });
}

function basketOf(weights: Readonly<Partial<Record<string, number>>>): Float64Array {
  const sums = new Array<number>(amountFactors.length).fill(0);
  for (const [name, weight] of Object.entries(weights)) {
    sums[categoryOf(name as Parameters<typeof categoryOf>[0])] = weight!;
  }
  return partialSums(sums);
}
