import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { datagenErrors } from './errors.ts';
import { defaultRollBytes } from './event-log.ts';
import type { GeneratorOptions } from './generator.ts';
import {
  type OptionSpec,
  type WorldName,
  type WorldOptions,
  defaultWorld,
  validateWorldOptions,
  worldSpecs,
} from './options.ts';
import type { PaceOptions } from './pace.ts';
import { type Target, parseTarget } from './target.ts';
import { dayMs } from './transaction.ts';

const mebibyte = 1024 * 1024;
const unitsMs = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: dayMs } as const;

const worldNames = Object.keys(worldSpecs) as WorldName[];

/** What to let out, how fast, and where to. */
export interface CommandLineOptions extends GeneratorOptions {
  readonly to: Target;
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
  const given = command.opts<Record<string, string>>();
  const world = parseWorld(given);
  const firstDay = parseDay(given['start']!);
  const days = given['days'] === undefined ? null : parseNumber(given['days'], '--days <count>', 1);
  const maxBacklog = parseNumber(given['maxBacklog']!, '--max-backlog <MiB>', 0);
  return {
    stream: { ...world, firstDay },
    to: targetOf(given),
    status: given['status'] === undefined ? null : parseStatus(given['status']),
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
    if (transactions !== undefined || feedback !== undefined || checkpoint !== undefined) {
      throw datagenErrors.BAD_OPTION('--to excludes --transactions, --feedback and --checkpoint');
    }
    const target = parseTarget(to);
    return target.kind === 'folders' ? { ...target, rollBytes } : target;
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

/** The options of the world that was named. Throws WEIR_DATAGEN_BAD_OPTION. */
function parseWorld(given: Readonly<Record<string, string>>): WorldOptions {
  const world = given['world'] as WorldName;
  const specs = worldSpecs[world];
  if (specs === undefined) {
    throw datagenErrors.BAD_OPTION(`--world is "${world}", expected ${worldNames.join(' or ')}`);
  }
  for (const { flag, worlds } of allFlags()) {
    if (given[camelCase(flag)] === undefined || worlds.includes(world)) continue;
    throw datagenErrors.BAD_OPTION(`${flag} is no option of the world ${world}`);
  }
  const values = Object.entries(specs).map(([name, spec]) => {
    const text = given[camelCase(spec.flag)];
    if (text === undefined) return [name, spec.default];
    return [name, spec.kind === 'day' ? parseDay(text, spec.flag) : parseNumber(text, spec.flag)];
  });
  return validateWorldOptions({ world, ...Object.fromEntries(values) } as WorldOptions);
}

/** Each flag once, with the worlds that have it. */
function allFlags(): { flag: string; text: string; defaults: string; worlds: WorldName[] }[] {
  const flags = new Map<string, { spec: OptionSpec; defaults: string[]; worlds: WorldName[] }>();
  for (const world of worldNames) {
    for (const spec of Object.values(worldSpecs[world])) {
      const known = flags.get(spec.flag) ?? { spec, defaults: [], worlds: [] };
      flags.set(spec.flag, known);
      const isDay = spec.kind === 'day';
      const value = isDay
        ? new Date(spec.default * dayMs).toISOString().slice(0, 10)
        : spec.default;
      known.defaults.push(`${value}`);
      known.worlds.push(world);
    }
  }
  return [...flags.values()].map(({ spec: { flag, text }, defaults, worlds }) => {
    const same = new Set(defaults).size === 1;
    const own = worlds.length < worldNames.length ? `, ${worlds[0]} only` : '';
    const each = same
      ? `${defaults[0]}${own}`
      : worlds.map((w, i) => `${w} ${defaults[i]}`).join(', ');
    return { flag, text, defaults: each, worlds };
  });
}

function describe(): Command {
  const command = new Command('datagen')
    .description(
      'Writes an endless stream of card transactions, and the labels that arrive late, into two ' +
        'folders of JSON lines or topics of Kafka. Killed at any moment, it goes on with the next byte.',
    )
    .exitOverride()
    .option('--to <url>', 'file:FOLDER, or kafka://HOST:PORT/TOPIC?feedback=TOPIC')
    .option('--transactions <folder>', 'event log of the transactions, without --to')
    .option('--feedback <folder>', 'event log of the labels, without --to')
    .option('--checkpoint <file>', 'shortcut for restarts (default: generator.json beside it)')
    .option('--world <name>', `which one: ${worldNames.join(' or ')}`, defaultWorld)
    .option('--rate <per-second>', 'transactions a second of this machine, or max')
    .option('--speed <simulated/real>', 'event time per real time (default: 1d/30s)')
    .option('--start <date>', 'first day, UTC', '2018-04-01')
    .option('--days <count>', 'stop after so many days of event time (default: never)')
    .option('--max-backlog <MiB>', 'wait while more lies unconsumed; 0: no limit', '256')
    .option('--status <host:port>', 'answer GET /health/live there (default: nowhere)')
    .option('--roll <MiB>', 'size of a complete file', String(defaultRollBytes / mebibyte));
  for (const { flag, text, defaults } of allFlags()) {
    command.option(flag, `${text} (default: ${defaults})`);
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

function parseStatus(text: string): { host: string; port: number } {
  const match = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match !== null && port <= 65_535) return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
  throw datagenErrors.BAD_OPTION(
    `--status: "${text}" is not host and port, such as 127.0.0.1:9100`,
  );
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

function parseDay(text: string, flag = '--start'): number {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  const real = !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
  if (real && atMs >= 0) return atMs / dayMs;
  throw datagenErrors.BAD_OPTION(`${flag} is "${text}", expected a date such as 2018-04-01`);
}

/** `--per-day <count>` is `perDay`, as the parser names it. */
function camelCase(flag: string): string {
  const name = flag.slice(2, flag.indexOf(' '));
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
