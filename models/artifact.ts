/** Trained models as files: parameters, how they were made, how good they are, and a checksum. */
import fs from 'node:fs';
import path from 'node:path';
import { type Calibration, loadCalibration } from './calibration.ts';
import { checkedText, parseChecked, readArtifactFile } from './checked-json.ts';
import type { Classifier } from './classifier.ts';
import { modelsErrors } from './errors.ts';
import { featureNames, featureSetVersion } from './features/feature-vector.ts';
import { classifierKinds } from './registry.ts';

const format = 2;
/** Files beside the models in their folder. */
export const personasFile = 'personas.json';
export const warmStartFile = 'selector.json';
export const monitoringFile = 'monitoring.json';
const otherFiles: ReadonlySet<string> = new Set([personasFile, warmStartFile, monitoringFile]);

/** Where the project keeps its trained models. */
export const artifactFolder = path.join(import.meta.dirname, 'artifacts');

/** A period of event time, `[from, to)`, ISO 8601 UTC. */
interface Period {
  readonly from: string;
  readonly to: string;
}

export interface Quality {
  readonly transactions: number;
  readonly frauds: number;
  readonly auc: number;
  readonly averagePrecision: number;
  /** Of the 100 highest accounts a day; accounts found are left out of later days. */
  readonly cardPrecision100: number;
  readonly brier: number;
  /** Expected calibration error, in 20 bins of equal numbers. */
  readonly calibrationError: number;
}

/** How a model was made, and how good it was on a later period that it had not seen. */
export interface ModelCard {
  readonly data: string;
  /** All options of the generator, its seed among them. */
  readonly generator: Readonly<Record<string, number | string>>;
  readonly training: Period & {
    /** Labels that arrived until then were used; what had none by then counted as legitimate. */
    readonly labelsUntil: string;
    readonly transactions: number;
    readonly knownFrauds: number;
  };
  /** A later period, with the labels known by `labelsUntil`, each standing for those to come. */
  readonly calibration: Period & {
    readonly transactions: number;
    readonly knownFrauds: number;
  };
  /** Of the calibrated scores; of the model's own ones only what calibration changes. */
  readonly heldOut: Period & Quality & { readonly uncalibrated: Uncalibrated };
}

type Uncalibrated = Pick<Quality, 'brier' | 'calibrationError'>;

/** A model that can be served. */
export interface TrainedModel {
  readonly classifier: Classifier;
  readonly calibration: Calibration;
  /** Calibrated scores from here on are alerts. */
  readonly alertThreshold: number;
  readonly card: ModelCard;
}

/** The artifact's text; the same model and card give the same bytes. */
export function artifactText(model: TrainedModel): string {
  return checkedText({
    format,
    model: model.classifier.name,
    featureSet: featureSetVersion,
    features: featureNames,
    alertThreshold: model.alertThreshold,
    card: model.card,
    calibration: model.calibration,
    parameters: model.classifier.save(),
  });
}

/**
 * Reads an artifact; `where` names it in errors. Throws WEIR_MODELS_BAD_ARTIFACT,
 * WEIR_MODELS_OTHER_FEATURES or WEIR_MODELS_UNKNOWN_MODEL.
 */
export function parseArtifact(text: string, where: string): TrainedModel {
  const content = parseChecked(text, where, format);
  if (content['featureSet'] !== featureSetVersion) {
    throw modelsErrors.OTHER_FEATURES(
      `${where} needs feature set ${content['featureSet']}, this code computes ${featureSetVersion}`,
    );
  }
  const kind = classifierKinds.get(String(content['model']));
  if (kind === undefined) {
    const known = [...classifierKinds.keys()].join(', ');
    throw modelsErrors.UNKNOWN_MODEL(`${where} is a ${content['model']}, known are: ${known}`);
  }
  const alertThreshold = content['alertThreshold'];
  if (typeof alertThreshold !== 'number' || !(alertThreshold >= 0 && alertThreshold <= 1)) {
    throw modelsErrors.BAD_ARTIFACT(`${where}: alertThreshold is not in 0..1`);
  }
  return {
    classifier: kind.load(content['parameters'], featureNames.length),
    calibration: loadCalibration(content['calibration'], where),
    alertThreshold,
    card: content['card'] as ModelCard,
  };
}

/** All models of a folder, by the order of their file names. Throws as `parseArtifact` does. */
export function loadModels(folder: string = artifactFolder): TrainedModel[] {
  let names: string[];
  try {
    names = fs
      .readdirSync(folder)
      .filter((name) => name.endsWith('.json') && !otherFiles.has(name));
  } catch (cause) {
    throw modelsErrors.BAD_ARTIFACT(`the model folder ${folder} can't be read`, { cause });
  }
  if (names.length === 0) throw modelsErrors.BAD_ARTIFACT(`no model in ${folder}`);
  return names.sort().map((name) => {
    const file = path.join(folder, name);
    return parseArtifact(readArtifactFile(file), file);
  });
}
