/**
 * Features of a recorded stream, for training and evaluation: the histories that the functions keep
 * in their state, here in two maps.
 */
import { addFraudLabel, addTransaction } from './account-history.ts';
import { featureVector } from './feature-vector.ts';
import { addMerchantFraudLabel, addMerchantTransaction } from './merchant-history.ts';
import { type Persona, personaOf } from '../personas.ts';
import type { Transaction } from './transaction.ts';

/** A label, with where its transaction took place. */
export interface ReplayedLabel {
  readonly accountId: string;
  readonly merchantId: string;
  readonly fraud: boolean;
  /** Event time of the transaction. */
  readonly transactionAtMs: number;
  /** When it became known. */
  readonly atMs: number;
}

/** Takes transactions and labels in the order of event time. */
export class FeatureReplay {
  readonly #accounts = new Map<string, Uint8Array>();
  readonly #merchants = new Map<string, Uint8Array>();

  /** The features of the next transaction, and its account's persona; null for a duplicate. */
  transaction(transaction: Transaction): { features: Float64Array; persona: Persona } | null {
    const { accountId, merchantId, atMs } = transaction;
    const account = addTransaction(this.#accounts.get(accountId) ?? null, transaction);
    if (account === null) return null;
    this.#accounts.set(accountId, account.history);
    const merchant = addMerchantTransaction(this.#merchants.get(merchantId) ?? null, atMs);
    this.#merchants.set(merchantId, merchant.history);
    const facts = { transaction, account: account.features, merchant: merchant.features };
    return { features: featureVector(facts), persona: personaOf(account.features) };
  }

  /** A label became known. Only frauds are remembered. */
  label(label: ReplayedLabel): void {
    const { accountId, merchantId, transactionAtMs, atMs } = label;
    if (!label.fraud) return;
    this.#accounts.set(accountId, addFraudLabel(this.#accounts.get(accountId) ?? null, atMs));
    const merchant = this.#merchants.get(merchantId) ?? null;
    this.#merchants.set(merchantId, addMerchantFraudLabel(merchant, transactionAtMs, atMs));
  }
}
