import {
  addMerchantFraudLabel,
  addMerchantTransaction,
} from '#models/features/merchant-history.ts';
import { featureVector, toSparse } from '#models/features/feature-vector.ts';
import { paymentOf } from '#models/features/transaction.ts';
import { hashOf } from '#models/hash.ts';
import { bytes, defineFunction, on } from '#sdk/index.ts';
import { accountFactsMessage, featuresMessage, knownFraudMessage } from './messages.ts';
import { classifierType, merchantType } from './names.ts';

/**
 * The classifier has no state, but an address has one request in flight: so many of them let as many
 * requests run at a time, few enough that under load each takes a batch.
 */
const classifierAddresses = 64;

/**
 * Per merchant: volume and risk, from the frauds that are known by the time of their labels. With
 * it the feature vector is complete.
 */
export const merchant = defineFunction(
  { type: merchantType, state: { history: bytes('weir.fraud/MerchantHistory') } },
  on(accountFactsMessage, (ctx, facts) => {
    const { transaction, persona, account, habits } = facts;
    const added = addMerchantTransaction(ctx.state.history ?? null, transaction.atMs);
    ctx.state.history = added.history;
    const classifier = { type: classifierType, id: classifierId(transaction.transactionId) };
    const vector = featureVector({ transaction, account, habits, merchant: added.features });
    // The vector says the rest: from here on it is not carried along.
    const message = { transaction: paymentOf(transaction), persona, ...toSparse(vector) };
    ctx.send(classifier, featuresMessage, message);
  }),
  on(knownFraudMessage, (ctx, fraud) => {
    ctx.state.history = addMerchantFraudLabel(
      ctx.state.history ?? null,
      fraud.transactionAtMs,
      fraud.atMs,
    );
  }),
);

function classifierId(transactionId: string): string {
  return String(hashOf(transactionId) % classifierAddresses);
}
