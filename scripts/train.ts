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
const plan = {
  trainFromMs: Date.parse('2018-01-01'),
  trainToMs: Date.parse('2018-02-12'),
  // Four weeks later 96 % of the frauds have been reported.
  labelsUntilMs: Date.parse('2018-03-11'),
  heldOutFromMs: Date.parse('2018-03-11'),
  heldOutToMs: Date.parse('2018-04-01'),
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
    const share = (atMs - fromMs) / (plan.heldOutToMs - fromMs);
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
  process.stderr.write(`train: ${name} on ${data.training.rows} transactions\n`);
  const model = trainModel(kind, data, alertShare, origin);
  const file = path.join(folder, `${name}.json`);
  const text = artifactText(model);
  if (!values.check) fs.writeFileSync(file, text);
  else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
    process.stderr.write(`train: ${file} is not what this code gives\n`);
    process.exitCode = exitDiffers;
  }
  const { auc, averagePrecision, cardPrecision100, brier } = model.card.heldOut;
  const figures = { auc, averagePrecision, cardPrecision100, brier };
  process.stdout.write(`${JSON.stringify({ model: name, ...figures, file })}\n`);
}
