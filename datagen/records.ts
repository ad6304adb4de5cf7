/** The lines of the two event logs. All characters are ASCII: a character is a byte. */
import type { LabelEvent, TransactionEvent } from './event-stream.ts';
import type { Details } from './transaction.ts';

export function transactionId(transaction: number): string {
  return `t-${transaction}`;
}

export function accountId(customer: number): string {
  return `a-${customer}`;
}

export function merchantId(terminal: number): string {
  return `m-${terminal}`;
}

/** One line of `transactions/`, with its end. */
export function transactionLine(event: TransactionEvent): string {
  return (
    `{"transactionId":"t-${event.transaction}","accountId":"a-${event.customer}",` +
    `"merchantId":"m-${event.terminal}","amount":${event.cents / 100},"atMs":${event.atMs}` +
    `${event.details === null ? '' : detailsText(event.details)}}\n`
  );
}

function detailsText({ category, channel, country, device, distanceKm, signals }: Details): string {
  const made = device === null ? '' : `,"device":"${device}"`;
  return (
    `,"category":"${category}","channel":"${channel}","country":"${country}"${made},` +
    `"distanceKm":${distanceKm},"signals":[${signals.join(',')}]`
  );
}

/** One line of `feedback/`, with its end. */
export function feedbackLine(event: LabelEvent): string {
  return `{"transactionId":"t-${event.transaction}","fraud":${event.fraud},"atMs":${event.atMs}}\n`;
}
