/** How good the kinds of model are on the Handbook's transactions, by its own protocol. */
import type { Quality } from '#models/artifact.ts';
import type { Settings } from '#models/classifier.ts';
import { classifierKinds } from '#models/registry.ts';
import { scoresOf } from '#models/scoring.ts';
import { measure } from '#models/training.ts';
import { referenceEvents } from './reference-events.ts';
import { type FeatureChoice, referenceWeeks } from './reference-protocol.ts';

/** Figures by model; `fitS`: seconds that the training took. */
export type ModelFigures = Record<string, Quality & { readonly fitS: number }>;

export interface ReferenceEvaluation {
  readonly trainFromMs: number;
  readonly training: { readonly transactions: number; readonly frauds: number };
  readonly models: Partial<Record<FeatureChoice, ModelFigures>>;
}

/** For a week of training with a dozen features, where the application has five and ninety. */
export const referenceSettings: Readonly<Record<string, Settings>> = {
  'logistic-regression': { c: 1 },
  'random-forest': { trees: 100 },
  'boosted-trees': {
    ...{ trees: 200, maxDepth: 3, minLeafRows: 2, lambda: 2 },
    ...{ rowShare: 0.8, featureShare: 1 },
  },
  'neural-network': {
    ...{ epochs: 20, averagedEpochs: 10, batchRows: 128 },
    ...{ learningRate: 2e-3, penalty: 5e-4 },
  },
};

export async function evaluateReference(
  file: string,
  trainFromMs: number,
  choices: readonly FeatureChoice[],
  say: (line: string) => void,
): Promise<ReferenceEvaluation> {
  const result: ReferenceEvaluation['models'] = {};
  let trained = { transactions: 0, frauds: 0 };
  for (const choice of choices) {
    say(`features (${choice}) of ${file}`);
    const { training, test } = referenceWeeks(referenceEvents(file), trainFromMs, choice);
    const { rows, labels } = training.set;
    trained = { transactions: rows, frauds: labels.reduce((sum, label) => sum + label, 0) };
    const models: ModelFigures = {};
    for (const [name, kind] of classifierKinds) {
      say(`${name} on ${training.set.rows} transactions, ${training.set.width} features`);
      const startedMs = performance.now();
      const model = await kind.fit(training.set, referenceSettings[name]);
      const fitS = (performance.now() - startedMs) / 1000;
      models[name] = { ...measure(scoresOf(model, test.set), test), fitS };
      say(`  ${summary(models[name])}`);
    }
    result[choice] = models;
  }
  return { trainFromMs, training: trained, models: result };
}

function summary({
  auc,
  averagePrecision,
  cardPrecision100,
  brier,
  fitS,
}: Quality & { fitS: number }) {
  const figures = [`AUC ${auc.toFixed(3)}`, `AP ${averagePrecision.toFixed(3)}`];
  figures.push(`CP@100 ${cardPrecision100.toFixed(3)}`, `Brier ${brier.toFixed(5)}`);
  return `${figures.join('  ')}  fitted in ${fitS.toFixed(1)} s`;
}
