/**
 * What the functions say to each other. Records that come from outside are validated once, where
 * they come in; what the functions send on is theirs.
 */
import type { AccountFeatures } from '#models/features/account-history.ts';
import type { SparseVector } from '#models/features/feature-vector.ts';
import type { ModelOutput } from '#models/scoring.ts';
import { type Transaction, amountMax } from '#models/features/transaction.ts';
import { json } from '#sdk/index.ts';
import { amountField, booleanField, fieldsOf, idField, timeField } from './validation.ts';

/** A late label, as it comes from the `feedback` ingress. */
interface Feedback {
  readonly transactionId: string;
  readonly fraud: boolean;
  /** Event time at which the label became known, ms since 1970 UTC. */
  readonly atMs: number;
}

/** A transaction with what its account knows: account -> merchant. */
interface AccountFacts {
  readonly transaction: Transaction;
  readonly account: AccountFeatures;
}

/** A transaction with all that models see of it: merchant -> classifier. */
interface FeaturedTransaction extends SparseVector {
  readonly transaction: Transaction;
}

/** One model's word on a transaction. */
export interface ModelScore extends ModelOutput {
  readonly model: string;
}

/**
 * A scored transaction, with one score per model: classifier -> decision. A selector in between
 * changes `served` and nothing else.
 */
export interface Scores {
  readonly transaction: Transaction;
  readonly scores: readonly ModelScore[];
  /** The model whose score counts. */
  readonly served: string;
  /** What raised its score most, up to three, in plain words. */
  readonly reasons: readonly string[];
}

/** A fraud became known: decision -> merchant and account. */
interface KnownFraud {
  readonly transactionId: string;
  /** Event time of the transaction, ms since 1970 UTC. */
  readonly transactionAtMs: number;
  /** Event time at which it became known. */
  readonly atMs: number;
}

/** What leaves by the `scores` egress. */
export interface Score extends Transaction {
  readonly score: number;
  readonly model: string;
  readonly alert: boolean;
  readonly reasons: readonly string[];
}

export const transactionMessage = json<Transaction>('weir.fraud/Transaction', parseTransaction);
export const feedbackMessage = json<Feedback>('weir.fraud/Feedback', parseFeedback);
export const accountFactsMessage = json<AccountFacts>('weir.fraud/AccountFacts');
export const featuresMessage = json<FeaturedTransaction>('weir.fraud/SparseVector');
export const scoresMessage = json<Scores>('weir.fraud/Scores');
export const knownFraudMessage = json<KnownFraud>('weir.fraud/KnownFraud');
export const scoreRecord = json<Score>('weir.fraud/Score');

function parseTransaction(value: unknown): Transaction {
  const fields = fieldsOf(value);
  return {
    transactionId: idField(fields, 'transactionId'),
    accountId: idField(fields, 'accountId'),
    merchantId: idField(fields, 'merchantId'),
    amount: amountField(fields, 'amount', amountMax),
    atMs: timeField(fields, 'atMs'),
  };
}

function parseFeedback(value: unknown): Feedback {
  const fields = fieldsOf(value);
  return {
    transactionId: idField(fields, 'transactionId'),
    fraud: booleanField(fields, 'fraud'),
    atMs: timeField(fields, 'atMs'),
  };
}
