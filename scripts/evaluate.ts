/**
 * `npm run evaluate -- --reference FILE`: how good the five kinds of model are on the transactions
 * of the Fraud Detection Handbook, by its own protocol and with the features that serve. Prints a
 * table, and writes the figures as JSON (`--json FILE`) and as a page (`--page FILE`).
 */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import type { Quality } from '#models/artifact.ts';
import { classifierKinds } from '#models/registry.ts';
import { measure, scoresOf } from '#models/training.ts';
import { qualityPage } from './quality-page.ts';
import { referenceEvents } from './reference-events.ts';
import { type FeatureChoice, featureChoices, referenceWeeks } from './reference-protocol.ts';

const exitUsage = 64;
const usage = `npm run evaluate -- --reference FILE [options]

  --reference FILE      the Handbook's transactions, CSV or CSV.gz, with the columns
                        tx_id,tx_seconds,customer_id,terminal_id,amount,fraud_scenario
  --train-from DATE     first day of the training week (default: 2018-07-25)
  --features WHICH      reference (the Handbook's fifteen), all, or both (default: both)
  --json FILE           writes the figures as JSON, or to the terminal with -
  --page FILE           writes the figures as a page, such as docs/quality.md
`;

/** Figures by model; `fitS`: seconds that the training took. */
export type ModelFigures = Record<string, Quality & { readonly fitS: number }>;

export interface Evaluation {
  readonly trainFromMs: number;
  readonly training: { readonly transactions: number; readonly frauds: number };
  readonly models: Partial<Record<FeatureChoice, ModelFigures>>;
}

async function evaluate(
  file: string,
  trainFromMs: number,
  choices: readonly FeatureChoice[],
): Promise<Evaluation> {
  const result: Evaluation['models'] = {};
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
      const model = await kind.fit(training.set);
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

/** The JSON that other programs read: by model, under short names. */
function asJson({ models }: Evaluation): object {
  const short = (figures: Record<string, Quality>): object =>
    Object.fromEntries(
      Object.entries(figures).map(([name, quality]) => [
        name,
        {
          ap: quality.averagePrecision,
          auc: quality.auc,
          cp100: quality.cardPrecision100,
          brier: quality.brier,
          ece: quality.calibrationError,
        },
      ]),
    );
  const last = models.all ?? models.reference ?? {};
  const byFeatures = Object.entries(models).map(([choice, figures]) => [choice, short(figures)]);
  return { models: short(last), byFeatures: Object.fromEntries(byFeatures) as object };
}

function say(line: string): void {
  process.stderr.write(`evaluate: ${line}\n`);
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      reference: { type: 'string' },
      'train-from': { type: 'string', default: '2018-07-25' },
      features: { type: 'string', default: 'both' },
      json: { type: 'string' },
      page: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const trainFromMs = Date.parse(values['train-from']);
  const choices = values.features === 'both' ? featureChoices : [values.features as FeatureChoice];
  const problem =
    values.reference === undefined
      ? '--reference is missing'
      : Number.isNaN(trainFromMs)
        ? `--train-from is "${values['train-from']}", expected a date such as 2018-07-25`
        : choices.every((choice) => featureChoices.includes(choice))
          ? null
          : `--features is "${values.features}", expected reference, all or both`;
  if (problem !== null || values.reference === undefined) {
    process.stderr.write(`${problem}\n${usage}`);
    return exitUsage;
  }
  const evaluation = await evaluate(values.reference, trainFromMs, choices);
  const json = `${JSON.stringify(asJson(evaluation), null, 2)}\n`;
  if (values.json === '-') process.stdout.write(json);
  else if (values.json !== undefined) fs.writeFileSync(values.json, json);
  if (values.page !== undefined) fs.writeFileSync(values.page, qualityPage(evaluation));
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof TypeError ? exitUsage : 65;
}
