import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { dayMs } from './day.ts';
import { datagenErrors } from './errors.ts';
import { defaultRollBytes } from './event-log.ts';
import type { GeneratorOptions } from './generator.ts';
import { type WorldOptions, validateWorldOptions, worldDefaults } from './options.ts';
import type { PaceOptions } from './pace.ts';

const mebibyte = 1024 * 1024;
const unitsMs = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: dayMs } as const;

/** Options of the command line that are options of the world, with what they mean. */
const worldFlags: readonly (readonly [keyof WorldOptions, string, string])[] = [
  ['seed', '--seed <integer>', 'the same seed and options give the same stream, byte for byte'],
  ['customers', '--customers <count>', 'customers (accounts a-0, a-1, …)'],
  ['terminals', '--terminals <count>', 'terminals (merchants m-0, m-1, …)'],
  ['radius', '--radius <distance>', 'reach of a customer, in a square of 100 by 100'],
  ['meanPerDayMax', '--per-day <count>', "upper end of customers' mean transactions a day"],
  [
    'terminalCompromiseRate',
    '--terminal-compromise-rate <share>',
    'share of all terminals compromised anew each day, for 28 days',
  ],
  [
    'customerCompromiseRate',
    '--customer-compromise-rate <share>',
    'share of all customers compromised anew each day, for 14 days',
  ],
  [
    'fraudLabelMedianDays',
    '--fraud-label-days <days>',
    'median delay of a fraud label (lognormal, clipped to 0.1-60 days)',
  ],
  ['fraudLabelSigma', '--fraud-label-sigma <number>', 'sd of the logarithm of that delay'],
  [
    'legitimateLabelShare',
    '--legitimate-share <share>',
    'share of legitimate transactions that are confirmed (1 doubles the load)',
  ],
  ['legitimateLabelDays', '--legitimate-label-days <days>', 'after how many days they are'],
];

/**
 * The generator's options. Prints and returns an exit code for `--help` (0) and for a usage error
 * of the parser (64); throws WEIR_DATAGEN_BAD_OPTION for values.
 */
export function parseCommandLine(args: readonly string[]): GeneratorOptions | { exit: number } {
  const command = describe();
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { exit: error.exitCode === 0 ? 0 : 64 };
    throw error;
  }
  const given = command.opts<Record<string, string>>();
  const world: Record<string, number> = {};
  for (const [name, flag] of worldFlags) {
    const text = given[camelCase(flag)];
    world[name] = text === undefined ? worldDefaults[name] : parseNumber(text, flag);
  }
  validateWorldOptions(world as unknown as WorldOptions);
  const firstDay = parseDay(given['start']!);
  const days = given['days'] === undefined ? null : parseNumber(given['days'], '--days <count>', 1);
  const maxBacklog = parseNumber(given['maxBacklog']!, '--max-backlog <MiB>', 0);
  const transactions = path.resolve(given['transactions']!);
  return {
    stream: { ...(world as unknown as WorldOptions), firstDay },
    transactions,
    feedback: path.resolve(given['feedback']!),
    checkpoint: path.resolve(given['checkpoint'] ?? path.join(transactions, '../generator.json')),
    endDay: days === null ? null : firstDay + Math.ceil(days),
    pace: parsePace(given['rate'], given['speed']),
    maxBacklogBytes: maxBacklog === 0 ? Infinity : maxBacklog * mebibyte,
    rollBytes: Math.round(parseNumber(given['roll']!, '--roll <MiB>', 0.001) * mebibyte),
  };
}

function describe(): Command {
  const command = new Command('datagen')
    .description(
      'Writes an endless stream of card transactions, and the labels that arrive late, into two ' +
        'folders of JSON lines. Killed at any moment, it goes on with the next byte.',
    )
    .exitOverride()
    .requiredOption('--transactions <folder>', 'event log of the transactions')
    .requiredOption('--feedback <folder>', 'event log of the labels')
    .option('--checkpoint <file>', 'shortcut for restarts (default: generator.json beside it)')
    .option('--rate <per-second>', 'transactions a second of this machine, or max')
    .option('--speed <simulated/real>', 'event time per real time (default: 1d/30s)')
    .option('--start <date>', 'first day, UTC', '2018-04-01')
    .option('--days <count>', 'stop after so many days of event time (default: never)')
    .option('--max-backlog <MiB>', 'wait while more lies unconsumed; 0: no limit', '256')
    .option('--roll <MiB>', 'size of a complete file', String(defaultRollBytes / mebibyte));
  for (const [name, flag, text] of worldFlags) {
    command.option(flag, `${text} (default: ${worldDefaults[name]})`);
  }
  return command.allowExcessArguments(false).showHelpAfterError('(--help lists the options)');
}

/** `1d/30s`: simulated time per real time; `max` or a number for transactions a second. */
export function parsePace(rate: string | undefined, speed: string | undefined): PaceOptions {
  if (rate !== undefined && speed !== undefined) {
    throw datagenErrors.BAD_OPTION('--rate and --speed exclude each other');
  }
  if (rate === 'max') return { kind: 'unlimited' };
  if (rate !== undefined) {
    return { kind: 'rate', perSecond: parseNumber(rate, '--rate <per-second>', 0.001) };
  }
  const parts = (speed ?? '1d/30s').split('/').map(parseSpan);
  const [simulatedMs, wallMs] = parts;
  if (parts.length !== 2 || !simulatedMs || !wallMs) {
    throw datagenErrors.BAD_OPTION(
      `--speed is "${speed}", expected simulated time per real time, such as 1d/30s`,
    );
  }
  return { kind: 'speed', simulatedMs, wallMs };
}

function parseSpan(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min|m|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs] : 0;
}

function parseNumber(text: string, flag: string, min = -Infinity): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value) && value >= min) return value;
  const least = min === -Infinity ? '' : ` of at least ${min}`;
  throw datagenErrors.BAD_OPTION(`${flag}: "${text}" is not a number${least}`);
}

function parseDay(text: string): number {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  const real = !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
  if (real && atMs >= 0) return atMs / dayMs;
  throw datagenErrors.BAD_OPTION(`--start is "${text}", expected a date such as 2018-04-01`);
}

/** `--per-day <count>` is `perDay`, as the parser names it. */
function camelCase(flag: string): string {
  const name = flag.slice(2, flag.indexOf(' '));
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
