/** A transaction as features are computed from it. */
export type Transaction = Payment & TransactionDetails;

/** What every source knows of a transaction. */
export interface Payment {
  readonly transactionId: string;
  readonly accountId: string;
  readonly merchantId: string;
  /** In the currency's main unit; kept to the cent. */
  readonly amount: number;
  /** Event time, ms since 1970 UTC. */
  readonly atMs: number;
}

export function paymentOf(transaction: Transaction): Payment {
  const { transactionId, accountId, merchantId, amount, atMs } = transaction;
  return { transactionId, accountId, merchantId, amount, atMs };
}

/** What not every source knows. What is missing says nothing: its features are zero. */
export interface TransactionDetails {
  /** What is sold: one of `categories`; another name counts as none of them. */
  readonly category?: string;
  readonly channel?: Channel;
  /** Of the merchant, such as an ISO 3166 code. */
  readonly country?: string;
  /** What an online purchase was made with. */
  readonly device?: string;
  /** From the account's home; of purchases in a shop. */
  readonly distanceKm?: number;
  /** Risk inputs of third parties, standardised: up to `signalsMax`. */
  readonly signals?: readonly number[];
}

export const channels = ['online', 'shop'] as const;
export type Channel = (typeof channels)[number];

export const signalsMax = 8;

export const categories: readonly string[] = [
  ...['groceries', 'fuel', 'restaurant', 'cafe', 'pharmacy', 'clothing', 'household', 'diy'],
  ...['electronics', 'games', 'giftcards', 'digital', 'airline', 'hotel', 'transport'],
  ...['entertainment', 'beauty', 'sports', 'office', 'transfer'],
];

/** The largest amount that a history can hold: 32 bits of cents. */
export const amountMax = 42_949_672.95;

export const dayMs = 86_400_000;

/** The windows over which histories are summed, in days; the longest is how far back they go. */
export const windowDays = [1, 7, 30] as const;
export const retentionMs = 30 * dayMs;

/**
 * Windows over a merchant end so long before the transaction: by then most frauds are reported, so
 * that a quiet window means something. The delay of the Fraud Detection Handbook (chapter 3).
 */
export const labelDelayMs = 7 * dayMs;

/** One number per window of `windowDays`. */
export type PerWindow = readonly [number, number, number];
