/**
 * The Fraud Detection Handbook's protocol (chapter 3) on its transactions: train a week, wait a week
 * for its labels, test a week, without the cards that are known to be compromised by then.
 */
import { features } from '#models/features/registry.ts';
import { FeatureReplay } from '#models/features/feature-replay.ts';
import { dayMs } from '#models/features/transaction.ts';
import { type RecordedEvent, type Rows, RowsBuilder } from '#models/training.ts';

export const featureChoices = ['reference', 'all'] as const;
export type FeatureChoice = (typeof featureChoices)[number];

const days = 7;

export interface ReferenceWeeks {
  readonly training: Rows;
  readonly test: Rows;
}

/** `trainFromMs`: the first day of the training week, ms since 1970 UTC. */
export function referenceWeeks(
  events: Iterable<RecordedEvent>,
  trainFromMs: number,
  choice: FeatureChoice,
): ReferenceWeeks {
  const columns = features.flatMap(({ reference }, i) =>
    choice === 'all' || reference ? [i] : [],
  );
  const trainToMs = trainFromMs + days * dayMs;
  const testFromMs = trainToMs + days * dayMs;
  const testToMs = testFromMs + days * dayMs;
  const training = new RowsBuilder({ fromMs: trainFromMs, toMs: trainToMs });
  const test = new RowsBuilder({ fromMs: testFromMs, toMs: testToMs });
  const replay = new FeatureReplay();
  const compromised = new Map<number, Set<string>>();
  for (const event of events) {
    if (event.kind === 'label') {
      replay.label(event);
      continue;
    }
    const { transaction, fraud } = event;
    const { atMs, accountId } = transaction;
    if (atMs >= testToMs) break;
    const vector = replay.transaction(transaction)?.features;
    if (vector === undefined) continue;
    const day = Math.floor(atMs / dayMs);
    if (fraud) compromised.set(day, (compromised.get(day) ?? new Set()).add(accountId));
    const row = Float64Array.from(columns, (i) => vector[i]!);
    // The whole training week is labelled by the time at which it is trained on.
    training.add(transaction, row, fraud);
    if (!isKnown(compromised, accountId, day, trainFromMs / dayMs))
      test.add(transaction, row, fraud);
  }
  return { training: training.done(), test: test.done() };
}

/** Whether the card had a fraud in the training week, or on a day after it, a week or more ago. */
function isKnown(
  compromised: ReadonlyMap<number, ReadonlySet<string>>,
  accountId: string,
  day: number,
  trainFromDay: number,
): boolean {
  const trainedUntil = trainFromDay + days - 1;
  for (let known = trainFromDay; known <= Math.max(trainedUntil, day - days - 1); known++) {
    if (compromised.get(known)?.has(accountId) === true) return true;
  }
  return false;
}
