/**
 * What the functions say to each other. Records that come from outside are validated once, where
 * they come in; what the functions send on is theirs.
 */
import type { AccountFeatures } from '#models/features/account-history.ts';
import type { HabitFeatures } from '#models/features/habits.ts';
import type { SparseVector } from '#models/features/feature-vector.ts';
import type { DayReport } from '#models/monitoring/day-counts.ts';
import type { ModelOutput } from '#models/scoring.ts';
import type { Means } from '#models/selector/means.ts';
import { type Hold, type ModelStanding, holds } from '#models/selector/selector.ts';
import type { PersonaSums } from '#models/selector/parent.ts';
import {
  type Payment,
  type Transaction,
  type TransactionDetails,
  amountMax,
  channels,
  signalsMax,
} from '#models/features/transaction.ts';
import { json } from '#sdk/index.ts';
import {
  amountField,
  booleanField,
  choiceField,
  fieldsOf,
  idField,
  numbersField,
  timeField,
} from './validation.ts';

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
  /** Whom the account behaves like. */
  readonly persona: string;
  readonly account: AccountFeatures;
  readonly habits: HabitFeatures;
}

/** A transaction with all that models see of it: merchant -> classifier. */
interface FeaturedTransaction extends SparseVector {
  readonly transaction: Payment;
  readonly persona: string;
}

/** One model's word on a transaction. */
export interface ModelScore extends ModelOutput {
  readonly model: string;
  /** Of an alert: what raised the score most, up to three, in plain words. */
  readonly reasons?: readonly string[];
}

/** A transaction with one score per model: classifier -> selector. */
export interface Scores {
  readonly transaction: Payment;
  readonly persona: string;
  /** Which version of the classifier scored; left out by one that has no name. */
  readonly version?: string;
  readonly scores: readonly ModelScore[];
}

/** What a label is held against later. */
interface Remembered {
  readonly persona: string;
  /** By model, in the selector's order; null for one that gave none. */
  readonly scores: readonly (number | null)[];
  /** Place of the served model. */
  readonly served: number;
  /** What was served. */
  readonly score: number;
}

/** A transaction with the score that counts: selector -> decision. */
export interface Decided extends Remembered {
  readonly transaction: Payment;
  readonly alert: boolean;
  /** The model that served, or the name of a blend. */
  readonly model: string;
  /** The chance with which it was to be this one. */
  readonly propensity: number;
  /**
   * Discounted transactions behind the choice, z of its lead over the next best, and what choosing
   * has cost its persona so far (regret.ts).
   */
  readonly evidence: {
    readonly count: number;
    readonly z: number | null;
    readonly regret: number | null;
  };
  /** Of the classifier; left out by one that has no name. */
  readonly version?: string;
  /** By model, for people and for evaluations; left out by earlier versions. */
  readonly byModel?: Readonly<Record<string, number>>;
  /** Whether this alert is let through, to learn what nobody prevented. */
  readonly control: boolean;
  readonly reasons: readonly string[];
}

/** A label for the models' account: decision -> selector. */
interface Credit extends Omit<Remembered, 'persona'> {
  /** Of the transaction, days since 1970-01-01 UTC. */
  readonly day: number;
  /** False takes an earlier fraud back. */
  readonly fraud: boolean;
  /** When the fraud's label came, days since 1970-01-01 UTC. */
  readonly labelDay: number;
}

/** A persona's settled sums: selector -> parent, once a day. */
interface PersonaSumsMessage extends PersonaSums {
  readonly persona: string;
}

/** What a person decides about a model, and why: it is logged. */
interface Pinned {
  readonly model: string | null;
  readonly reason?: string;
}
interface Held {
  readonly model: string;
  readonly hold: Hold | null;
  readonly reason?: string;
}

/** A fraud became known: decision -> merchant and account. */
interface KnownFraud {
  readonly transactionId: string;
  /** Event time of the transaction, ms since 1970 UTC. */
  readonly transactionAtMs: number;
  /** Event time at which it became known. */
  readonly atMs: number;
}

/** One transaction of the sample that is watched: classifier -> monitor. */
interface SampleMessage extends SparseVector {
  readonly atMs: number;
  /** By model. */
  readonly scores: Readonly<Record<string, number>>;
}

/** A fraud's label came: decision -> monitor. */
interface LabelSeen {
  readonly ageDays: number;
}

/** What leaves by the `monitoring` egress, once a day of event time. */
export type Monitoring =
  | ({ readonly kind: 'stability' } & DayReport)
  | {
      readonly kind: 'calibration';
      readonly persona: string;
      readonly day: number;
      /** By model: frauds expected and seen on mature days, fading. */
      readonly models: Readonly<
        Record<
          string,
          {
            readonly expected: number;
            readonly seen: number;
            readonly error: number;
          } & ModelStanding
        >
      >;
      /** The model that a person has chosen; null: the policy chooses. */
      readonly pinned: string | null;
      /** What has cost its choices so far, against the best single model; null where unknown. */
      readonly regret: number | null;
    };

/** What leaves by the `scores` egress. */
export interface Score extends Payment {
  readonly score: number;
  readonly model: string;
  readonly alert: boolean;
  readonly reasons: readonly string[];
  readonly persona: string;
  readonly propensity: number;
  readonly evidence: Decided['evidence'];
  readonly control: boolean;
  readonly version?: string;
  readonly byModel?: Readonly<Record<string, number>>;
}

export const transactionMessage = json<Transaction>('weir.fraud/Transaction', parseTransaction);
export const feedbackMessage = json<Feedback>('weir.fraud/Feedback', parseFeedback);
export const accountFactsMessage = json<AccountFacts>('weir.fraud/AccountFacts');
export const featuresMessage = json<FeaturedTransaction>('weir.fraud/SparseVector');
export const scoresMessage = json<Scores>('weir.fraud/Scores');
export const knownFraudMessage = json<KnownFraud>('weir.fraud/KnownFraud');
export const decidedMessage = json<Decided>('weir.fraud/Decided');
export const creditMessage = json<Credit>('weir.fraud/Credit');
export const personaSumsMessage = json<PersonaSumsMessage>('weir.fraud/PersonaSums');
export const parentMeansMessage = json<{ readonly means: Means }>('weir.fraud/ParentMeans');
/** To a selector, from a person: this model is held back for its persona; null: not any more. */
export const holdMessage = json<Held>('weir.fraud/Hold', parseHold);
/** To a selector, from a person: this model serves its persona; null: the policy decides again. */
export const pinMessage = json<Pinned>('weir.fraud/Pin', parsePin);
export const sampleMessage = json<SampleMessage>('weir.fraud/Sample');
export const labelSeenMessage = json<LabelSeen>('weir.fraud/LabelSeen');
export const monitoringRecord = json<Monitoring>('weir.fraud/Monitoring');
export const scoreRecord = json<Score>('weir.fraud/Score');

function parseTransaction(value: unknown): Transaction {
  const fields = fieldsOf(value);
  return {
    transactionId: idField(fields, 'transactionId'),
    accountId: idField(fields, 'accountId'),
    merchantId: idField(fields, 'merchantId'),
    amount: amountField(fields, 'amount', amountMax),
    atMs: timeField(fields, 'atMs'),
    ...parseDetails(fields),
  };
}

/** Farther is nowhere on Earth. */
const distanceMaxKm = 20_100;
/** A standardised signal that is farther off is none. */
const signalMax = 1_000;

/** What is missing is left out. */
function parseDetails(fields: Readonly<Record<string, unknown>>): TransactionDetails {
  const channel = choiceField(fields, 'channel', channels);
  const signals = numbersField(fields, 'signals', signalsMax, signalMax);
  const text = (name: 'category' | 'country' | 'device'): TransactionDetails =>
    fields[name] === undefined ? {} : { [name]: idField(fields, name) };
  return {
    ...text('category'),
    ...(channel === undefined ? {} : { channel }),
    ...text('country'),
    ...text('device'),
    ...(fields['distanceKm'] === undefined
      ? {}
      : { distanceKm: amountField(fields, 'distanceKm', distanceMaxKm) }),
    ...(signals === undefined ? {} : { signals }),
  };
}

function parsePin(value: unknown): Pinned {
  const fields = fieldsOf(value);
  const model = fields['model'] === null ? null : idField(fields, 'model');
  return { model, ...reasonOf(fields) };
}

function parseHold(value: unknown): Held {
  const fields = fieldsOf(value);
  const hold = fields['hold'] === null ? null : choiceField(fields, 'hold', holds);
  if (hold === undefined)
    throw new TypeError(`hold is missing, expected ${holds.join(', ')} or null`);
  return { model: idField(fields, 'model'), hold, ...reasonOf(fields) };
}

function reasonOf(fields: Readonly<Record<string, unknown>>): { reason?: string } {
  return fields['reason'] === undefined ? {} : { reason: idField(fields, 'reason') };
}

function parseFeedback(value: unknown): Feedback {
  const fields = fieldsOf(value);
  return {
    transactionId: idField(fields, 'transactionId'),
    fraud: booleanField(fields, 'fraud'),
    atMs: timeField(fields, 'atMs'),
  };
}
