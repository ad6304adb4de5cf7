/**
 * What an account is used to: what it buys, how, where, when and with what, as sums that fade. It is
 * as long as it is after the first transaction, whatever the account does.
 *
 * - H1 Sums fade by half in `slowDays` (or `fastDays`) of event time. They are as of the newest
 *   transaction; one that comes late is added with the weight that it would have by then, and sees
 *   what is known by now.
 * - H2 Features of a transaction come from what was before it, never from itself.
 * - H3 Of countries the 8 and of devices the 4 seen last are kept: one that was forgotten is new
 *   again.
 */
import { hashOf } from '../hash.ts';
import type { HabitsView, Known } from './habits-view.ts';
import {
  type Transaction,
  type TransactionDetails,
  categories,
  dayMs,
  retentionMs,
} from './transaction.ts';

const slowDays = 30;
const fastDays = 2;
const countriesMax = 8;
const devicesMax = 4;
/** Farther from home than this is away. */
const awayKm = 60;
const hourBuckets = 6;
const hourMs = 3_600_000;
const earthKm = 20_000;

/** Fading sums of an account's past, as a persona is told from. */
export interface HabitSums {
  readonly total: number;
  readonly online: number;
  readonly away: number;
  /** Sum of the logarithms of amounts. */
  readonly logAmount: number;
  /** By category. */
  readonly categories: Float32Array;
}

export interface HabitFeatures {
  readonly isNewDevice: boolean;
  /** Days since the device was first seen; 0 without a device. */
  readonly deviceDays: number;
  /** From home, and from the last purchase in a shop, km. */
  readonly distanceKm: number;
  readonly distanceFromLastKm: number;
  /** Of the way from there, km/h. */
  readonly speedKmh: number;
  /** Whether the country is another one than the account's most frequent. */
  readonly isForeign: boolean;
  readonly isNewCountry: boolean;
  /** Countries of the last 30 days, this one included. */
  readonly countries: number;
  /** Shares of the account's past, between 0 and 1. */
  readonly hourShare: number;
  readonly categoryShare: number;
  readonly countryShare: number;
  readonly onlineShare: number;
  readonly awayShare: number;
  /** Since the first transaction. */
  readonly accountDays: number;
  /** By category, counts that fade by half in two days; to a hundredth. */
  readonly recentCategories: readonly number[];
}

/** What the habits say of a transaction before it is added to them (H2). */
export function habitFeatures(habits: HabitsView, transaction: Transaction): HabitFeatures {
  const { atMs, device, country, distanceKm = 0 } = transaction;
  const elapsedMs = Math.max(0, atMs - habits.asOfMs);
  const slow = habits.isEmpty ? 0 : fading(elapsedMs, slowDays);
  const fast = habits.isEmpty ? 0 : fading(elapsedMs, fastDays);
  const sums = habits.sums;
  const total = sums.total * slow;
  const own = device === undefined ? undefined : habits.devices.get(hashOf(device));
  const abroad = countryFacts(habits, country, atMs);
  const place = placeOf(habits, transaction);
  const category = categoryOf(transaction);
  const share = (sum: number, prior: number): number => (sum * slow + 1) / (total + prior);
  return {
    isNewDevice: device !== undefined && own === undefined && habits.devices.size > 0,
    deviceDays: own === undefined ? 0 : Math.max(0, atMs - own.firstMs) / dayMs,
    distanceKm,
    ...place,
    ...abroad,
    hourShare: share(habits.hours[bucketOf(atMs)]!, hourBuckets),
    categoryShare: category < 0 ? 0 : share(sums.categories[category]!, categories.length),
    onlineShare: transaction.channel === undefined ? 0 : share(sums.online, 2),
    awayShare: (sums.away * slow) / (total + 1),
    accountDays: habits.isEmpty ? 0 : Math.max(0, atMs - habits.firstMs) / dayMs,
    recentCategories: Array.from(habits.recent, (count) => Math.round(100 * count * fast) / 100),
  };
}

/** Adds a transaction; the view is changed. */
export function addHabit(habits: HabitsView, transaction: Transaction): void {
  const { atMs, amount, device, country, distanceKm = 0 } = transaction;
  const wasEmpty = habits.isEmpty;
  const newestMs = wasEmpty ? atMs : Math.max(atMs, habits.asOfMs);
  if (!wasEmpty) {
    const passedMs = newestMs - habits.asOfMs;
    if (passedMs > 0) habits.fade(fading(passedMs, slowDays), fading(passedMs, fastDays));
  }
  habits.asOfMs = newestMs;
  habits.firstMs = wasEmpty ? atMs : Math.min(atMs, habits.firstMs);
  // A late one weighs what it would weigh by now (H1).
  const weight = fading(newestMs - atMs, slowDays);
  const category = categoryOf(transaction);
  habits.addSums({
    weight,
    online: transaction.channel === 'online',
    away: distanceKm > awayKm,
    logAmount: Math.log(Math.max(0.01, amount)),
    category,
    hour: bucketOf(atMs),
    recentWeight: fading(newestMs - atMs, fastDays),
  });
  if (transaction.channel === 'shop' && atMs >= habits.lastShopMs) {
    habits.lastShopMs = atMs;
    habits.lastShopKm = Math.fround(distanceKm);
    habits.lastShopCountry = country === undefined ? 0 : hashOf(country);
  }
  if (device !== undefined) remember(habits.devices, devicesMax, hashOf(device), atMs);
  if (country !== undefined) remember(habits.countries, countriesMax, hashOf(country), atMs);
}

function categoryOf({ category }: TransactionDetails): number {
  return category === undefined ? -1 : categories.indexOf(category);
}

function bucketOf(atMs: number): number {
  return Math.floor(((atMs % dayMs) / dayMs) * hourBuckets);
}

function fading(elapsedMs: number, halfLifeDays: number): number {
  return 2 ** (-elapsedMs / dayMs / halfLifeDays);
}

function countryFacts(
  habits: HabitsView,
  country: string | undefined,
  atMs: number,
): Pick<HabitFeatures, 'isForeign' | 'isNewCountry' | 'countries' | 'countryShare'> {
  if (country === undefined) {
    return { isForeign: false, isNewCountry: false, countries: 0, countryShare: 0 };
  }
  const hash = hashOf(country);
  let home = hash;
  let most = 0;
  let all = 0;
  let recent = 1;
  for (const [other, { count, lastMs }] of habits.countries) {
    const now = count * fading(Math.max(0, atMs - lastMs), slowDays);
    all += now;
    if (now > most) {
      most = now;
      home = other;
    }
    if (other !== hash && atMs - lastMs < retentionMs) recent++;
  }
  const known = habits.countries.get(hash);
  const own =
    known === undefined ? 0 : known.count * fading(Math.max(0, atMs - known.lastMs), slowDays);
  return {
    isForeign: home !== hash,
    isNewCountry: known === undefined && habits.countries.size > 0,
    countries: recent,
    countryShare: (own + 1) / (all + 2),
  };
}

function placeOf(
  habits: HabitsView,
  { channel, country, distanceKm = 0, atMs }: Transaction,
): Pick<HabitFeatures, 'distanceFromLastKm' | 'speedKmh'> {
  if (channel !== 'shop' || habits.lastShopMs < 0) return { distanceFromLastKm: 0, speedKmh: 0 };
  const here = country === undefined ? 0 : hashOf(country);
  // Only distances from home are known: within a country they are taken as along one road.
  const sameCountry = here === habits.lastShopCountry;
  const between = sameCountry
    ? Math.abs(distanceKm - habits.lastShopKm)
    : distanceKm + habits.lastShopKm;
  const hours = Math.max(0.1, Math.abs(atMs - habits.lastShopMs) / hourMs);
  return { distanceFromLastKm: Math.min(earthKm, between), speedKmh: between / hours };
}

/** Counts one more; the one not seen for longest gives way (H3). */
function remember(table: Map<number, Known>, max: number, hash: number, atMs: number): void {
  const known = table.get(hash);
  if (known !== undefined) {
    const faded = known.count * fading(Math.max(0, atMs - known.lastMs), slowDays);
    table.set(hash, {
      // As it is stored: the same however often it was packed in between.
      count: Math.fround(faded + 1),
      firstMs: Math.min(known.firstMs, atMs),
      lastMs: Math.max(known.lastMs, atMs),
    });
    return;
  }
  if (table.size >= max) {
    const oldest = [...table].reduce((a, b) => (b[1].lastMs < a[1].lastMs ? b : a));
    table.delete(oldest[0]);
  }
  table.set(hash, { count: 1, firstMs: atMs, lastMs: atMs });
}
