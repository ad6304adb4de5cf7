/** The page of measured quality, and its plots. */
import { dayMs } from '#models/features/transaction.ts';
import type { Evaluation } from './evaluate.ts';
import { personaPage, regretPlot } from './persona-page.ts';
import { mechanismPage } from './mechanism-page.ts';
import type { ModelFigures, ReferenceEvaluation } from './reference-evaluation.ts';
import { decimals, table } from './spread.ts';

/** Average precision and card precision @100 that the Handbook publishes for its week. */
const published: Readonly<Record<string, string>> = {
  'logistic-regression': '.606 / .291',
  'decision-tree': '.588 / – (depth 6)',
  'random-forest': '.658 / .287',
  'boosted-trees': '.639 / .273 (XGBoost)',
  'neural-network': '.653 / .286',
};

export function qualityPage({ worlds, variants, reference, mechanism }: Evaluation): string {
  const parts = ['# How good the models are, and the choice among them\n', made];
  if (worlds.length > 0) parts.push(personaPage(worlds, variants));
  if (reference !== null) parts.push(referencePart(reference));
  if (mechanism.length > 0) parts.push(mechanismPage(mechanism));
  return parts.join('\n');
}

const made = `Written by \`npm run evaluate -- --seeds 5 --variants --reference FILE --page docs/quality.md\`; without
\`--reference\` it needs nothing but this project. *AP* is average precision, *ECE* the expected calibration
error in 20 bins of equal numbers, log loss is in nats.
`;

/** By file name, beside the page. */
export function plots({ worlds }: Evaluation): [string, string][] {
  const [first] = worlds;
  return first === undefined ? [] : [['regret.svg', regretPlot(first)]];
}

function referencePart(evaluation: ReferenceEvaluation): string {
  const { reference, all } = evaluation.models;
  const parts = [head(evaluation)];
  if (reference !== undefined) {
    parts.push("### The Handbook's fifteen features\n", modelTable(reference, published));
  }
  if (all !== undefined) parts.push('### All streaming features\n', modelTable(all));
  return `${parts.join('\n')}\n${note}`;
}

function head({ trainFromMs, training, models }: ReferenceEvaluation): string {
  const day = (after: number): string =>
    new Date(trainFromMs + after * dayMs).toISOString().slice(0, 10);
  const test = Object.values(models.all ?? models.reference ?? {})[0];
  const count = (value: number | undefined): string => (value ?? 0).toLocaleString('en');
  return `## On the transactions of the Fraud Detection Handbook

They (Le Borgne, Siblini, Lebichot, Bontempi, ULB 2022) are not part of this project: their publication
carries no licence.

By its protocol (chapter 3): trained on ${day(0)} to ${day(6)} (${count(training.transactions)} transactions,
${count(training.frauds)} frauds), labels known a week later, tested on ${day(14)} to ${day(20)} without the
cards that are known to be compromised by then (${count(test?.transactions)} transactions, ${count(test?.frauds)}
frauds). The features are computed by the code that serves, over the stream from its first day. Scores
as the models give them, not calibrated. *CP@100* is the share of compromised cards among the 100 highest
of a day.
`;
}

const note = `### What to hold that against

In the Handbook's week (training from 2018-07-25) 83 of the 385 frauds happened at terminals of which no
fraud was known yet. Whoever ranked all the others first would have an AP of .786 and a CP@100 of .309;
the highest CP@100 that any order could have is .397. The book's best model of any kind, chosen over
several weeks, has an AP of .694. Simulated fraud is easy: on real transactions the book's models have
about a twentieth of that.
`;

function modelTable(models: ModelFigures, beside?: Readonly<Record<string, string>>): string {
  const columns = ['AP', 'CP@100', 'AUC', 'Brier', 'ECE', 'fit'];
  if (beside !== undefined) columns.push('the book: AP / CP@100');
  const rows = Object.entries(models).map(([name, quality]) => {
    const { averagePrecision, cardPrecision100, auc, brier, calibrationError, fitS } = quality;
    const cells = [averagePrecision, cardPrecision100, auc].map((value) => decimals(value));
    cells.push(decimals(brier, 5), decimals(calibrationError, 4));
    cells.push(`${Math.max(0.1, fitS).toFixed(1)} s`);
    if (beside !== undefined) cells.push(beside[name] ?? '–');
    return [name.replaceAll('-', ' '), ...cells];
  });
  return table(['model', ...columns], rows);
}
