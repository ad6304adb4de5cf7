/**
 * Per transaction: emits its score, and remembers it until its label comes.
 *
 * - D1 One score per transaction id: scores that come again while it is remembered are dropped.
 * - D2 A label takes effect once, whether it comes before or after its transaction: a fraud is told
 *   to the merchant and the account, and what was remembered is forgotten.
 * - D3 What never gets its other half (most transactions no label, a label of an unknown
 *   transaction no transaction) expires after a time of the wall clock.
 */
import {
  type AnyFunction,
  type Context,
  type Duration,
  defineFunction,
  json,
  on,
} from '#sdk/index.ts';
import {
  type ModelScore,
  type Score,
  type Scores,
  feedbackMessage,
  knownFraudMessage,
  scoreRecord,
  scoresMessage,
} from './messages.ts';
import { accountType, decisionType, merchantType, scoresEgress } from './names.ts';

/** A transaction that waits for its label, with all that its label will be held against. */
interface Scored {
  readonly kind: 'scored';
  readonly accountId: string;
  readonly merchantId: string;
  readonly amount: number;
  readonly atMs: number;
  readonly scores: readonly ModelScore[];
  readonly served: string;
}

/** A label that came before its transaction. */
interface Labelled {
  readonly kind: 'labelled';
  readonly fraud: boolean;
  readonly atMs: number;
}

const memory = json<Scored | Labelled>('weir.fraud/Decision');

interface Where {
  readonly transactionId: string;
  readonly accountId: string;
  readonly merchantId: string;
  readonly atMs: number;
}

/**
 * `rememberFor` is a time of the wall clock, while labels take days of event time: where a
 * simulated day passes in seconds, it may be as much shorter.
 */
export function decision(rememberFor: Duration): AnyFunction {
  return defineFunction(
    { type: decisionType, state: { memory: memory.expiresAfterWrite(rememberFor) } },
    on(scoresMessage, (ctx, scores) => {
      const known = ctx.state.memory;
      if (known?.kind === 'scored') {
        ctx.log.warn({}, 'scores that came again dropped');
        return;
      }
      ctx.egress(scoresEgress, scoreRecord, served(scores));
      const { transaction } = scores;
      if (known === undefined) {
        const { accountId, merchantId, amount, atMs } = transaction;
        const { served: model, scores: all } = scores;
        ctx.state.memory = {
          kind: 'scored',
          accountId,
          merchantId,
          amount,
          atMs,
          scores: all,
          served: model,
        };
      } else {
        ctx.state.memory = undefined;
        settle(ctx, transaction, known);
      }
    }),
    on(feedbackMessage, (ctx, { transactionId, fraud, atMs }) => {
      const known = ctx.state.memory;
      if (known?.kind === 'scored') {
        ctx.state.memory = undefined;
        settle(ctx, { transactionId, ...known }, { fraud, atMs });
      } else {
        // The later of two labels is the better informed one.
        ctx.state.memory = { kind: 'labelled', fraud, atMs };
      }
    }),
  );
}

/** Tells a fraud to those who can learn from it. The credits of the models belong here, too. */
function settle(
  ctx: Pick<Context, 'send'>,
  where: Where,
  label: { readonly fraud: boolean; readonly atMs: number },
): void {
  if (!label.fraud) return;
  const known = {
    transactionId: where.transactionId,
    transactionAtMs: where.atMs,
    atMs: label.atMs,
  };
  ctx.send({ type: merchantType, id: where.merchantId }, knownFraudMessage, known);
  ctx.send({ type: accountType, id: where.accountId }, knownFraudMessage, known);
}

function served({ transaction, scores, served: model, reasons }: Scores): Score {
  const chosen = scores.find((score) => score.model === model);
  if (chosen === undefined) {
    const names = scores.map((score) => score.model).join(', ');
    throw new Error(`${transaction.transactionId} has no score of ${model}, only of ${names}`);
  }
  return { ...transaction, score: chosen.score, model, alert: chosen.alert, reasons };
}
