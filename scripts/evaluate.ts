/**
 * `npm run evaluate`: how good the models are, and what choosing among them by late labels is worth,
 * on worlds that the generator makes. With `--reference FILE` also on the transactions of the Fraud
 * Detection Handbook, by its protocol. The features are those of the code that serves.
 */
import fs from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import type { Quality } from '#models/artifact.ts';
import { plots, qualityPage } from './quality-page.ts';
import { Jobs } from './evaluation-jobs.ts';
import type { Overrides } from './persona-stream.ts';
import type { ReferenceEvaluation } from './reference-evaluation.ts';
import { type FeatureChoice, featureChoices } from './reference-protocol.ts';
import type { MechanismFigures } from './reference-selector.ts';
import type { WorldEvaluation } from './selector-evaluation.ts';

const exitUsage = 64;
const usage = `npm run evaluate -- [options]

  --seeds COUNT         so many generated worlds, seeds 1 to COUNT (default: 1; 0 for none)
  --customers COUNT     customers of each (default: the generator's, 4,200)
  --variants            the first two again without the shift of signals, and with random signs
  --reference FILE      the Handbook's transactions, CSV or CSV.gz, with the columns
                        tx_id,tx_seconds,customer_id,terminal_id,amount,fraud_scenario
  --train-from DATE     first day of its training week (default: 2018-07-25)
  --features WHICH      reference (the Handbook's fifteen), all, or both (default: both)
  --workers COUNT       parts at a time (default: the cores, 8 at most); each takes up to 4 GB
  --json FILE           writes the figures as JSON, or to the terminal with -
  --page FILE           writes the figures as a page, such as docs/quality.md, with its plots
`;

export interface Evaluation {
  readonly worlds: readonly WorldEvaluation[];
  /** By what is different. */
  readonly variants: Readonly<Record<string, readonly WorldEvaluation[]>>;
  readonly reference: ReferenceEvaluation | null;
  /** The selector on the reference's stream, one run per seed. */
  readonly mechanism: readonly MechanismFigures[];
}

const variants = {
  'no change of signals': { signalShift: 0, signalRise: 0 },
  'shift with random signs': { signalSigns: 1 },
} as const;
const variantSeeds = 2;
const mechanismSeeds = [1, 2, 3, 4, 5];

/** The JSON that other programs read: of the reference by model, under short names. */
function asJson({ worlds, variants: others, reference, mechanism }: Evaluation): object {
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
  const generated = { worlds, variants: others };
  if (reference === null) return generated;
  const { models } = reference;
  const last = models.all ?? models.reference ?? {};
  const byFeatures = Object.entries(models).map(([choice, figures]) => [choice, short(figures)]);
  return {
    models: short(last),
    byFeatures: Object.fromEntries(byFeatures) as object,
    mechanism,
    ...generated,
  };
}

interface Wanted {
  readonly seeds: number;
  readonly customers: number | null;
  readonly variants: boolean;
  readonly reference: string | null;
  readonly trainFromMs: number;
  readonly choices: readonly FeatureChoice[];
  /** Parts at a time, each on a core of its own with up to 4 GB. */
  readonly workers: number;
}

async function evaluate(wanted: Wanted): Promise<Evaluation> {
  const jobs = new Jobs(wanted.workers);
  const size = wanted.customers === null ? {} : { customers: wanted.customers };
  const world = async (seed: number, changes: Overrides, what = ''): Promise<WorldEvaluation> => {
    const overrides = { seed, ...size, ...changes };
    return jobs.run({ kind: 'world', name: `seed ${seed}${what}`, overrides });
  };
  const seeds = Array.from({ length: wanted.seeds }, (_, i) => i + 1);
  const { reference: file, trainFromMs, choices } = wanted;
  const own = seeds.map((seed) => world(seed, {}));
  const others = Object.entries(wanted.variants ? variants : {}).map(async ([name, changes]) => {
    const few = seeds.slice(0, variantSeeds).map((seed) => world(seed, changes, `, ${name}`));
    return [name, await Promise.all(few)] as const;
  });
  const reference =
    file === null
      ? null
      : jobs.run({ kind: 'reference', name: 'reference', file, trainFromMs, choices });
  const mechanism =
    file === null
      ? []
      : jobs.run({ kind: 'mechanism', name: 'selector', file, seeds: mechanismSeeds });
  const [worlds, variantWorlds, ...ofFile] = await Promise.all([
    Promise.all(own),
    Promise.all(others),
    reference,
    mechanism,
  ]);
  return {
    ...{ worlds, variants: Object.fromEntries(variantWorlds) },
    ...{ reference: ofFile[0], mechanism: ofFile[1] },
  };
}

/** What is wanted, or what is wrong with it. */
function parse(values: {
  seeds: string;
  customers?: string;
  variants: boolean;
  reference?: string;
  'train-from': string;
  features: string;
  workers: string;
}): Wanted | string {
  const seeds = Number(values.seeds);
  const customers = values.customers === undefined ? null : Number(values.customers);
  const workers = Number(values.workers);
  const trainFromMs = Date.parse(values['train-from']);
  const choices = values.features === 'both' ? featureChoices : [values.features as FeatureChoice];
  if (!Number.isInteger(seeds) || seeds < 0) {
    return `--seeds is "${values.seeds}", expected a whole number`;
  }
  if (customers !== null && (!Number.isInteger(customers) || customers < 200)) {
    return `--customers is "${values.customers}", expected a whole number of at least 200`;
  }
  if (!Number.isInteger(workers) || workers < 1 || workers > 64) {
    return `--workers is "${values.workers}", expected a whole number of 1 to 64`;
  }
  if (Number.isNaN(trainFromMs)) {
    return `--train-from is "${values['train-from']}", expected a date such as 2018-07-25`;
  }
  if (!choices.every((choice) => featureChoices.includes(choice))) {
    return `--features is "${values.features}", expected reference, all or both`;
  }
  if (seeds === 0 && values.reference === undefined) return 'nothing to evaluate: --seeds is 0';
  const reference = values.reference ?? null;
  return { seeds, customers, variants: values.variants, reference, trainFromMs, choices, workers };
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: 'string', default: '1' },
      customers: { type: 'string' },
      variants: { type: 'boolean', default: false },
      reference: { type: 'string' },
      'train-from': { type: 'string', default: '2018-07-25' },
      features: { type: 'string', default: 'both' },
      workers: { type: 'string', default: String(Math.min(8, os.availableParallelism())) },
      json: { type: 'string' },
      page: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const wanted = parse(values);
  if (typeof wanted === 'string') {
    process.stderr.write(`${wanted}\n${usage}`);
    return exitUsage;
  }
  const evaluation = await evaluate(wanted);
  const json = `${JSON.stringify(asJson(evaluation), null, 2)}\n`;
  if (values.json === '-') process.stdout.write(json);
  else if (values.json !== undefined) fs.writeFileSync(values.json, json);
  if (values.page !== undefined) {
    fs.writeFileSync(values.page, qualityPage(evaluation));
    for (const [name, svg] of plots(evaluation)) {
      fs.writeFileSync(new URL(name, `file://${fs.realpathSync(values.page)}`), svg);
    }
  }
  if (values.json === undefined && values.page === undefined) {
    process.stdout.write(qualityPage(evaluation));
  }
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof TypeError ? exitUsage : 65;
}
