/** What a world generates: transactions with what nobody but the generator knows of them. */

export const dayMs = 86_400_000;

/** What a transaction says beyond who, where, how much and when. */
export interface Details {
  readonly category: string;
  readonly channel: 'online' | 'shop';
  /** Of the merchant. */
  readonly country: string;
  /** What an online purchase was made with; null in a shop. */
  readonly device: string | null;
  /** From the customer's home; 0 for an online purchase. */
  readonly distanceKm: number;
  /** Standard normal where nothing is wrong: risk inputs of third parties. */
  readonly signals: readonly number[];
}

export interface GeneratedTransaction {
  readonly customer: number;
  readonly terminal: number;
  readonly cents: number;
  /** Event time, ms since 1970 UTC. */
  readonly atMs: number;
  /** How it came to be a fraud, 0 for a legitimate one: see `scenarios`. */
  readonly scenario: number;
  /** When the label becomes known, NaN if never. */
  readonly labelAtMs: number;
  /** Null in a world that knows none. */
  readonly details: Details | null;
}

/** By number; the first three are of the world of the Handbook, the others of the personas'. */
export const scenarios = [
  'legitimate',
  'conspicuous-amount',
  'compromised-terminal',
  'compromised-customer',
  'card-not-present-burst',
  'account-takeover',
  'travelling-thief',
  'office-ring',
  'skimmed-terminal',
  'mimicry',
] as const;

/** Transactions of one day in time order; ties as they were given. */
export function inTimeOrder(transactions: GeneratedTransaction[]): GeneratedTransaction[] {
  return transactions.sort((a, b) => a.atMs - b.atMs);
}
