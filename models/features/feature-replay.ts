/**
 * Features of a recorded stream, for training and evaluation: what the functions keep in their
 * state, here in maps.
 */
import { type PersonaProfile, personaOf } from '../persona-rule.ts';
import { addFraudLabel, addTransaction } from './account-history.ts';
import { featureVector } from './feature-vector.ts';
import { addHabit, habitFeatures } from './habits.ts';
import { HabitsView } from './habits-view.ts';
import { addMerchantFraudLabel, addMerchantTransaction } from './merchant-history.ts';
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

export interface ReplayedTransaction {
  readonly features: Float64Array;
  /** Whom the account behaved like before; null without profiles. */
  readonly persona: string | null;
}

/** Takes transactions and labels in the order of event time. */
export class FeatureReplay {
  readonly #accounts = new Map<string, Uint8Array>();
  readonly #habits = new Map<string, HabitsView>();
  readonly #merchants = new Map<string, Uint8Array>();
  /** Of the personas among which accounts are told apart from now on; none: they are not. */
  profiles: readonly PersonaProfile[];

  constructor(profiles: readonly PersonaProfile[] = []) {
    this.profiles = profiles;
  }

  /** By account, what it is used to by now. */
  get habits(): ReadonlyMap<string, HabitsView> {
    return this.#habits;
  }

  /** What is known of the next transaction; null for a duplicate. */
  transaction(transaction: Transaction): ReplayedTransaction | null {
    const { accountId, merchantId, atMs } = transaction;
    const account = addTransaction(this.#accounts.get(accountId) ?? null, transaction);
    if (account === null) return null;
    this.#accounts.set(accountId, account.history);
    const habits = this.#habits.get(accountId) ?? HabitsView.open(null);
    this.#habits.set(accountId, habits);
    const known = habitFeatures(habits, transaction);
    const persona = this.#personaOf(habits);
    addHabit(habits, transaction);
    const merchant = addMerchantTransaction(this.#merchants.get(merchantId) ?? null, atMs);
    this.#merchants.set(merchantId, merchant.history);
    const facts = { account: account.features, habits: known, merchant: merchant.features };
    return { features: featureVector({ transaction, ...facts }), persona };
  }

  /** A label became known. Only frauds are remembered. */
  label(label: ReplayedLabel): void {
    const { accountId, merchantId, transactionAtMs, atMs } = label;
    if (!label.fraud) return;
    this.#accounts.set(accountId, addFraudLabel(this.#accounts.get(accountId) ?? null, atMs));
    const merchant = this.#merchants.get(merchantId) ?? null;
    this.#merchants.set(merchantId, addMerchantFraudLabel(merchant, transactionAtMs, atMs));
  }

  #personaOf(habits: HabitsView): string | null {
    if (this.profiles.length === 0) return null;
    habits.persona = personaOf(habits.sums, this.profiles, habits.persona);
    return this.profiles[habits.persona]!.name;
  }
}
