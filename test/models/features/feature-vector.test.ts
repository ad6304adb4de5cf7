import { describe, expect, it } from 'vitest';
import type { AccountFeatures } from '#models/features/account-history.ts';
import {
  featureNames,
  featureSetVersion,
  featureVector,
  fromSparse,
  toSparse,
} from '#models/features/feature-vector.ts';
import type { HabitFeatures } from '#models/features/habits.ts';
import type { MerchantFeatures } from '#models/features/merchant-history.ts';
import { features } from '#models/features/registry.ts';
import { categories, signalsMax } from '#models/features/transaction.ts';

const account: AccountFeatures = {
  count: [1, 2, 4],
  lastHour: 1,
  average: [10, 20, 40],
  pastMean: 40,
  pastDeviation: 10,
  pastMax: 160,
  secondsSinceLast: Math.E - 1,
  knownFrauds: 2,
};
const habits: HabitFeatures = {
  isNewDevice: true,
  deviceDays: 0,
  distanceKm: Math.E - 1,
  distanceFromLastKm: 0,
  speedKmh: 0,
  isForeign: false,
  isNewCountry: false,
  countries: 1,
  hourShare: 0.25,
  categoryShare: 0.125,
  countryShare: 0.5,
  onlineShare: 0.75,
  awayShare: 0,
  accountDays: 0,
  recentCategories: categories.map((_, i) => (i === 3 ? 2.5 : 0)),
};
const merchant: MerchantFeatures = {
  volume: [4, 5, 6],
  risk: [0.1, 0.2, 0.3],
  delayedFrauds: 0,
  daysSinceFraud: 3.5,
  lastLabelledRisk: 0.25,
  knownFrauds: 0,
};

function named(
  amount: number,
  at: string,
  changes = {},
  other = {},
  details = {},
): Record<string, number> {
  const vector = featureVector({
    transaction: { amount, atMs: Date.parse(at), ...details },
    account: { ...account, ...changes },
    habits,
    merchant: { ...merchant, ...other },
  });
  return Object.fromEntries(featureNames.map((name, i) => [name, vector[i]!]));
}

describe('the feature vector', () => {
  it('has every feature in its place', () => {
    const details = { category: 'cafe', channel: 'online', signals: [0.5, -1] };
    const values = named(80, '2018-04-02T06:00:00Z', {}, {}, details);
    const wanted = {
      amount: 80,
      'during-weekend': 0,
      'during-night': 1,
      'account-count-1d': 1,
      'account-count-7d': 2,
      'account-count-30d': 4,
      'account-average-1d': 10,
      'account-average-7d': 20,
      'account-average-30d': 40,
      'merchant-volume-1d': 4,
      'merchant-volume-7d': 5,
      'merchant-volume-30d': 6,
      'merchant-risk-1d': 0.1,
      'merchant-risk-7d': 0.2,
      'merchant-risk-30d': 0.3,
      'amount-deviations': 4,
      'amount-to-average': 2,
      'amount-to-largest': 0.5,
      'log-seconds-since-last': 1,
      'account-known-frauds-30d': 2,
      'days-since-merchant-fraud': 3.5,
      'merchant-last-labelled-risk': 0.25,
      'log-merchant-delayed-frauds': 0,
      'log-merchant-known-frauds-30d': 0,
      'log-amount': Math.log(80),
      'log-account-count-1d': 0,
      'log-account-count-1h': 0,
      'log-account-average-30d': Math.log(40),
      online: 1,
      'new-device': 1,
      'log-device-days': 0,
      'log-distance-home': 1,
      'log-distance-last': 0,
      'log-speed': 0,
      foreign: 0,
      'new-country': 0,
      'countries-30d': 1,
      'country-share': 0.5,
      'hour-share': 0.25,
      'category-share': 0.125,
      'online-share': 0.75,
      'away-share': 0,
      'log-account-days': 0,
      hour: 6,
      'hour-sine': 1,
      'hour-cosine': expect.closeTo(0, 12) as number,
    };
    expect(values).toMatchObject(wanted);
    // The rest are categories, one and its recent count set, and signals.
    const rest = Object.entries(values).filter(([name]) => !Object.hasOwn(wanted, name));
    expect(rest).toHaveLength(2 * categories.length + signalsMax);
    expect(rest.filter(([, value]) => value !== 0)).toEqual([
      ['category-cafe', 1],
      ['recent-cafe', 2.5],
      ['signal-1', 0.5],
      ['signal-2', -1],
    ]);
  });

  it('knows weekends and nights in UTC', () => {
    expect(named(1, '2018-04-01T06:59:59.999Z')).toMatchObject({
      'during-weekend': 1,
      'during-night': 1,
    });
    expect(named(1, '2018-03-31T00:00:00Z')['during-weekend']).toBe(1);
    expect(named(1, '2018-03-30T23:59:59Z')).toMatchObject({
      'during-weekend': 0,
      'during-night': 0,
    });
  });

  it('is finite for a first transaction, for one of no amount, and for extremes', () => {
    const first = {
      ...{ count: [1, 1, 1], average: [0, 0, 0], secondsSinceLast: null },
      ...{ pastMean: 0, pastDeviation: 0, pastMax: 0, knownFrauds: 0 },
    };
    const values = named(0, '2018-04-02T07:00:00Z', first, { daysSinceFraud: null });
    expect(Object.values(values).every(Number.isFinite)).toBe(true);
    expect(values['log-seconds-since-last']).toBeCloseTo(Math.log1p(30 * 86_400), 12);
    expect(values['amount-deviations']).toBe(0);
    const huge = named(4e7, '2018-04-02T07:00:00Z', { pastDeviation: 1e-9, pastMean: 1e-9 });
    expect(huge['amount-deviations']).toBe(20);
    expect(huge['amount-to-average']).toBe(100);
  });

  it('has the fifteen of the reference first, and a name of its own for each feature', () => {
    expect(features.slice(0, 15).every(({ reference }) => reference)).toBe(true);
    expect(features.slice(15).some(({ reference }) => reference)).toBe(false);
    expect(new Set(featureNames).size).toBe(featureNames.length);
  });

  it('says each feature in plain words', () => {
    for (const value of [0, 0.5, 1, 37.25]) {
      for (const { name, words } of features) {
        expect(words(value), name).toMatch(/^[a-z\d][^{}]{4,80}$/);
        expect(words(value), name).not.toMatch(/undefined|NaN|\.\d{3}/);
      }
    }
  });
});

describe('a sparse vector', () => {
  it('is the vector without its zeros', () => {
    const vector = featureVector({
      transaction: { amount: 80, atMs: 1e12 },
      ...{ account, habits, merchant },
    });
    const sparse = toSparse(vector);
    expect(sparse.values).not.toContain(0);
    expect(sparse.indices.length).toBeLessThan(vector.length);
    const sent = JSON.parse(JSON.stringify(sparse)) as typeof sparse;
    expect(fromSparse(sent)).toEqual(vector);
    expect(() => fromSparse({ ...sparse, featureSet: 'other' })).toThrow(
      `of feature set other, not ${featureSetVersion}`,
    );
  });
});
