import { addFraudLabel, addTransaction } from '#models/features/account-history.ts';
import { personaOf } from '#models/personas.ts';
import { bytes, defineFunction, on } from '#sdk/index.ts';
import { accountFactsMessage, knownFraudMessage, transactionMessage } from './messages.ts';
import { accountType, merchantType } from './names.ts';

/**
 * Per account: exact windows over its last 30 days. A transaction that comes again with the same id,
 * amount and time is dropped here, so that it is neither counted nor scored twice.
 */
export const account = defineFunction(
  { type: accountType, state: { history: bytes('weir.fraud/AccountHistory') } },
  on(transactionMessage, (ctx, transaction) => {
    const added = addTransaction(ctx.state.history ?? null, transaction);
    if (added === null) {
      ctx.log.warn({ transactionId: transaction.transactionId }, 'duplicate transaction dropped');
      return;
    }
    ctx.state.history = added.history;
    const persona = personaOf(added.features);
    const facts = { transaction, persona, account: added.features };
    ctx.send({ type: merchantType, id: transaction.merchantId }, accountFactsMessage, facts);
  }),
  on(knownFraudMessage, (ctx, fraud) => {
    ctx.state.history = addFraudLabel(ctx.state.history ?? null, fraud.atMs);
  }),
);
