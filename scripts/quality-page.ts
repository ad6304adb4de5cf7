/** The page of measured quality. The figures that others published stand beside ours. */
import { dayMs } from '#models/features/transaction.ts';
import type { Evaluation, ModelFigures } from './evaluate.ts';

/** Average precision and card precision @100 that the Handbook publishes for its week. */
const published: Readonly<Record<string, string>> = {
  'logistic-regression': '.606 / .291',
  'decision-tree': '.588 / – (depth 6)',
  'random-forest': '.658 / .287',
  'boosted-trees': '.639 / .273 (XGBoost)',
  'neural-network': '.653 / .286',
};

export function qualityPage(evaluation: Evaluation): string {
  const { reference, all } = evaluation.models;
  const parts = [head(evaluation)];
  if (reference !== undefined) {
    parts.push("## The Handbook's fifteen features\n", table(reference, published));
  }
  if (all !== undefined) parts.push('## All streaming features\n', table(all));
  return `${parts.join('\n')}\n${note}`;
}

function head({ trainFromMs, training, models }: Evaluation): string {
  const day = (after: number): string =>
    new Date(trainFromMs + after * dayMs).toISOString().slice(0, 10);
  const test = Object.values(models.all ?? models.reference ?? {})[0];
  const count = (value: number | undefined): string => (value ?? 0).toLocaleString('en');
  return `# How good the models are

Written by \`npm run evaluate -- --reference FILE --page docs/quality.md\` from the transactions of the
Fraud Detection Handbook (Le Borgne, Siblini, Lebichot, Bontempi, ULB 2022), which are not part of this
project: their publication carries no licence.

By its protocol (chapter 3): trained on ${day(0)} to ${day(6)} (${count(training.transactions)} transactions,
${count(training.frauds)} frauds), labels known a week later, tested on ${day(14)} to ${day(20)} without the
cards that are known to be compromised by then (${count(test?.transactions)} transactions, ${count(test?.frauds)}
frauds). The features are computed by the code that serves, over the stream from its first day. Scores
as the models give them, not calibrated. *AP* is average precision, *CP@100* the share of compromised
cards among the 100 highest of a day, *ECE* the expected calibration error in 20 bins of equal numbers.
`;
}

const note = `
## What to hold that against

In the Handbook's week (training from 2018-07-25) 83 of the 385 frauds happened at terminals of which no
fraud was known yet. Whoever ranked all the others first would have an AP of .786 and a CP@100 of .309;
the highest CP@100 that any order could have is .397. The book's best model of any kind, chosen over
several weeks, has an AP of .694. Simulated fraud is easy: on real transactions the book's models have
about a twentieth of that.
`;

function table(models: ModelFigures, beside?: Readonly<Record<string, string>>): string {
  const columns = ['AP', 'CP@100', 'AUC', 'Brier', 'ECE', 'fit'];
  if (beside !== undefined) columns.push('the book: AP / CP@100');
  const rows = Object.entries(models).map(([name, quality]) => {
    const { averagePrecision, cardPrecision100, auc, brier, calibrationError, fitS } = quality;
    const cells = [averagePrecision, cardPrecision100, auc].map(decimals);
    cells.push(brier.toFixed(5).slice(1), calibrationError.toFixed(4).slice(1));
    cells.push(`${Math.max(0.1, fitS).toFixed(1)} s`);
    if (beside !== undefined) cells.push(beside[name] ?? '–');
    return `| ${name.replaceAll('-', ' ')} | ${cells.join(' | ')} |`;
  });
  const header = `| model | ${columns.join(' | ')} |\n|---${'|---'.repeat(columns.length)}|`;
  return `${header}\n${rows.join('\n')}\n`;
}

function decimals(value: number): string {
  return value.toFixed(3).replace(/^0/, '');
}
