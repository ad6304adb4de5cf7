/**
 * The endless stream of transactions and labels in event time: day after day, labels in between
 * when they arrive. It holds one day and the labels on their way, nothing else.
 */
import { type Scenario, dayMs, generateDay } from './day.ts';
import { LabelQueue } from './label-queue.ts';
import { labelHorizonDays } from './options.ts';
import type { World } from './world.ts';

export interface TransactionEvent {
  readonly kind: 'transaction';
  /** Number in the stream, from 0. */
  readonly transaction: number;
  readonly customer: number;
  readonly terminal: number;
  readonly cents: number;
  readonly atMs: number;
  readonly scenario: Scenario;
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
    const today = generateDay(world, day);
    for (const place of today.order) {
      const atMs = today.atMs[place]!;
      while (labels.nextAtMs <= atMs) yield { kind: 'label', ...labels.pop()! };
      const transaction = number++;
      const customer = today.customer[place]!;
      const terminal = today.terminal[place]!;
      const scenario = today.scenario[place]!;
      const cents = today.cents[place]!;
      yield { kind: 'transaction', transaction, customer, terminal, cents, atMs, scenario };
      const labelAtMs = today.labelAtMs[place]!;
      if (!Number.isNaN(labelAtMs)) {
        const fraud = scenario > 0;
        const from = { transaction, customer, terminal, transactionAtMs: atMs };
        labels.push({ ...from, atMs: labelAtMs, fraud });
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
    const past = generateDay(world, day);
    number -= past.count;
    past.order.forEach((place, i) => {
      const atMs = past.labelAtMs[place]!;
      // NaN (no label) is not later than anything.
      if (!(atMs >= startMs)) return;
      labels.push({
        atMs,
        transaction: number + i,
        customer: past.customer[place]!,
        terminal: past.terminal[place]!,
        transactionAtMs: past.atMs[place]!,
        fraud: past.scenario[place]! > 0,
      });
    });
  }
}
