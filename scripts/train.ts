/**
 * `npm run train`: generates the weeks before those that the application scores, trains every kind
 * of model on them, measures it on the weeks behind, and writes all that the application starts
 * with: the models, the personas' profiles, and what a selector begins with.
 * The same code gives the same bytes: `--check` compares instead of writing, and exits with 70 if
 * an artifact is not what the code gives. Another folder may be named. `--customers 400` trains on
 * a tenth of the world: in seconds, for whoever wants to see whether a change works at all.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { personaDefaults } from '#datagen/options.ts';
import {
  type TrainedModel,
  artifactFolder,
  artifactText,
  monitoringFile,
  personasFile,
  warmStartFile,
} from '#models/artifact.ts';
import { dayMs } from '#models/features/transaction.ts';
import { referenceOf, referenceText } from '#models/monitoring/reference.ts';
import { personasText } from '#models/persona-artifact.ts';
import { classifierKinds } from '#models/registry.ts';
import { selectorDefaults } from '#models/selector/selector.ts';
import { warmStartOf, warmStartText } from '#models/selector/warm-start.ts';
import { trainModel } from '#models/training.ts';
import { alertShare, days, personaData } from './persona-stream.ts';
import { holdoutOf, knownShareOf } from './trials.ts';

const exitUsage = 64;
const exitDiffers = 70;
const leastCustomers = 200;
const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false }, customers: { type: 'string' } },
  allowPositionals: true,
});
const folder = positionals[0] ?? artifactFolder;
const say = (line: string): void => void process.stderr.write(`train: ${line}\n`);

const customers = Number(values.customers ?? personaDefaults.customers);
if (!Number.isInteger(customers) || customers < leastCustomers) {
  say(
    `--customers is "${values.customers}", expected a whole number of at least ${leastCustomers}`,
  );
  process.exit(exitUsage);
}
fs.mkdirSync(folder, { recursive: true });

function keep(name: string, text: string): void {
  const file = path.join(folder, name);
  if (!values.check) fs.writeFileSync(file, text);
  else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
    say(`${file} is not what this code gives`);
    process.exitCode = exitDiffers;
  }
}

const { data, options } = personaData({ customers }, days.beforeService, say);
const origin = { data: 'datagen, world personas', generator: { ...options } };
const models: TrainedModel[] = [];
for (const [name, kind] of classifierKinds) {
  say(`${name} on ${data.training.set.rows} transactions`);
  const model = await trainModel(kind, data, alertShare, origin);
  models.push(model);
  keep(`${name}.json`, artifactText(model));
  const { auc, averagePrecision, cardPrecision100, brier, calibrationError } = model.card.heldOut;
  const figures = { auc, averagePrecision, cardPrecision100, brier, calibrationError };
  process.stdout.write(`${JSON.stringify({ model: name, ...figures })}\n`);
}
keep(personasFile, personasText(data.profiles, `${origin.data}, seed ${options.seed}`));

// In the order in which a folder of models is read.
const inOrder = models.toSorted((a, b) => (a.classifier.name < b.classifier.name ? -1 : 1));
const names = inOrder.map(({ classifier }) => classifier.name);
const untilDay = data.plan.labelsUntilMs / dayMs;
const holdout = holdoutOf(inOrder, data);
const knownShare = knownShareOf(data, selectorDefaults.maturityDays);
const selecting = { ...selectorDefaults, knownShare };
const warmStart = warmStartOf(holdout, untilDay, names.length, selecting);
keep(warmStartFile, warmStartText(warmStart, names));
keep(monitoringFile, referenceText(referenceOf(data.calibration.set, inOrder)));
