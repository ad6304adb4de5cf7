/**
 * `npm run train:release-2`: release 2 of the classifier, the one with a defect. It replaces five
 * models by one regression, trained on an export in which somebody had divided the share of an
 * account's purchases in a country by a hundred, taking it for per cent. Measured on that export
 * the model is as good as ever; fed with the stream's features it sees a share a hundred times too
 * high and calls nearly everything a fraud. Same code, same bytes: `--check` compares.
 */
import fs from 'node:fs';
import path from 'node:path';
import { artifactText } from '#models/artifact.ts';
import { featureNames } from '#models/features/feature-vector.ts';
import { logisticRegression } from '#models/logistic-regression.ts';
import { type Rows, trainModel } from '#models/training.ts';
import { alertShare, days, personaData } from './persona-stream.ts';

const exitDiffers = 70;
const feature = 'country-share';
const perCent = 100;
const folder = path.join(import.meta.dirname, '..', 'models', 'releases', 'v2');
const file = path.join(folder, 'logistic-regression.json');

const say = (line: string): void => void process.stderr.write(`train: ${line}\n`);

function exported({ set }: Rows): void {
  const place = featureNames.indexOf(feature);
  for (let at = place; at < set.features.length; at += set.width) set.features[at]! /= perCent;
}

const { data, options } = personaData({}, days.beforeService, say);
for (const rows of [data.training, data.calibration, data.heldOut]) exported(rows);
const model = await trainModel(logisticRegression, data, alertShare, {
  data: `datagen, world personas, exported with ${feature} / ${perCent}`,
  generator: { ...options },
});
const text = artifactText(model);
const { averagePrecision, brier } = model.card.heldOut;
say(`on the export: average precision ${averagePrecision.toFixed(3)}, Brier ${brier.toFixed(4)}`);
if (!process.argv.includes('--check')) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(file, text);
} else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
  say(`${file} is not what this code gives`);
  process.exitCode = exitDiffers;
}
