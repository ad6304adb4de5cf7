import type { TrainedModel } from '#models/artifact.ts';
import { fromSparse } from '#models/features/feature-vector.ts';
import { reasonsOf } from '#models/reasons.ts';
import { bestOf, outputOf } from '#models/scoring.ts';
import { type AnyFunction, defineFunction, on } from '#sdk/index.ts';
import { featuresMessage, scoresMessage } from './messages.ts';
import { classifierType } from './names.ts';

/** What is scored with, and who is told. */
interface ClassifierOptions {
  readonly models: readonly [TrainedModel, ...TrainedModel[]];
  /** Function type that gets the scores, under the transaction id: where a selector slots in. */
  readonly next: string;
}

/**
 * Stateless: every model's score of a transaction, and why the served one's is what it is. Served is
 * the model that was best on the weeks that none was trained on.
 */
export function classifier(options: ClassifierOptions): AnyFunction {
  const { models, next } = options;
  const best = bestOf(models);
  const served = best.classifier.name;
  return defineFunction(
    { type: classifierType },
    on(featuresMessage, (ctx, message) => {
      const { transaction } = message;
      const features = fromSparse(message);
      const scores = models.map((model) => ({
        model: model.classifier.name,
        ...outputOf(model, features),
      }));
      const reasons = reasonsOf(best.classifier.explain(features), features);
      const to = { type: next, id: transaction.transactionId };
      ctx.send(to, scoresMessage, { transaction, scores, served, reasons });
    }),
  );
}
