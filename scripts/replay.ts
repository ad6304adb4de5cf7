/**
 * `npm run replay`: runs recorded transactions and labels through the real functions twice, as the
 * application is and with something else, and tells what that would have changed in decisions and
 * money. Everything in the logs is run, so that accounts and selectors know their past; what lies
 * between --from and --to is counted.
 */
import { parseArgs } from 'node:util';
import { type ApplicationOptions, application } from '#functions/application.ts';
import { feedbackMessage, scoreRecord, transactionMessage } from '#functions/messages.ts';
import { accountType, decisionType, scoresEgress } from '#functions/names.ts';
import { testHarness } from '#sdk/index.ts';
import { loggedEvents } from './replay-log.ts';
import {
  type Decision,
  type Run,
  comparison,
  personaTable,
  thresholdTable,
} from './replay-tables.ts';

const exitUsage = 64;
const exitData = 65;
const usage = `npm run replay -- --with KEY=VALUE[,KEY=VALUE] [options]

  --with CHANGES          policy=NAME, alerts=RULE, models=FOLDER, bandit=true
  --against CHANGES       what to compare with (default: the application as it is)
  --transactions FOLDER   event log of the transactions (default: .weir/transactions)
  --feedback FOLDER       event log of the labels (default: .weir/feedback)
  --from DATE --to DATE   what is counted, ISO 8601 (default: all of it)
  --review-cost AMOUNT    of one alert, in the currency's main unit (default: 3)
  --curve                 what other thresholds would have given, with the change

The application keeps its logs with \`npm start -- --keep\`.
`;

class UsageError extends Error {}

interface Logs {
  readonly transactions: string;
  readonly feedback: string;
  readonly fromMs: number;
  readonly toMs: number;
}

async function run(name: string, options: ApplicationOptions, logs: Logs): Promise<Run> {
  const harness = testHarness(application(options));
  const decisions = new Map<string, Decision>();
  const frauds = new Set<string>();
  let count = 0;
  for await (const { kind, value } of loggedEvents(logs.transactions, logs.feedback)) {
    if (kind === 'label') {
      const to = { type: decisionType, id: value.transactionId };
      await harness.send(to, feedbackMessage, value);
      if (value.fraud) frauds.add(value.transactionId);
      else frauds.delete(value.transactionId);
    } else {
      await harness.send({ type: accountType, id: value.accountId }, transactionMessage, value);
    }
    for (const { transactionId, atMs, ...decided } of harness.egress(scoresEgress, scoreRecord)) {
      const { amount, score, alert, persona } = decided;
      const counted = atMs >= logs.fromMs && atMs < logs.toMs;
      if (counted) decisions.set(transactionId, { amount, score, alert, persona });
      if (++count % 10_000 === 0) say(`${name}: ${count} transactions`);
    }
    harness.forget();
  }
  return { decisions, frauds };
}

/** `policy=mean,alerts=cost:3` as options of the application. Throws a UsageError. */
function changesIn(text: string, flag: string): ApplicationOptions {
  const options: { -readonly [Key in keyof ApplicationOptions]: ApplicationOptions[Key] } = {};
  for (const part of text.split(',').filter((one) => one !== '')) {
    const at = part.indexOf('=');
    const [key, value] = [part.slice(0, at), part.slice(at + 1)];
    if (key === 'policy') options.policy = value;
    else if (key === 'alerts') options.alerts = value;
    else if (key === 'models') options.modelFolder = value;
    else if (key === 'bandit' && ['true', 'false'].includes(value))
      options.bandit = value === 'true';
    else
      throw new UsageError(`${flag}: "${part}" is none of policy=, alerts=, models=, bandit=true`);
  }
  return options;
}

function timeIn(text: string | undefined, flag: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  const atMs = Date.parse(text);
  if (Number.isFinite(atMs)) return atMs;
  throw new UsageError(`${flag} is "${text}", expected a date such as 2018-04-20`);
}

function say(line: string): void {
  process.stderr.write(`replay: ${line}\n`);
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      with: { type: 'string' },
      against: { type: 'string', default: '' },
      transactions: { type: 'string', default: '.weir/transactions' },
      feedback: { type: 'string', default: '.weir/feedback' },
      from: { type: 'string' },
      to: { type: 'string' },
      'review-cost': { type: 'string', default: '3' },
      curve: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (values.with === undefined) throw new UsageError('--with is missing');
  const reviewCost = Number(values['review-cost']);
  if (!(reviewCost >= 0)) throw new UsageError('--review-cost is not a number of at least 0');
  const logs: Logs = {
    transactions: values.transactions,
    feedback: values.feedback,
    fromMs: timeIn(values.from, '--from', -Infinity),
    toMs: timeIn(values.to, '--to', Infinity),
  };
  const before = await run('as compared', changesIn(values.against, '--against'), logs);
  const after = await run('with the change', changesIn(values.with, '--with'), logs);
  if (before.decisions.size === 0) throw new Error('no transaction lies between --from and --to');
  process.stdout.write(comparison(before, after, reviewCost));
  process.stdout.write(personaTable(before, after));
  if (values.curve) process.stdout.write(thresholdTable(after, reviewCost));
  return 0;
}

if (import.meta.main) {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    const isUsage = error instanceof UsageError || error instanceof TypeError;
    process.stderr.write(`${(error as Error).message}\n${isUsage ? usage : ''}`);
    process.exitCode = isUsage ? exitUsage : exitData;
  }
}
