/** Who is away from home on a day, and where. */
import { RandomStream, purpose } from '../random.ts';
import type { Calendar } from './calendar.ts';
import { cachedByDay } from './day-cache.ts';
import type { PersonaOptions } from './options.ts';
import type { Population } from './population.ts';
import { countries, segmentOf, segments } from './segments.ts';

export interface Trip {
  /** Place in `countries`; 0 is at home, but far from it. */
  readonly country: number;
  readonly distanceKm: number;
}

interface DatedTrip extends Trip {
  readonly customer: number;
  readonly lastDay: number;
}

const lengthDays = [3, 9] as const;
const businessLengthDays = [1, 3] as const;
const domesticShareOfBusiness = 0.9;
const holidayFactor = 2.5;
const business = segmentOf('business');

/** By customer, the trip that began last. */
export function tripsOf(
  options: PersonaOptions,
  population: Population,
  calendar: Calendar,
): (day: number) => ReadonlyMap<number, Trip> {
  const beginning = cachedByDay((day) => tripsFrom(options, population, calendar, day));
  return (day) => {
    const away = new Map<number, Trip>();
    for (let from = day - lengthDays[1] + 1; from <= day; from++) {
      for (const trip of beginning(from)) if (trip.lastDay >= day) away.set(trip.customer, trip);
    }
    return away;
  };
}

function tripsFrom(
  options: PersonaOptions,
  { bySegment }: Population,
  calendar: Calendar,
  day: number,
): DatedTrip[] {
  const random = new RandomStream().start(options.seed, purpose.trips, 0, day);
  const holiday = calendar.isHoliday(day);
  return segments.flatMap(({ tripRate }, segment) => {
    const members = bySegment[segment]!;
    const expected = members.length * tripRate * (holiday ? holidayFactor : 1);
    return Array.from({ length: random.count(expected) }, () => {
      const customer = members[random.below(members.length)]!;
      return { customer, ...tripOf(segment, day, holiday, random) };
    });
  });
}

function tripOf(
  segment: number,
  day: number,
  holiday: boolean,
  random: RandomStream,
): Omit<DatedTrip, 'customer'> {
  const [shortest, longest] = segment === business ? businessLengthDays : lengthDays;
  const lastDay = day + shortest - 1 + random.below(longest - shortest + 1);
  const near = 1 + Math.min(countries.length - 2, Math.floor(random.exponential(2.5)));
  const anywhere = 1 + random.below(countries.length - 1);
  const country = holiday ? anywhere : near;
  const spread = 0.8 + 0.4 * random.uniform();
  if (segment === business && random.uniform() < domesticShareOfBusiness) {
    return { lastDay, country: 0, distanceKm: 80 + 420 * random.uniform() };
  }
  return { lastDay, country, distanceKm: distanceOf(country, spread) };
}

/** `spread`: 1 in the middle of the country. */
export function distanceOf(country: number, spread: number): number {
  return 300 + 600 * country * spread;
}
