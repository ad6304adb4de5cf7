import { type AlertRule, mayAlert } from '#models/alerts/rule.ts';
import type { TrainedModel } from '#models/artifact.ts';
import { fromSparse } from '#models/features/feature-vector.ts';
import { reasonsOf } from '#models/reasons.ts';
import { outputOf } from '#models/scoring.ts';
import { hashOf } from '#models/hash.ts';
import { type AnyFunction, defineFunction, on } from '#sdk/index.ts';
import { type ModelScore, featuresMessage, sampleMessage, scoresMessage } from './messages.ts';
import { classifierType, monitorType, selectorType } from './names.ts';

/** Of so many transactions one is watched: enough to see a day's shift, and little to send. */
const sampleOneIn = 10;

/**
 * Stateless: every model's score of a transaction, and the reasons of those that may be an alert.
 * `version` goes with each score, so that one can tell later which version said what.
 */
export function classifier(
  models: readonly TrainedModel[],
  rule: AlertRule = { kind: 'model' },
  version: string | null = null,
): AnyFunction {
  const named = version === null ? {} : { version };
  return defineFunction(
    { type: classifierType },
    on(featuresMessage, (ctx, message) => {
      const { transaction, persona } = message;
      const features = fromSparse(message);
      // A model that gives no probability says nothing: the selector never serves it.
      const scores = models.flatMap(
        (model) => scoreBy(model, features, transaction.amount, rule) ?? [],
      );
      ctx.send({ type: selectorType, id: persona }, scoresMessage, {
        transaction,
        persona,
        scores,
        ...named,
      });
      const { transactionId, atMs } = transaction;
      if (hashOf(`sample ${transactionId}`) % sampleOneIn !== 0) return;
      const { featureSet, indices, values } = message;
      ctx.send({ type: monitorType, id: 'all' }, sampleMessage, {
        ...{ featureSet, indices, values, atMs },
        scores: Object.fromEntries(scores.map(({ model, score }) => [model, score])),
      });
    }),
  );
}

function scoreBy(
  model: TrainedModel,
  features: Float64Array,
  amount: number,
  rule: AlertRule,
): ModelScore | null {
  const output = outputOf(model, features);
  if (!(output.score >= 0 && output.score <= 1)) return null;
  const score = { model: model.classifier.name, ...output };
  const { alertThreshold: threshold } = model;
  if (!mayAlert(rule, { score: output.score, amount, threshold })) return score;
  return { ...score, reasons: reasonsOf(model.classifier.explain(features), features) };
}
