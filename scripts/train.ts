/**
 * `npm run train`: generates a period that lies before the one that the application scores, trains
 * every kind of model on it, measures it on the weeks behind that, and writes the artifacts.
 * The same code gives the same bytes: `--check` compares instead of writing, and exits with 70 if
 * an artifact is not what the code gives. Another folder may be named.
 */
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dayMs } from '#datagen/day.ts';
import { worldDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';
import { artifactFolder, artifactText } from '#models/artifact.ts';
import { classifierKinds } from '#models/registry.ts';
import { type RecordedEvent, prepareTraining, trainModel } from '#models/training.ts';
import { recordedEvents } from './recorded-events.ts';

/** The reference's size: enough frauds to learn from. */
const options = { ...worldDefaults, customers: 5_000, terminals: 10_000 };
/** Windows of 30 days and labels of up to 60 fill up before the training period. */
const streamFrom = '2017-11-01';
const day = (date: string): number => Date.parse(date);
const plan = {
  training: { fromMs: day('2018-01-01'), toMs: day('2018-02-05') },
  calibration: { fromMs: day('2018-02-05'), toMs: day('2018-02-19') },
  // Three to five weeks after the calibration's transactions: over 90 % of its frauds are known.
  labelsUntilMs: day('2018-03-11'),
  labelDelay: { medianDays: options.fraudLabelMedianDays, sigma: options.fraudLabelSigma },
  heldOut: { fromMs: day('2018-03-11'), toMs: day('2018-04-01') },
};
/** Of 9,600 transactions a day about 100, the daily budget of the reference. */
const alertShare = 0.01;

function* withProgress(events: Iterable<RecordedEvent>, fromMs: number): Generator<RecordedEvent> {
  let said = performance.now();
  let count = 0;
  for (const event of events) {
    yield event;
    if (++count % 10_000 !== 0) continue;
    const now = performance.now();
    if (now - said < 2_000) continue;
    said = now;
    const atMs = event.kind === 'label' ? event.atMs : event.transaction.atMs;
    const share = (atMs - fromMs) / (plan.heldOut.toMs - fromMs);
    const day = new Date(atMs).toISOString().slice(0, 10);
    process.stderr.write(`train: features up to ${day}, ${Math.round(100 * share)} %\n`);
  }
}

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const exitDiffers = 70;
const folder = positionals[0] ?? artifactFolder;
fs.mkdirSync(folder, { recursive: true });
const streamFromMs = Date.parse(streamFrom);
const events = recordedEvents(createWorld(options), streamFromMs / dayMs);
const data = prepareTraining(withProgress(events, streamFromMs), plan);
const origin = {
  data: `datagen, stream from ${streamFrom}`,
  generator: { ...options },
};
for (const [name, kind] of classifierKinds) {
  process.stderr.write(`train: ${name} on ${data.training.set.rows} transactions\n`);
  const model = await trainModel(kind, data, alertShare, origin);
  const file = path.join(folder, `${name}.json`);
  const text = artifactText(model);
  if (!values.check) fs.writeFileSync(file, text);
  else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`train: ${file} is not what this code gives\n`);
    process.exitCode = exitDiffers;
  }
  const { auc, averagePrecision, cardPrecision100, brier, calibrationError } = model.card.heldOut;
  const figures = { auc, averagePrecision, cardPrecision100, brier, calibrationError };
  process.stdout.write(`${JSON.stringify({ model: name, ...figures, file })}\n`);
}
