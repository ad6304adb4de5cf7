/** Fits a kind of model to a recorded stream, calibrates it and measures it on later parts of it. */
import type { ModelCard, Quality, TrainedModel } from './artifact.ts';
import { type LabelDelay, calibrated, fitCalibration, knownShare } from './calibration.ts';
import type { ClassifierKind, TrainingSet } from './classifier.ts';
import {
  FeatureReplay,
  type ReplayedLabel,
  type ReplayedTransaction,
} from './features/feature-replay.ts';
import { type Transaction, dayMs } from './features/transaction.ts';
import {
  averagePrecision,
  brierScore,
  calibrationError,
  cardPrecision,
  rocAuc,
} from './metrics.ts';
import { type PersonaProfile, fitPersonas } from './persona-rule.ts';
import { scoresOf } from './scoring.ts';

/** A recorded stream in the order of event time. */
export type RecordedEvent =
  | { readonly kind: 'transaction'; readonly transaction: Transaction; readonly fraud: boolean }
  | ({ readonly kind: 'label'; readonly transactionId: string } & ReplayedLabel);

/** Event times in ms since 1970 UTC, `[fromMs, toMs)`. */
interface Window {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface TrainingPlan {
  readonly training: Window;
  /** After the training's: probabilities are fitted to what the model has not seen. */
  readonly calibration: Window;
  /** Labels that arrived by then are used: what is trained knows nothing of later ones. */
  readonly labelsUntilMs: number;
  /** How late they come; a known fraud of the calibration stands for those still unknown, too. */
  readonly labelDelay: LabelDelay;
  readonly heldOut: Window;
  /** What somebody says an account is like, for those who should learn to tell it; null: unknown. */
  readonly knownPersona?: (accountId: string) => string | null;
}

/** One row per transaction of a period. */
export interface Rows {
  readonly transactions: readonly Transaction[];
  /** Whom the account behaved like; null while nobody had learned to tell it. */
  readonly personas: readonly (string | null)[];
  /** When a fraud's label arrived, ms since 1970 UTC; Infinity without one so far. */
  readonly labelAtMs: readonly number[];
  readonly set: TrainingSet;
}

/** The features of all periods: labels as far as known for the first two, the truth for the last. */
export interface PreparedData {
  readonly plan: TrainingPlan;
  /** Learned from the known accounts at the end of the training period. */
  readonly profiles: readonly PersonaProfile[];
  readonly training: Rows;
  readonly calibration: Rows;
  readonly heldOut: Rows;
}

/**
 * Computes the features of the whole stream with the code that serves, and keeps the periods. Stops
 * reading at the end of the last one.
 */
export function prepareTraining(events: Iterable<RecordedEvent>, plan: TrainingPlan): PreparedData {
  const replay = new FeatureReplay();
  const training = new RowsBuilder(plan.training);
  const calibration = new RowsBuilder(plan.calibration);
  const heldOut = new RowsBuilder(plan.heldOut);
  for (const event of events) {
    if (event.kind === 'label') {
      replay.label(event);
      heldOut.arrival(event.transactionId, event.fraud, event.atMs);
      if (event.atMs >= plan.labelsUntilMs) continue;
      for (const rows of [training, calibration]) rows.label(event.transactionId, event.fraud);
      continue;
    }
    const { transaction, fraud } = event;
    if (transaction.atMs >= plan.heldOut.toMs) break;
    if (transaction.atMs >= plan.training.toMs && replay.profiles.length === 0) {
      replay.profiles = profilesOf(replay, plan);
    }
    const replayed = replay.transaction(transaction);
    if (replayed === null) continue;
    for (const rows of [training, calibration]) rows.add(transaction, replayed, false);
    heldOut.add(transaction, replayed, fraud);
  }
  return {
    plan,
    profiles: replay.profiles,
    training: training.done(),
    calibration: calibration.done(),
    heldOut: heldOut.done(),
  };
}

function profilesOf({ habits }: FeatureReplay, { knownPersona }: TrainingPlan): PersonaProfile[] {
  if (knownPersona === undefined) return [];
  const accounts = [...habits].flatMap(([accountId, { sums }]) => {
    const persona = knownPersona(accountId);
    return persona === null ? [] : [{ persona, sums }];
  });
  return accounts.length === 0 ? [] : fitPersonas(accounts);
}

/**
 * Fits one kind of model. Of the calibration period's transactions the share `alertShare` with the
 * highest scores would have been alerts.
 */
export async function trainModel(
  kind: ClassifierKind,
  data: PreparedData,
  alertShare: number,
  origin: Pick<ModelCard, 'data' | 'generator'>,
): Promise<TrainedModel> {
  const { plan, training } = data;
  const classifier = await kind.fit(training.set);
  const raw = scoresOf(classifier, data.calibration.set);
  const calibration = fitCalibration(raw, data.calibration.set.labels, weightsOf(data));
  const said = raw.map((score) => calibrated(calibration, score)).sort();
  const place = Math.floor((1 - alertShare) * said.length);
  const alertThreshold = said[Math.min(said.length - 1, place)]!;
  const heldOutRaw = scoresOf(classifier, data.heldOut.set);
  const quality = measure(
    heldOutRaw.map((score) => calibrated(calibration, score)),
    data.heldOut,
  );
  const { brier, calibrationError: error } = measure(heldOutRaw, data.heldOut);
  const card: ModelCard = {
    ...origin,
    training: {
      ...period(plan.training),
      labelsUntil: iso(plan.labelsUntilMs),
      transactions: training.set.rows,
      knownFrauds: fraudsOf(training.set),
    },
    calibration: {
      ...period(plan.calibration),
      transactions: data.calibration.set.rows,
      knownFrauds: fraudsOf(data.calibration.set),
    },
    heldOut: {
      ...period(plan.heldOut),
      ...quality,
      uncalibrated: { brier, calibrationError: error },
    },
  };
  return { classifier, calibration, alertThreshold, card };
}

/** The quality of scores, in the order of `rows`, whose labels are the truth. */
export function measure(scores: Float64Array, rows: Rows): Quality {
  const { labels } = rows.set;
  const scored = rows.transactions.map((transaction, i) => ({
    day: Math.floor(transaction.atMs / dayMs),
    accountId: transaction.accountId,
    score: scores[i]!,
    fraud: labels[i] === 1,
  }));
  return {
    transactions: scores.length,
    frauds: fraudsOf(rows.set),
    auc: rocAuc(scores, labels),
    averagePrecision: averagePrecision(scores, labels),
    cardPrecision100: cardPrecision(scored, 100),
    brier: brierScore(scores, labels),
    calibrationError: calibrationError(scores, labels),
  };
}

/** Collects the rows of one period. */
export class RowsBuilder {
  readonly #window: Window;
  readonly #transactions: Transaction[] = [];
  readonly #personas: (string | null)[] = [];
  readonly #features: Float64Array[] = [];
  readonly #labels: number[] = [];
  readonly #labelAtMs: number[] = [];
  readonly #rowOf = new Map<string, number>();

  constructor(window: Window) {
    this.#window = window;
  }

  /** Takes a transaction if it is one of the period. */
  add(transaction: Transaction, { features, persona }: ReplayedTransaction, fraud: boolean): void {
    const { atMs, transactionId } = transaction;
    if (atMs < this.#window.fromMs || atMs >= this.#window.toMs) return;
    this.#rowOf.set(transactionId, this.#labels.length);
    this.#transactions.push(transaction);
    this.#personas.push(persona);
    this.#features.push(features);
    this.#labels.push(fraud ? 1 : 0);
    this.#labelAtMs.push(Infinity);
  }

  label(transactionId: string, fraud: boolean): void {
    const row = this.#rowOf.get(transactionId);
    if (row !== undefined) this.#labels[row] = fraud ? 1 : 0;
  }

  /** The truth is known already; what counts is when it becomes so to others. */
  arrival(transactionId: string, fraud: boolean, atMs: number): void {
    const row = this.#rowOf.get(transactionId);
    if (row !== undefined && fraud) this.#labelAtMs[row] = atMs;
  }

  done(): Rows {
    const width = this.#features[0]?.length ?? 0;
    const features = new Float64Array(this.#features.length * width);
    this.#features.forEach((row, i) => features.set(row, i * width));
    const labels = Uint8Array.from(this.#labels);
    return {
      transactions: this.#transactions,
      personas: this.#personas,
      labelAtMs: this.#labelAtMs,
      set: { rows: labels.length, width, features, labels },
    };
  }
}

/** Of n frauds, some are not known yet: each known one counts for 1 / (share that is). */
export function weightsOf({ plan, calibration }: PreparedData): Float64Array {
  return Float64Array.from(calibration.transactions, ({ atMs }, i) => {
    if (calibration.set.labels[i] === 0) return 1;
    return 1 / knownShare(plan.labelDelay, (plan.labelsUntilMs - atMs) / dayMs);
  });
}

function fraudsOf(set: TrainingSet): number {
  return set.labels.reduce((sum, label) => sum + label, 0);
}

function period({ fromMs, toMs }: Window): { from: string; to: string } {
  return { from: iso(fromMs), to: iso(toMs) };
}

function iso(atMs: number): string {
  return new Date(atMs).toISOString();
}
