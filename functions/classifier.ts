import type { TrainedModel } from '#models/artifact.ts';
import { featureVector } from '#models/features/feature-vector.ts';
import { type AnyFunction, defineFunction, on } from '#sdk/index.ts';
import { type ModelScore, factsMessage, scoresMessage } from './messages.ts';
import { classifierType } from './names.ts';

/** What is scored with, and who is told. */
interface ClassifierOptions {
  readonly models: readonly [TrainedModel, ...TrainedModel[]];
  /** Function type that gets the scores, under the transaction id: where a selector slots in. */
  readonly next: string;
}

/** Stateless: every model's score of a transaction. The first model is the one that is served. */
export function classifier(options: ClassifierOptions): AnyFunction {
  const { models, next } = options;
  const served = models[0].classifier.name;
  return defineFunction(
    { type: classifierType },
    on(factsMessage, (ctx, facts) => {
      const { transaction } = facts;
      const vector = featureVector(transaction, facts.account, facts.merchant);
      const scores = models.map((model) => scoreBy(model, vector));
      const to = { type: next, id: transaction.transactionId };
      ctx.send(to, scoresMessage, { transaction, scores, served });
    }),
  );
}

function scoreBy(model: TrainedModel, vector: Float64Array): ModelScore {
  const score = model.classifier.score(vector);
  return { model: model.classifier.name, score, alert: score >= model.alertThreshold };
}
