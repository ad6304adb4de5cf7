import type { TrainedModel } from '#models/artifact.ts';
import { fromSparse } from '#models/features/feature-vector.ts';
import { reasonsOf } from '#models/reasons.ts';
import { outputOf } from '#models/scoring.ts';
import { type AnyFunction, defineFunction, on } from '#sdk/index.ts';
import { type ModelScore, featuresMessage, scoresMessage } from './messages.ts';
import { classifierType, selectorType } from './names.ts';

/** Stateless: every model's score of a transaction, and the reasons of those that would alert. */
export function classifier(models: readonly TrainedModel[]): AnyFunction {
  return defineFunction(
    { type: classifierType },
    on(featuresMessage, (ctx, message) => {
      const { transaction, persona } = message;
      const features = fromSparse(message);
      // A model that gives no probability says nothing: the selector never serves it.
      const scores = models.flatMap((model) => scoreBy(model, features) ?? []);
      ctx.send({ type: selectorType, id: persona }, scoresMessage, {
        transaction,
        persona,
        scores,
      });
    }),
  );
}

function scoreBy(model: TrainedModel, features: Float64Array): ModelScore | null {
  const output = outputOf(model, features);
  if (!(output.score >= 0 && output.score <= 1)) return null;
  const score = { model: model.classifier.name, ...output };
  if (!output.alert) return score;
  return { ...score, reasons: reasonsOf(model.classifier.explain(features), features) };
}
