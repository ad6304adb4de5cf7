/**
 * Every feature once: its name, how it is computed, and how a reason says it. Serving, training and
 * reason codes all read this list, so there is no second definition that could differ.
 *
 * The first fifteen are those of the Fraud Detection Handbook (Le Borgne et al., ULB 2022, chapter
 * 3); the others are of a stream that knows an account's past and labels as they come.
 */
import type { AccountFeatures } from './account-history.ts';
import { habitFeatureList } from './habit-registry.ts';
import type { HabitFeatures } from './habits.ts';
import type { MerchantFeatures } from './merchant-history.ts';
import { type Transaction, dayMs, retentionMs, windowDays } from './transaction.ts';
import { duration, frauds, money, number, percent, period, whole } from './words.ts';

/** All that a feature may look at. */
export interface FeatureFacts {
  readonly transaction: Omit<Transaction, 'transactionId' | 'accountId' | 'merchantId'>;
  readonly account: AccountFeatures;
  readonly habits: HabitFeatures;
  readonly merchant: MerchantFeatures;
}

export interface FeatureDefinition {
  readonly name: string;
  /** Whether it is one of the Handbook's fifteen. */
  readonly reference: boolean;
  /** A finite number. */
  readonly of: (facts: FeatureFacts) => number;
  /** What a reason says of the value, in plain words. */
  readonly words: (value: number) => string;
}

const hourMs = 3_600_000;
const lastNightHour = 6;
/** 1970-01-01 was a Thursday; Saturday and Sunday are days 2 and 3 of the weeks from there. */
const weekendDays: ReadonlySet<number> = new Set([2, 3]);
/** A known fraud that is older tells no more than none. */
const fraudMemoryDays = 37;
/** Deviations of this size or more are all the same. */
const deviationsMax = 20;
const ratioMax = 100;

function windows(
  name: string,
  of: (facts: FeatureFacts, window: number) => number,
  words: (value: number, days: number) => string,
): FeatureDefinition[] {
  return windowDays.map((days, window) => ({
    name: `${name}-${days}d`,
    reference: true,
    of: (facts) => of(facts, window),
    words: (value) => words(value, days),
  }));
}

export const features: readonly FeatureDefinition[] = [
  {
    name: 'amount',
    reference: true,
    of: ({ transaction }) => transaction.amount,
    words: (value) => `amount ${money(value)}`,
  },
  {
    name: 'during-weekend',
    reference: true,
    of: ({ transaction }) => (weekendDays.has(Math.floor(transaction.atMs / dayMs) % 7) ? 1 : 0),
    words: (value) => (value === 1 ? 'at the weekend' : 'on a working day'),
  },
  {
    name: 'during-night',
    reference: true,
    of: ({ transaction }) =>
      Math.floor((transaction.atMs % dayMs) / hourMs) <= lastNightHour ? 1 : 0,
    words: (value) => (value === 1 ? 'at night' : 'by day'),
  },
  ...windows(
    'account-count',
    ({ account }, window) => account.count[window]!,
    (value, days) => `${whole(value)} of the account in ${period(days)}`,
  ),
  ...windows(
    'account-average',
    ({ account }, window) => account.average[window]!,
    (value, days) => `the account's average of ${period(days)} is ${money(value)}`,
  ),
  ...windows(
    'merchant-volume',
    ({ merchant }, window) => merchant.volume[window]!,
    (value, days) => `${whole(value)} at the merchant in ${period(days)} up to a week ago`,
  ),
  ...windows(
    'merchant-risk',
    ({ merchant }, window) => merchant.risk[window]!,
    (value, days) => `${percent(value)} fraud at the merchant in ${period(days)} up to a week ago`,
  ),
  {
    name: 'amount-deviations',
    reference: false,
    of: ({ transaction, account }) => {
      const { pastMean, pastDeviation, count } = account;
      if (count[2] < 3 || pastDeviation === 0) return 0;
      const deviations = (transaction.amount - pastMean) / pastDeviation;
      return Math.max(-deviationsMax, Math.min(deviationsMax, deviations));
    },
    words: (value) =>
      `amount ${number(Math.abs(value))} standard deviations ${value < 0 ? 'below' : 'above'} the account's usual`,
  },
  {
    name: 'amount-to-average',
    reference: false,
    of: ({ transaction, account }) => ratio(transaction.amount, account.pastMean),
    words: (value) => `amount ${number(value)} times the account's average`,
  },
  {
    name: 'amount-to-largest',
    reference: false,
    of: ({ transaction, account }) => ratio(transaction.amount, account.pastMax),
    words: (value) => `amount ${number(value)} times the account's largest of 30 days`,
  },
  {
    name: 'log-seconds-since-last',
    reference: false,
    // Without a last transaction: as if it were just out of memory.
    of: ({ account }) =>
      Math.log1p(Math.min(account.secondsSinceLast ?? Infinity, retentionMs / 1000)),
    words: (value) => `${duration(Math.expm1(value))} after the account's last transaction`,
  },
  {
    name: 'account-known-frauds-30d',
    reference: false,
    of: ({ account }) => account.knownFrauds,
    words: (value) => `${frauds(value)} of the account became known in 30 days`,
  },
  {
    name: 'days-since-merchant-fraud',
    reference: false,
    of: ({ merchant }) => Math.min(fraudMemoryDays, merchant.daysSinceFraud ?? Infinity),
    words: (value) =>
      value < fraudMemoryDays
        ? `last known fraud at the merchant ${number(value)} days ago`
        : 'no known fraud at the merchant',
  },
  {
    name: 'merchant-last-labelled-risk',
    reference: false,
    of: ({ merchant }) => merchant.lastLabelledRisk,
    words: (value) => `${percent(value)} of the merchant's last labelled transactions were fraud`,
  },
  {
    name: 'log-merchant-delayed-frauds',
    reference: false,
    of: ({ merchant }) => Math.log1p(merchant.delayedFrauds),
    words: (value) => `${frauds(Math.expm1(value))} at the merchant in 3 weeks up to a week ago`,
  },
  {
    name: 'log-merchant-known-frauds-30d',
    reference: false,
    of: ({ merchant }) => Math.log1p(merchant.knownFrauds),
    words: (value) => `${frauds(Math.expm1(value))} at the merchant became known in 30 days`,
  },
  ...habitFeatureList,
];

function ratio(amount: number, usual: number): number {
  return usual > 0 ? Math.min(ratioMax, amount / usual) : 1;
}
