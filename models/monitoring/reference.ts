/** How features and scores were distributed on the calibration weeks: what later days are held against. */
import path from 'node:path';
import { type TrainedModel, artifactFolder, monitoringFile } from '../artifact.ts';
import { calibrated } from '../calibration.ts';
import { checkedText, parseChecked, readArtifactFile } from '../checked-json.ts';
import type { TrainingSet } from '../classifier.ts';
import { modelsErrors } from '../errors.ts';
import { featureNames, featureSetVersion } from '../features/feature-vector.ts';
import { scoresOf } from '../scoring.ts';

const format = 1;
/** Ten bins of about equal numbers is the usual choice; a feature of few values has fewer. */
const binsMax = 10;

/** One feature, or one model's score. */
export interface Distribution {
  readonly name: string;
  /** Ascending: bin b holds what is at most `edges[b]`, the last one what is above all. */
  readonly edges: readonly number[];
  /** Of the transactions, by bin. */
  readonly shares: readonly number[];
}

export interface MonitoringReference {
  readonly features: readonly Distribution[];
  readonly scores: readonly Distribution[];
}

export function referenceOf(
  set: TrainingSet,
  models: readonly TrainedModel[],
): MonitoringReference {
  const column = new Float64Array(set.rows);
  return {
    features: featureNames.map((name, feature) => {
      for (let row = 0; row < set.rows; row++) {
        column[row] = set.features[row * set.width + feature]!;
      }
      return distributionOf(name, column);
    }),
    scores: models.map(({ classifier, calibration }) => {
      const scores = scoresOf(classifier, set).map((score) => calibrated(calibration, score));
      return distributionOf(classifier.name, scores);
    }),
  };
}

function distributionOf(name: string, values: Float64Array): Distribution {
  const sorted = values.toSorted();
  const edges: number[] = [];
  for (let bin = 1; bin < binsMax; bin++) {
    const edge = sorted[Math.floor((bin * sorted.length) / binsMax)]!;
    // What is above the last edge must be something.
    if (edge > (edges.at(-1) ?? -Infinity) && edge < sorted.at(-1)!) edges.push(edge);
  }
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) counts[binOf(edges, value)]!++;
  return { name, edges, shares: counts.map((count) => count / values.length) };
}

export function binOf(edges: readonly number[], value: number): number {
  let bin = 0;
  while (bin < edges.length && value > edges[bin]!) bin++;
  return bin;
}

export function referenceText(reference: MonitoringReference): string {
  return checkedText({ format, featureSet: featureSetVersion, ...reference });
}

/** Throws WEIR_MODELS_BAD_ARTIFACT, or WEIR_MODELS_OTHER_FEATURES. */
export function loadReference(folder: string = artifactFolder): MonitoringReference {
  const file = path.join(folder, monitoringFile);
  const content = parseChecked(readArtifactFile(file), file, format);
  if (content['featureSet'] !== featureSetVersion) {
    throw modelsErrors.OTHER_FEATURES(
      `${file} is of feature set ${String(content['featureSet'])}, this code computes ${featureSetVersion}`,
    );
  }
  const { features, scores } = content as unknown as MonitoringReference;
  return { features, scores };
}
