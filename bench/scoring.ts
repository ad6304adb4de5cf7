import { dayMs } from '#datagen/transaction.ts';
import { personaDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';
import { loadModels, type TrainedModel } from '#models/artifact.ts';
import { FeatureReplay } from '#models/features/feature-replay.ts';
import type { RecordedEvent } from '#models/training.ts';
import { reasonsOf } from '#models/reasons.ts';
import { outputOf } from '#models/scoring.ts';
import { recordedEvents } from '../scripts/recorded-events.ts';
import { report } from './report.ts';

const transactions = 60_000;
const warmUp = 20_000;
const firstDay = Date.parse('2018-04-01') / dayMs;

/**
 * Transactions that one core takes per second: their features, all models' calibrated scores, and
 * the reasons of all of them.
 */
export function scoring(): Promise<void> {
  const events: RecordedEvent[] = [];
  let count = 0;
  for (const event of recordedEvents(createWorld(personaDefaults), firstDay)) {
    events.push(event);
    if (event.kind === 'transaction' && ++count === transactions) break;
  }
  const replay = new FeatureReplay();
  const rows: Float64Array[] = [];
  let startedMs = 0;
  for (const event of events) {
    if (rows.length === warmUp && startedMs === 0) startedMs = performance.now();
    if (event.kind === 'label') replay.label(event);
    else rows.push(replay.transaction(event.transaction)!.features);
  }
  figure('features', performance.now() - startedMs, transactions - warmUp);
  const models = loadModels();
  let sum = 0;
  const score = (row: Float64Array, model: TrainedModel): void => {
    sum += outputOf(model, row).score;
  };
  const explain = (row: Float64Array, model: TrainedModel): void => {
    score(row, model);
    sum += reasonsOf(model.classifier.explain(row), row).length;
  };
  for (const [what, action] of [
    ['scores of all models', score],
    ['scores and reasons of all models', explain],
  ] as const) {
    for (const row of rows.slice(0, warmUp)) for (const model of models) action(row, model);
    const from = performance.now();
    for (const row of rows.slice(warmUp)) for (const model of models) action(row, model);
    figure(what, performance.now() - from, transactions - warmUp);
  }
  if (!Number.isFinite(sum)) throw new Error('a score is no number');
  return Promise.resolve();
}

function figure(what: string, ms: number, count: number): void {
  const microseconds = Number(((1000 * ms) / count).toFixed(2));
  const context = { what, microsecondsEach: microseconds };
  const value = (1000 * count) / ms;
  report({ bench: 'scoring', metric: 'throughput', value, unit: 'per second', context });
}
