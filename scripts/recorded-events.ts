import { type StreamEvent, eventStream } from '#datagen/event-stream.ts';
import { accountId, merchantId, transactionId } from '#datagen/records.ts';
import type { Details } from '#datagen/transaction.ts';
import type { World } from '#datagen/world.ts';
import type { TransactionDetails } from '#models/features/transaction.ts';
import type { RecordedEvent } from '#models/training.ts';

/** The generator's endless stream as training reads a recorded one. */
export function* recordedEvents(world: World, firstDay: number): Generator<RecordedEvent> {
  for (const event of eventStream(world, firstDay)) {
    if (event.kind !== 'day') yield recorded(event);
  }
}

function recorded(event: Exclude<StreamEvent, { kind: 'day' }>): RecordedEvent {
  const ids = {
    transactionId: transactionId(event.transaction),
    accountId: accountId(event.customer),
    merchantId: merchantId(event.terminal),
  };
  if (event.kind === 'label') {
    const { transactionAtMs, fraud, atMs } = event;
    return { kind: 'label', ...ids, transactionAtMs, fraud, atMs };
  }
  const { details, cents, atMs } = event;
  const transaction = { ...ids, amount: cents / 100, atMs, ...recordedDetails(details) };
  return { kind: 'transaction', transaction, fraud: event.scenario > 0 };
}

/** As a record carries them. */
function recordedDetails(details: Details | null): TransactionDetails {
  if (details === null) return {};
  const { device, ...rest } = details;
  return device === null ? rest : { ...rest, device };
}
