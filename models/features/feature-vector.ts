/** The numbers that models see, in their order: the same code when training and when serving. */
import type { AccountFeatures } from './account-history.ts';
import type { MerchantFeatures } from './merchant-history.ts';
import { type Transaction, dayMs, retentionMs, windowDays } from './transaction.ts';

/** Changes whenever a feature's name, order or meaning does: older models refuse to load then. */
export const featureSetVersion = 'reference-19/1';

/** The Fraud Detection Handbook's fifteen, and four of a stream that knows labels as they come. */
export const featureNames = [
  'amount',
  'during-weekend',
  'during-night',
  'account-count-1d',
  'account-count-7d',
  'account-count-30d',
  'account-average-1d',
  'account-average-7d',
  'account-average-30d',
  'merchant-volume-1d',
  'merchant-volume-7d',
  'merchant-volume-30d',
  'merchant-risk-1d',
  'merchant-risk-7d',
  'merchant-risk-30d',
  'log-seconds-since-last',
  'amount-to-average-30d',
  'account-known-frauds-30d',
  'log-merchant-known-frauds-30d',
] as const;

const lastNightHour = 6;
const hourMs = 3_600_000;
/** 1970-01-01 was a Thursday; Saturday and Sunday are days 2 and 3 of the weeks from there. */
const weekendDays: ReadonlySet<number> = new Set([2, 3]);

/** As long as `featureNames`; every value is finite. */
export function featureVector(
  transaction: Pick<Transaction, 'amount' | 'atMs'>,
  account: AccountFeatures,
  merchant: MerchantFeatures,
): Float64Array {
  const { amount, atMs } = transaction;
  const hour = Math.floor((atMs % dayMs) / hourMs);
  const weekend = weekendDays.has(Math.floor(atMs / dayMs) % 7);
  // Without a last transaction: as if it were just out of memory.
  const sinceLast = Math.min(account.secondsSinceLast ?? Infinity, retentionMs / 1000);
  const usual = account.average[2];
  const vector = new Float64Array(featureNames.length);
  vector[0] = amount;
  vector[1] = weekend ? 1 : 0;
  vector[2] = hour <= lastNightHour ? 1 : 0;
  for (let w = 0; w < windowDays.length; w++) {
    vector[3 + w] = account.count[w]!;
    vector[6 + w] = account.average[w]!;
    vector[9 + w] = merchant.volume[w]!;
    vector[12 + w] = merchant.risk[w]!;
  }
  vector[15] = Math.log1p(sinceLast);
  vector[16] = usual > 0 ? amount / usual : 1;
  vector[17] = account.knownFrauds;
  vector[18] = Math.log1p(merchant.knownFrauds);
  return vector;
}
