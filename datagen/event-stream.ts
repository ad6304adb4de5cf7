/**
 * The endless stream of transactions and labels in event time: day after day, labels in between
 * when they arrive. It holds one day and the labels on their way, nothing else.
 */
import { LabelQueue } from './label-queue.ts';
import { labelHorizonDays } from './options.ts';
import { type Details, dayMs } from './transaction.ts';
import type { World } from './world.ts';

export interface TransactionEvent {
  readonly kind: 'transaction';
  /** Number in the stream, from 0. */
  readonly transaction: number;
  readonly customer: number;
  readonly terminal: number;
  readonly cents: number;
  readonly atMs: number;
  /** See `scenarios`. */
  readonly scenario: number;
  readonly details: Details | null;
}

export interface LabelEvent {
  readonly kind: 'label';
  readonly transaction: number;
  readonly customer: number;
  readonly terminal: number;
  /** Event time of the transaction. */
  readonly transactionAtMs: number;
  readonly fraud: boolean;
  readonly atMs: number;
}

/** A new day begins; everything of the days before has been said. */
export interface DayEvent {
  readonly kind: 'day';
  readonly day: number;
  readonly atMs: number;
  /** Number of the day's first transaction. */
  readonly transaction: number;
}

export type StreamEvent = TransactionEvent | LabelEvent | DayEvent;

/** A day at which a stream can be taken up. */
export interface StreamPosition {
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** Number of the day's first transaction. */
  readonly transaction: number;
}

/**
 * The stream that began on `firstDay`, from `position` on (its beginning by default). Taking it up
 * later gives exactly the events that a stream from the beginning gives there: the labels on their
 * way are found again from the days that they come from.
 */
export function* eventStream(
  world: World,
  firstDay: number,
  position: StreamPosition = { day: firstDay, transaction: 0 },
): Generator<StreamEvent, never, void> {
  const labels = new LabelQueue();
  collectPending(world, firstDay, position, labels);
  let number = position.transaction;
  for (let day = position.day; ; day++) {
    yield { kind: 'day', day, atMs: day * dayMs, transaction: number };
    for (const sale of world.day(day)) {
      const { customer, terminal, cents, atMs, scenario, labelAtMs, details } = sale;
      while (labels.nextAtMs <= atMs) yield { kind: 'label', ...labels.pop()! };
      const transaction = number++;
      yield {
        kind: 'transaction',
        transaction,
        customer,
        terminal,
        cents,
        atMs,
        scenario,
        details,
      };
      if (!Number.isNaN(labelAtMs)) {
        const from = { transaction, customer, terminal, transactionAtMs: atMs };
        labels.push({ ...from, atMs: labelAtMs, fraud: scenario > 0 });
      }
    }
    while (labels.nextAtMs < (day + 1) * dayMs) yield { kind: 'label', ...labels.pop()! };
  }
}

/** Puts the labels of earlier days that arrive on or after the position's day into the queue. */
function collectPending(
  world: World,
  firstDay: number,
  position: StreamPosition,
  labels: LabelQueue,
): void {
  const startMs = position.day * dayMs;
  const oldest = Math.max(firstDay, position.day - labelHorizonDays(world.options));
  let number = position.transaction;
  for (let day = position.day - 1; day >= oldest; day--) {
    const past = world.day(day);
    number -= past.length;
    past.forEach(({ customer, terminal, atMs, scenario, labelAtMs }, i) => {
      // NaN (no label) is not later than anything.
      if (!(labelAtMs >= startMs)) return;
      const from = { transaction: number + i, customer, terminal, transactionAtMs: atMs };
      labels.push({ ...from, atMs: labelAtMs, fraud: scenario > 0 });
    });
  }
}
