/** A transaction as features are computed from it. */
export interface Transaction {
  readonly transactionId: string;
  readonly accountId: string;
  readonly merchantId: string;
  /** In the currency's main unit; kept to the cent. */
  readonly amount: number;
  /** Event time, ms since 1970 UTC. */
  readonly atMs: number;
}

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
