/**
 * Per persona: which model serves. It chooses by what late labels have shown of all models, counts
 * each transaction, and passes it on to its decision.
 *
 * Once a day of event time it tells its sums to the parent, whose answer it is shrunk to: a persona
 * with few transactions then follows what is true of all.
 */
import { packBudget, unpackBudget } from '#models/alerts/budget.ts';
import { type AlertRule, isAlert } from '#models/alerts/rule.ts';
import { hashOf } from '#models/hash.ts';
import type { TrainedModel } from '#models/artifact.ts';
import { regretOf } from '#models/selector/regret.ts';
import { packSelector, unpackSelector } from '#models/selector/packed-state.ts';
import { dayMs } from '#models/features/transaction.ts';
import {
  type SelectorOptions,
  type SelectorState,
  credit,
  decide,
  hold,
  pin,
  standings,
  startingSelector,
} from '#models/selector/selector.ts';
import { type AnyFunction, bytes, defineFunction, on } from '#sdk/index.ts';
import {
  type ModelScore,
  type Monitoring,
  type Scores,
  creditMessage,
  decidedMessage,
  holdMessage,
  parentMeansMessage,
  personaSumsMessage,
  pinMessage,
  scoresMessage,
} from './messages.ts';
import type { Metrics } from './metrics.ts';
import { decisionType, selectorParentType, selectorType } from './names.ts';
import { type Output, plainOutput } from './output.ts';

type CalibrationOf = (Monitoring & { kind: 'calibration' })['models'][string];

/** Of a thousand would-be alerts so many are let through, for a label that nobody prevented. */
const controlPerMille = 15;

export function selector(
  models: readonly TrainedModel[],
  options: SelectorOptions,
  rule: AlertRule = { kind: 'model' },
  metrics: Metrics | null = null,
  output: Output = plainOutput,
): AnyFunction {
  const names = models.map((model) => model.classifier.name);
  const thresholds = models.map((model) => model.alertThreshold);
  const stateOf = (persona: string, packed: Uint8Array | undefined): SelectorState =>
    packed === undefined
      ? startingSelector(options, persona)
      : unpackSelector(packed, names.length);
  /** Of the days that are mature, as a record and as metrics. */
  const calibrationOf = (persona: string, state: SelectorState): Monitoring => {
    const { settled, newestDay } = state.evidence;
    const { count, expected, seen } = settled;
    const standing = standings(state, options);
    const models: Record<string, CalibrationOf> = {};
    names.forEach((name, i) => {
      const error = count[i]! > 0 ? Math.abs(expected[i]! - seen[i]!) / count[i]! : 0;
      models[name] = { expected: expected[i]!, seen: seen[i]!, error, ...standing[i]! };
      if (seen[i]! > 0) metrics?.calibration(persona, name, expected[i]! / seen[i]!, error);
    });
    const { pinned, totals } = state;
    return {
      ...{ kind: 'calibration', persona, day: newestDay ?? 0, models },
      pinned: pinned === null ? null : names[pinned]!,
      regret: options.bandit ? null : regretOf(totals),
    };
  };
  const placeOf = (model: string): number => {
    const place = names.indexOf(model);
    if (place >= 0) return place;
    throw new TypeError(`model is ${model}, expected one of ${names.join(', ')}`);
  };
  return defineFunction(
    {
      type: selectorType,
      state: { evidence: bytes('weir.fraud/Selector'), budget: bytes('weir.fraud/AlertBudget') },
    },
    on(scoresMessage, (ctx, message) => {
      const { transaction, persona } = message;
      const state = stateOf(ctx.self.id, ctx.state.evidence);
      const day = Math.floor(transaction.atMs / dayMs);
      const before = state.evidence.newestDay;
      const scores = inOrder(message, names);
      const decision = decide(state, options, { id: transaction.transactionId, day }, scores);
      ctx.state.evidence = packSelector(state);
      if (before !== null && day > before) {
        const { count, loss, products } = state.evidence.settled;
        const sums = { persona, count: [...count], loss: [...loss], products: [...products] };
        ctx.send({ type: selectorParentType, id: 'all' }, personaSumsMessage, sums);
        output.monitoring(ctx, calibrationOf(persona, state));
      }
      const { served, choice, score, propensity, evidence, regret } = decision;
      const single = choice.kind === 'draw';
      const blended = thresholds.reduce((sum, value, i) => sum + value * choice.weights[i]!, 0);
      const threshold = single ? thresholds[served]! : blended;
      const budget = unpackBudget(ctx.state.budget);
      const alert = isAlert(rule, { score, amount: transaction.amount, day, threshold }, budget);
      if (rule.kind === 'budget') ctx.state.budget = packBudget(budget);
      ctx.send({ type: decisionType, id: transaction.transactionId }, decidedMessage, {
        transaction,
        persona,
        // A number that is none has no place in JSON.
        scores: scores.map((value) => (Number.isNaN(value) ? null : value)),
        served,
        score,
        alert,
        model: single ? names[served]! : choice.kind,
        propensity,
        evidence: { ...evidence, regret },
        ...(message.version === undefined ? {} : { version: message.version }),
        byModel: byModelOf(message),
        control: alert && hashOf(`control ${transaction.transactionId}`) % 1_000 < controlPerMille,
        reasons: alert ? reasonsOf(message, names, choice.weights) : [],
      });
    }),
    on(creditMessage, (ctx, outcome) => {
      const state = stateOf(ctx.self.id, ctx.state.evidence);
      const scores = outcome.scores.map((score) => score ?? NaN);
      credit(state, options, { ...outcome, scores }, outcome.fraud);
      ctx.state.evidence = packSelector(state);
    }),
    on(pinMessage, (ctx, { model, reason = '' }) => {
      const state = stateOf(ctx.self.id, ctx.state.evidence);
      pin(state, model === null ? null : placeOf(model));
      ctx.state.evidence = packSelector(state);
      ctx.log.info({ persona: ctx.self.id, model, reason }, 'a person pinned a model');
      output.monitoring(ctx, calibrationOf(ctx.self.id, state));
    }),
    on(holdMessage, (ctx, { model, hold: why, reason = '' }) => {
      const state = stateOf(ctx.self.id, ctx.state.evidence);
      hold(state, placeOf(model), why);
      ctx.state.evidence = packSelector(state);
      ctx.log.info({ persona: ctx.self.id, model, hold: why, reason }, 'a person held a model');
      output.monitoring(ctx, calibrationOf(ctx.self.id, state));
    }),
    on(parentMeansMessage, (ctx, { means }) => {
      const state = stateOf(ctx.self.id, ctx.state.evidence);
      if (means.loss.length === names.length) state.parent = means;
      ctx.state.evidence = packSelector(state);
    }),
  );
}

/** Of the model that serves; of a blend those of the model that adds most to the score. */
function reasonsOf(
  { scores }: Scores,
  names: readonly string[],
  weights: readonly number[],
): readonly string[] {
  const shareOf = ({ model, score }: ModelScore): number => score * weights[names.indexOf(model)]!;
  const explained = scores.filter((one) => one.reasons !== undefined && shareOf(one) > 0);
  explained.sort((a, b) => shareOf(b) - shareOf(a));
  return explained[0]?.reasons ?? [];
}

/** Four digits are enough to look at and to compare with. */
function byModelOf({ scores }: Scores): Record<string, number> {
  return Object.fromEntries(scores.map(({ model, score }) => [model, Number(score.toFixed(4))]));
}

/** By model, as the selector counts them; NaN for one that is missing. */
function inOrder({ scores }: Scores, names: readonly string[]): number[] {
  return names.map((name) => scores.find(({ model }) => model === name)?.score ?? NaN);
}
