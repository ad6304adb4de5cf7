import { dayMs } from '#datagen/transaction.ts';
import { personaDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';
import type { IngressMessage } from '#runtime/ports/ingress.ts';
import { accountType, decisionType } from '#functions/names.ts';
import { recordedEvents } from '../scripts/recorded-events.ts';

const firstDay = Date.parse('2018-04-01') / dayMs;

/** The generator's stream as messages of the application, transactions and late labels. */
export function applicationMessages(count: number): IngressMessage[] {
  const messages: IngressMessage[] = [];
  for (const event of recordedEvents(createWorld(personaDefaults), firstDay)) {
    if (messages.length === count) break;
    if (event.kind === 'label') {
      const { transactionId, fraud, atMs } = event;
      const value = Buffer.from(JSON.stringify({ transactionId, fraud, atMs }));
      messages.push({
        type: decisionType,
        id: transactionId,
        typename: 'weir.fraud/Feedback',
        value,
      });
    } else {
      const { transaction } = event;
      const value = Buffer.from(JSON.stringify(transaction));
      const typename = 'weir.fraud/Transaction';
      messages.push({ type: accountType, id: transaction.accountId, typename, value });
    }
  }
  return messages;
}

/** The number of the transaction in a score record's bytes. */
export function numberIn(value: Uint8Array, start: number): number {
  // {"transactionId":"t-123",…
  let at = start + 20;
  let number = 0;
  for (; value[at]! >= 48 && value[at]! <= 57; at++) number = 10 * number + value[at]! - 48;
  return number;
}
