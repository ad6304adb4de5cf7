import path from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { datagenErrors } from './errors.ts';
import { defaultRollBytes } from './event-log.ts';
import type { GeneratorOptions } from './generator.ts';
import { parseAddress, parseDay, parseNumber, parsePace } from './option-values.ts';
import { defaultWorld } from './options.ts';
import { type Target, parseTarget } from './target.ts';
import { parseWorld, worldFlags, worldNames } from './world-flags.ts';

const mebibyte = 1024 * 1024;

/** What to let out, how fast, and where to. */
export interface CommandLineOptions extends GeneratorOptions {
  readonly to: Target;
  /** The same as people read it. */
  readonly target: string;
  /** Only say what would be written. */
  readonly dryRun: boolean;
  /** Where `/health/live` is; null: nowhere. */
  readonly status: { readonly host: string; readonly port: number } | null;
}

/**
 * The generator's options. Prints and returns an exit code for `--help` (0) and for a usage error
 * of the parser (64); throws WEIR_DATAGEN_BAD_OPTION for values.
 */
export function parseCommandLine(args: readonly string[]): CommandLineOptions | { exit: number } {
  const command = describe();
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return { exit: error.exitCode === 0 ? 0 : 64 };
    throw error;
  }
  const { dryRun = false, ...given } = command.opts<
    Record<string, string> & { dryRun?: boolean }
  >();
  const world = parseWorld(given);
  const firstDay = parseDay(given['start']!, '--start');
  const days = given['days'] === undefined ? null : parseNumber(given['days'], '--days <count>', 1);
  const maxBacklog = parseNumber(given['maxBacklog']!, '--max-backlog <MiB>', 0);
  return {
    stream: { ...world, firstDay },
    to: targetOf(given),
    target: given['to'] ?? `${given['transactions']} and ${given['feedback']}`,
    dryRun,
    status: given['status'] === undefined ? null : parseAddress(given['status'], '--status'),
    endDay: days === null ? null : firstDay + Math.ceil(days),
    pace: parsePace(given['rate'], given['speed']),
    maxBacklogBytes: maxBacklog === 0 ? Infinity : maxBacklog * mebibyte,
  };
}

/** Throws WEIR_DATAGEN_BAD_OPTION. */
function targetOf(given: Readonly<Record<string, string>>): Target {
  const { to, transactions, feedback, checkpoint } = given;
  const rollBytes = Math.round(parseNumber(given['roll']!, '--roll <MiB>', 0.001) * mebibyte);
  if (to !== undefined) {
    if (transactions !== undefined || feedback !== undefined) {
      throw datagenErrors.BAD_OPTION('--to excludes --transactions and --feedback');
    }
    const target = parseTarget(to);
    if (target.kind === 'kafka') {
      if (checkpoint === undefined) return target;
      throw datagenErrors.BAD_OPTION('--checkpoint: topics hold their position themselves');
    }
    const own =
      checkpoint === undefined ? target : { ...target, checkpoint: path.resolve(checkpoint) };
    return own.kind === 'folders' ? { ...own, rollBytes } : own;
  }
  if (transactions === undefined || feedback === undefined) {
    throw datagenErrors.BAD_OPTION('--to is missing, or --transactions and --feedback');
  }
  return {
    kind: 'folders',
    transactions: path.resolve(transactions),
    feedback: path.resolve(feedback),
    checkpoint: path.resolve(checkpoint ?? path.join(transactions, '../generator.json')),
    rollBytes,
  };
}

const examples = `
Examples:
  What would it be? Nothing is written:
    npm run generate -- --to file:./data --customers 50000 --days 90 --dry-run
  Three months of 50,000 customers, as fast as the disk takes them:
    npm run generate -- --to file:./data --customers 50000 --days 90 --rate max
  A simulated day every 30 seconds, but no more than 2,000 transactions a second,
  into a running application:
    npm run generate -- --to http://127.0.0.1:8085 --speed 1d/30s --rate 2000
  Into Kafka, waiting while the consumer group is more than 64 MiB behind:
    npm run generate -- --to 'kafka://127.0.0.1:9092/transactions?group=weir' --max-backlog 64
  Online customers and a few business ones, with twice as many takeovers:
    npm run generate -- --to file:./data --personas online:9,business:1 --takeover-rate 2
`;

function describe(): Command {
  const command = new Command('npm run generate --')
    .description(
      'Gives an endless stream of card transactions, and the labels that arrive late, to two ' +
        'folders of JSON lines, two topics of Kafka, or an HTTP server. Killed at any moment, it ' +
        'goes on with the next record.',
    )
    .exitOverride()
    .option(
      '--to <url>',
      'file:FOLDER, kafka://HOST:PORT/TOPIC?feedback=TOPIC&group=GROUP or http://HOST:PORT',
    )
    .option('--transactions <folder>', 'event log of the transactions, without --to')
    .option('--feedback <folder>', 'event log of the labels, without --to')
    .option(
      '--checkpoint <file>',
      'where it was, for restarts (default: generator.json beside the folders; for HTTP one in .weir)',
    )
    .option('--world <name>', `which one: ${worldNames.join(' or ')}`, defaultWorld)
    .option(
      '--rate <per-second>',
      'transactions a second of this machine, or max; beside --speed: at most',
    )
    .option('--speed <simulated/real>', 'event time per real time (default: 1d/30s)')
    .option('--start <date>', 'first day, UTC', '2018-04-01')
    .option('--days <count>', 'stop after so many days of event time (default: never)')
    .option('--max-backlog <MiB>', 'wait while more lies unconsumed; 0: no limit', '256')
    .addOption(new Option('--dry-run', 'write nothing; say what --days, or a week, would be'))
    .option('--status <host:port>', 'answer GET /health/live there (default: nowhere)')
    .option('--roll <MiB>', 'size of a complete file', String(defaultRollBytes / mebibyte));
  for (const { flag, text, defaults } of worldFlags()) {
    command.option(flag, `${text} (default: ${defaults})`);
  }
  return command
    .addHelpText('after', examples)
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the options)');
}
