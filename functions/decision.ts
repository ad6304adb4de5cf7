/**
 * Per transaction: emits its score, and remembers what its label will be held against.
 *
 * - D1 One score per transaction id: scores that come again while it is remembered are dropped.
 * - D2 A label takes effect once, whether it comes before or after its transaction: a fraud is told
 *   to the merchant, the account and the selector. The same label again changes nothing. One that
 *   contradicts an earlier one corrects the selector's account of the models by the difference; the
 *   merchant and the account keep a fraud that they were told of.
 * - D3 All of it expires after a time of the wall clock: most transactions never get a label, and a
 *   label of an unknown transaction never gets its transaction.
 */
import { dayMs } from '#models/features/transaction.ts';
import {
  type AnyFunction,
  type Context,
  type Duration,
  defineFunction,
  json,
  on,
} from '#sdk/index.ts';
import {
  type Decided,
  type Score,
  creditMessage,
  decidedMessage,
  feedbackMessage,
  knownFraudMessage,
  labelSeenMessage,
} from './messages.ts';
import type { Metrics } from './metrics.ts';
import { accountType, decisionType, merchantType, monitorType, selectorType } from './names.ts';
import { type Output, plainOutput } from './output.ts';

/** A transaction that was scored, with what is known of it by now. */
interface Scored {
  readonly kind: 'scored';
  readonly accountId: string;
  readonly merchantId: string;
  readonly atMs: number;
  readonly persona: string;
  readonly scores: Decided['scores'];
  readonly served: number;
  readonly score: number;
  /** Left out by earlier versions. */
  readonly amount?: number;
  readonly alert?: boolean;
  /** What its label says; null before there is one. */
  readonly fraud: boolean | null;
  /** When it was first said to be a fraud. */
  readonly fraudAtMs: number | null;
  /** Whether merchant and account were told of a fraud. */
  readonly told: boolean;
}

/** A label that came before its transaction. */
interface Labelled {
  readonly kind: 'labelled';
  readonly fraud: boolean;
  readonly atMs: number;
}

const memory = json<Scored | Labelled>('weir.fraud/Decision');

/**
 * `rememberFor` is a time of the wall clock, while labels take days of event time: where a
 * simulated day passes in seconds, it may be as much shorter.
 */
export function decision(
  rememberFor: Duration,
  output: Output = plainOutput,
  metrics: Metrics | null = null,
): AnyFunction {
  return defineFunction(
    { type: decisionType, state: { memory: memory.expiresAfterWrite(rememberFor) } },
    on(decidedMessage, (ctx, decided) => {
      const known = ctx.state.memory;
      if (known?.kind === 'scored') {
        ctx.log.warn({}, 'scores that came again dropped');
        return;
      }
      output.score(ctx, recordOf(decided));
      metrics?.scored(decided);
      const { transaction, persona, scores, served, score, alert } = decided;
      const { accountId, merchantId, atMs, amount } = transaction;
      const scored: Scored = {
        kind: 'scored',
        ...{ accountId, merchantId, atMs, persona, scores, served, score, amount, alert },
        fraud: null,
        fraudAtMs: null,
        told: false,
      };
      ctx.state.memory = known === undefined ? scored : labelled(ctx, scored, known, metrics);
    }),
    on(feedbackMessage, (ctx, { fraud, atMs }) => {
      const known = ctx.state.memory;
      if (known?.kind !== 'scored') {
        // The later of two labels is the better informed one.
        ctx.state.memory = { kind: 'labelled', fraud, atMs };
      } else if (known.fraud !== fraud) {
        ctx.state.memory = labelled(ctx, known, { fraud, atMs }, metrics);
      }
    }),
  );
}

/** Tells everybody who learns from a label; answers what is known of the transaction now. */
function labelled(
  ctx: Pick<Context, 'send' | 'self'>,
  scored: Scored,
  label: { readonly fraud: boolean; readonly atMs: number },
  metrics: Metrics | null,
): Scored {
  const { atMs, persona, scores, served, score } = scored;
  // The selector counts every transaction as legitimate until a label says otherwise.
  if (label.fraud || scored.fraud === true) {
    const day = Math.floor(atMs / dayMs);
    // Taking it back must undo exactly what its label did.
    const labelDay = Math.floor((scored.fraudAtMs ?? label.atMs) / dayMs);
    const credit = { day, scores, served, score, fraud: label.fraud, labelDay };
    ctx.send({ type: selectorType, id: persona }, creditMessage, credit);
  }
  const tells = label.fraud && !scored.told;
  if (tells) {
    metrics?.fraud(scored.amount ?? 0, scored.alert === true);
    const seen = { ageDays: (label.atMs - atMs) / dayMs };
    ctx.send({ type: monitorType, id: 'all' }, labelSeenMessage, seen);
  }
  if (tells) {
    const known = { transactionId: ctx.self.id, transactionAtMs: atMs, atMs: label.atMs };
    ctx.send({ type: merchantType, id: scored.merchantId }, knownFraudMessage, known);
    ctx.send({ type: accountType, id: scored.accountId }, knownFraudMessage, known);
  }
  const fraudAtMs = scored.fraudAtMs ?? (label.fraud ? label.atMs : null);
  return { ...scored, fraud: label.fraud, fraudAtMs, told: scored.told || tells };
}

function recordOf(decided: Decided): Score {
  const { transaction, score, model, alert, reasons, persona, propensity } = decided;
  const { evidence, control, version, byModel } = decided;
  const why = {
    ...{ persona, propensity, evidence, control },
    ...(version === undefined ? {} : { version }),
    ...(byModel === undefined ? {} : { byModel }),
  };
  return { ...transaction, score, model, alert, reasons, ...why };
}
