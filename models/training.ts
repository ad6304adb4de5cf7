/** Fits a kind of model to a recorded stream, and measures it on a later part of it. */
import type { ModelCard, Quality, TrainedModel } from './artifact.ts';
import type { Classifier, ClassifierKind, TrainingSet } from './classifier.ts';
import { FeatureReplay, type ReplayedLabel } from './features/feature-replay.ts';
import { featureNames } from './features/feature-vector.ts';
import { type Transaction, dayMs } from './features/transaction.ts';
import { averagePrecision, brierScore, cardPrecision, rocAuc } from './metrics.ts';

/** A recorded stream in the order of event time. */
export type RecordedEvent =
  | { readonly kind: 'transaction'; readonly transaction: Transaction; readonly fraud: boolean }
  | ({ readonly kind: 'label'; readonly transactionId: string } & ReplayedLabel);

/** Event times in ms since 1970 UTC; each period is `[from, to)`. */
interface TrainingPlan {
  readonly trainFromMs: number;
  readonly trainToMs: number;
  /** Labels that arrived by then are used: what is trained knows nothing of later ones. */
  readonly labelsUntilMs: number;
  readonly heldOutFromMs: number;
  readonly heldOutToMs: number;
}

/** One row per transaction of a period. */
interface Rows {
  readonly transactions: Transaction[];
  readonly features: Float64Array[];
  /** 1 for fraud, so far as it is known. */
  readonly labels: number[];
}

/** The features of both periods, with the labels known for training and the truth for the rest. */
interface PreparedData {
  readonly plan: TrainingPlan;
  readonly training: TrainingSet;
  readonly heldOut: Rows;
}

/**
 * Computes the features of the whole stream with the code that serves, and keeps both periods.
 * Stops reading at the end of the later one.
 */
export function prepareTraining(events: Iterable<RecordedEvent>, plan: TrainingPlan): PreparedData {
  const replay = new FeatureReplay();
  const training: Rows = { transactions: [], features: [], labels: [] };
  const heldOut: Rows = { transactions: [], features: [], labels: [] };
  const rowOf = new Map<string, number>();
  for (const event of events) {
    if (event.kind === 'label') {
      replay.label(event);
      const row = event.atMs < plan.labelsUntilMs ? rowOf.get(event.transactionId) : undefined;
      if (row !== undefined) training.labels[row] = event.fraud ? 1 : 0;
      continue;
    }
    const { transaction } = event;
    if (transaction.atMs >= plan.heldOutToMs) break;
    const features = replay.transaction(transaction);
    if (features === null) continue;
    if (transaction.atMs >= plan.trainFromMs && transaction.atMs < plan.trainToMs) {
      rowOf.set(transaction.transactionId, training.labels.length);
      add(training, transaction, features, 0);
    } else if (transaction.atMs >= plan.heldOutFromMs) {
      add(heldOut, transaction, features, event.fraud ? 1 : 0);
    }
  }
  return { plan, training: trainingSet(training), heldOut };
}

/**
 * Fits one kind of model. Of the training period's transactions the share `alertShare` with the
 * highest scores would have been alerts.
 */
export function trainModel(
  kind: ClassifierKind,
  data: PreparedData,
  alertShare: number,
  origin: Pick<ModelCard, 'data' | 'generator'>,
): TrainedModel {
  const { plan, training } = data;
  const classifier = kind.fit(training);
  const scores = scoresOf(classifier, training).sort();
  const place = Math.floor((1 - alertShare) * scores.length);
  const alertThreshold = scores[Math.min(scores.length - 1, place)]!;
  const card: ModelCard = {
    ...origin,
    training: {
      from: iso(plan.trainFromMs),
      to: iso(plan.trainToMs),
      labelsUntil: iso(plan.labelsUntilMs),
      transactions: training.rows,
      knownFrauds: training.labels.reduce((sum, label) => sum + label, 0),
    },
    heldOut: {
      from: iso(plan.heldOutFromMs),
      to: iso(plan.heldOutToMs),
      ...measure(classifier, data.heldOut),
    },
  };
  return { classifier, alertThreshold, card };
}

/** The quality of a model on rows whose truth is known. */
function measure(classifier: Classifier, rows: Rows): Quality {
  const scores = Float64Array.from(rows.features, (features) => classifier.score(features));
  const labels = Uint8Array.from(rows.labels);
  const scored = rows.transactions.map((transaction, i) => ({
    day: Math.floor(transaction.atMs / dayMs),
    accountId: transaction.accountId,
    score: scores[i]!,
    fraud: labels[i] === 1,
  }));
  return {
    transactions: scores.length,
    frauds: labels.reduce((sum, label) => sum + label, 0),
    auc: rocAuc(scores, labels),
    averagePrecision: averagePrecision(scores, labels),
    cardPrecision100: cardPrecision(scored, 100),
    brier: brierScore(scores, labels),
  };
}

function add(rows: Rows, transaction: Transaction, features: Float64Array, label: number): void {
  rows.transactions.push(transaction);
  rows.features.push(features);
  rows.labels.push(label);
}

function trainingSet(rows: Rows): TrainingSet {
  const width = featureNames.length;
  const features = new Float64Array(rows.features.length * width);
  rows.features.forEach((row, i) => features.set(row, i * width));
  return { rows: rows.features.length, width, features, labels: Uint8Array.from(rows.labels) };
}

function scoresOf(classifier: Classifier, set: TrainingSet): Float64Array {
  const scores = new Float64Array(set.rows);
  for (let row = 0; row < set.rows; row++) {
    const from = row * set.width;
    scores[row] = classifier.score(set.features.subarray(from, from + set.width));
  }
  return scores;
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
