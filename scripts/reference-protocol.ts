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
    const replayed = replay.transaction(transaction);
    if (replayed === null) continue;
    const day = Math.floor(atMs / dayMs);
    if (fraud) compromised.set(day, (compromised.get(day) ?? new Set()).add(accountId));
    const row = {
      features: Float64Array.from(columns, (i) => replayed.features[i]!),
      persona: null,
    };
    // The whole training week is labelled by the time at which it is trained on.
    training.add(transaction, row, fraud);
    if (!isKnown(compromised, accountId, day, trainFromMs / dayMs))
      test.add(transaction, row, fraud);
  }
  return withoutConstants({ training: training.done(), test: test.done() });
}

/**
 * Without the features that never vary while trained on: these transactions know no category,
 * channel, country or device.
 */
function withoutConstants({ training, test }: ReferenceWeeks): ReferenceWeeks {
  const { rows, width, features: values } = training.set;
  const varying = Array.from({ length: width }, (_, i) => i).filter((i) => {
    for (let row = 1; row < rows; row++) if (values[row * width + i] !== values[i]) return true;
    return false;
  });
  const reduced = ({ set, ...rest }: Rows): Rows => {
    const kept = new Float64Array(set.rows * varying.length);
    for (let row = 0; row < set.rows; row++) {
      varying.forEach((column, i) => {
        kept[row * varying.length + i] = set.features[row * width + column]!;
      });
    }
    return { ...rest, set: { ...set, width: varying.length, features: kept } };
  };
  return { training: reduced(training), test: reduced(test) };
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
