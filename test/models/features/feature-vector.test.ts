import { expect, it } from 'vitest';
import { featureNames, featureVector } from '#models/features/feature-vector.ts';

const account = {
  count: [1, 2, 3],
  average: [10, 20, 40],
  secondsSinceLast: Math.E - 1,
  knownFrauds: 2,
} as const;
const merchant = { volume: [4, 5, 6], risk: [0.1, 0.2, 0.3], knownFrauds: 0 } as const;

function named(amount: number, at: string, changes = {}): Record<string, number> {
  const transaction = { amount, atMs: Date.parse(at) };
  const vector = featureVector(transaction, { ...account, ...changes }, merchant);
  return Object.fromEntries(featureNames.map((name, i) => [name, vector[i]!]));
}

it('has every feature in its place', () => {
  expect(named(80, '2018-04-02T07:00:00Z')).toEqual({
    amount: 80,
    'during-weekend': 0,
    'during-night': 0,
    'account-count-1d': 1,
    'account-count-7d': 2,
    'account-count-30d': 3,
    'account-average-1d': 10,
    'account-average-7d': 20,
    'account-average-30d': 40,
    'merchant-volume-1d': 4,
    'merchant-volume-7d': 5,
    'merchant-volume-30d': 6,
    'merchant-risk-1d': 0.1,
    'merchant-risk-7d': 0.2,
    'merchant-risk-30d': 0.3,
    'log-seconds-since-last': 1,
    'amount-to-average-30d': 2,
    'account-known-frauds-30d': 2,
    'log-merchant-known-frauds-30d': 0,
  });
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

it('is finite for a first transaction, and for one of no amount', () => {
  const values = named(0, '2018-04-02T07:00:00Z', {
    secondsSinceLast: null,
    average: [0, 0, 0],
  });
  expect(Object.values(values).every(Number.isFinite)).toBe(true);
  expect(values['log-seconds-since-last']).toBeCloseTo(Math.log1p(30 * 86_400), 12);
});
