/** The part of the registry that is told from an account's habits and a transaction's details. */
import type { FeatureDefinition, FeatureFacts } from './registry.ts';
import { categories, dayMs, signalsMax } from './transaction.ts';
import { money, number, percent, whole } from './words.ts';

type Of = FeatureDefinition['of'];
type Words = FeatureDefinition['words'];

/** One that is not of the reference. */
const feature = (name: string, of: Of, words: Words): FeatureDefinition => {
  return { name, reference: false, of, words };
};
const flag = (
  name: string,
  of: (facts: FeatureFacts) => boolean,
  yes: string,
  no: string,
): FeatureDefinition =>
  feature(
    name,
    (facts) => (of(facts) ? 1 : 0),
    (value) => (value === 1 ? yes : no),
  );

const share = (
  name: 'hourShare' | 'categoryShare' | 'countryShare' | 'onlineShare' | 'awayShare',
  label: string,
  what: string,
): FeatureDefinition =>
  feature(
    label,
    ({ habits }) => habits[name],
    (value) => `${percent(value)} of the account's purchases ${what}`,
  );

const hourOf = (atMs: number): number => ((atMs % dayMs) / dayMs) * 24;
const angleOf = (atMs: number): number => (2 * Math.PI * (atMs % dayMs)) / dayMs;
const clock = (hour: number): string => `at ${Math.floor(hour)} o'clock`;

export const habitFeatureList: readonly FeatureDefinition[] = [
  feature(
    'log-amount',
    ({ transaction }) => Math.log(Math.max(0.01, transaction.amount)),
    (value) => `amount ${money(Math.exp(value))}`,
  ),
  feature(
    'log-account-count-1d',
    ({ account }) => Math.log(account.count[0]),
    (value) => `${whole(Math.exp(value))} of the account in 24 hours`,
  ),
  feature(
    'log-account-count-1h',
    ({ account }) => Math.log(account.lastHour),
    (value) => `${whole(Math.exp(value))} of the account in one hour`,
  ),
  feature(
    'log-account-average-30d',
    ({ account }) => Math.log(Math.max(0.01, account.average[2])),
    (value) => `the account's average of 30 days is ${money(Math.exp(value))}`,
  ),
  flag('online', ({ transaction }) => transaction.channel === 'online', 'online', 'in a shop'),
  flag(
    'new-device',
    ({ habits }) => habits.isNewDevice,
    'a device that the account never used',
    'a device that the account knows',
  ),
  feature(
    'log-device-days',
    ({ habits }) => Math.log1p(habits.deviceDays),
    (value) => `device known for ${number(Math.expm1(value))} days`,
  ),
  feature(
    'log-distance-home',
    ({ habits }) => Math.log1p(habits.distanceKm),
    (value) => `${number(Math.expm1(value))} km from home`,
  ),
  feature(
    'log-distance-last',
    ({ habits }) => Math.log1p(habits.distanceFromLastKm),
    (value) => `${number(Math.expm1(value))} km from the last shop`,
  ),
  feature(
    'log-speed',
    ({ habits }) => Math.log1p(habits.speedKmh),
    (value) => `${number(Math.expm1(value))} km/h from the last shop`,
  ),
  flag('foreign', ({ habits }) => habits.isForeign, 'abroad', 'in the usual country'),
  flag(
    'new-country',
    ({ habits }) => habits.isNewCountry,
    'a country that the account was never in',
    'a country that the account knows',
  ),
  feature(
    'countries-30d',
    ({ habits }) => habits.countries,
    (value) => `${number(value)} countries in 30 days`,
  ),
  share('countryShare', 'country-share', 'are in this country'),
  share('hourShare', 'hour-share', 'are in these four hours of the day'),
  share('categoryShare', 'category-share', 'are of this category'),
  share('onlineShare', 'online-share', 'are online'),
  share('awayShare', 'away-share', 'are far from home'),
  feature(
    'log-account-days',
    ({ habits }) => Math.log1p(habits.accountDays),
    (value) => `account known for ${number(Math.expm1(value))} days`,
  ),
  feature('hour', ({ transaction }) => hourOf(transaction.atMs), clock),
  feature(
    'hour-sine',
    ({ transaction }) => Math.sin(angleOf(transaction.atMs)),
    () => 'the time of the day',
  ),
  feature(
    'hour-cosine',
    ({ transaction }) => Math.cos(angleOf(transaction.atMs)),
    () => 'the time of the day',
  ),
  ...categories.map((category) =>
    flag(
      `category-${category}`,
      ({ transaction }) => transaction.category === category,
      `category ${category}`,
      `not of category ${category}`,
    ),
  ),
  ...categories.map((category, i) =>
    feature(
      `recent-${category}`,
      ({ habits }) => habits.recentCategories[i]!,
      (value) => `${number(value)} recent purchases of category ${category}`,
    ),
  ),
  ...Array.from({ length: signalsMax }, (_, i) =>
    feature(
      `signal-${i + 1}`,
      ({ transaction }) => transaction.signals?.[i] ?? 0,
      (value) => `third-party signal ${i + 1} is ${number(value)} deviations off`,
    ),
  ),
];
