import { addFraudLabel, addTransaction } from '#models/features/account-history.ts';
import { addHabit, habitFeatures } from '#models/features/habits.ts';
import { HabitsView } from '#models/features/habits-view.ts';
import { type PersonaProfile, personaOf } from '#models/persona-rule.ts';
import { type AnyFunction, bytes, defineFunction, on } from '#sdk/index.ts';
import { accountFactsMessage, knownFraudMessage, transactionMessage } from './messages.ts';
import { accountType, merchantType } from './names.ts';

/**
 * Per account: exact windows over its last 30 days, and what it is used to, from which its persona
 * is told. A transaction that comes again with the same id, amount and time is dropped here, so that
 * it is neither counted nor scored twice.
 */
export function account(profiles: readonly PersonaProfile[]): AnyFunction {
  return defineFunction(
    {
      type: accountType,
      state: {
        history: bytes('weir.fraud/AccountHistory'),
        habits: bytes('weir.fraud/AccountHabits'),
      },
    },
    on(transactionMessage, (ctx, transaction) => {
      const added = addTransaction(ctx.state.history ?? null, transaction);
      if (added === null) {
        ctx.log.warn({ transactionId: transaction.transactionId }, 'duplicate transaction dropped');
        return;
      }
      ctx.state.history = added.history;
      const view = HabitsView.open(ctx.state.habits ?? null);
      const habits = habitFeatures(view, transaction);
      view.persona = personaOf(view.sums, profiles, view.persona);
      addHabit(view, transaction);
      ctx.state.habits = view.pack();
      ctx.send({ type: merchantType, id: transaction.merchantId }, accountFactsMessage, {
        transaction,
        persona: profiles[view.persona]!.name,
        account: added.features,
        habits,
      });
    }),
    on(knownFraudMessage, (ctx, fraud) => {
      ctx.state.history = addFraudLabel(ctx.state.history ?? null, fraud.atMs);
    }),
  );
}
