import { join } from 'node:path';
import { parseCommandLine } from '#datagen/command-line.ts';
import { wallMsPerDay } from '#datagen/pace.ts';
import type { StartOptions } from './options.ts';
import type { PartCommand } from './part.ts';
import { releases } from './releases.ts';

const project = join(import.meta.dirname, '..', '..');
const keepScoresBytes = 64 * 1024 * 1024;

/** The parts of the application, in the order in which they are started. */
export function partCommands(options: StartOptions): readonly PartCommand[] {
  const part = common(options);
  const classifier = classifierCommand(options, 'v1');
  return [
    { ...part, name: 'console', args: consoleArgs(options), stopMs: 5_000, channel: true },
    {
      ...part,
      name: 'functions',
      args: ['functions/main.ts', '--without', 'classifier', '--share-port'],
      stopMs: 10_000,
      channel: true,
    },
    ...(options.classifier === null && classifier !== null ? [classifier] : []),
    { ...part, name: 'runtime', args: runtimeArgs(options), stopMs: 20_000 },
    { ...part, name: 'generator', args: generatorArgs(options), stopMs: 5_000, mayFinish: true },
  ];
}

/** A release of the classifier as a process; null if there is none of that name. */
export function classifierCommand(options: StartOptions, version: string): PartCommand | null {
  const args = releases.get(version);
  if (args === undefined) return null;
  const part = common(options);
  const env = {
    ...part.env,
    FUNCTIONS_PORT: String(options.ports.classifier),
    METRICS_PORT: '0',
    WEIR_SHARE_PORT: 'true',
  };
  return { ...part, env, name: 'classifier', args, stopMs: 10_000, channel: true, version };
}

function common(options: StartOptions) {
  const { data, ports, keep, classifier } = options;
  const env = {
    WEIR_DATA: data,
    // HOST moves the page alone; the functions answer to this machine.
    HOST: '127.0.0.1',
    // Read by module.yaml: with --keep the event logs stay whole.
    WEIR_REMOVE_CONSUMED: String(!keep),
    WEIR_REMEMBER: `${rememberMs(options)} ms`,
    CLASSIFIER_URL: classifier ?? `http://127.0.0.1:${ports.classifier}/`,
    INTAKE_PORT: String(ports.intake),
    WEIR_INTAKE_URL: `http://127.0.0.1:${ports.intake}`,
    FUNCTIONS_PORT: String(ports.functions),
    METRICS_PORT: String(ports.metrics),
    ADMIN_PORT: String(ports.admin),
    WEIR_ADMIN_URL: `http://127.0.0.1:${ports.admin}`,
  };
  return { env, cwd: project, channel: false, mayFinish: false };
}

function consoleArgs({ data, ports, host, keep }: StartOptions): string[] {
  return [
    '--disable-warning=ExperimentalWarning',
    'dashboards/console/main.ts',
    ...['--data', data, '--port', String(ports.page), '--host', host],
    ...['--admin', `http://127.0.0.1:${ports.admin}`],
    ...['--keep-scores-bytes', keep ? 'all' : String(keepScoresBytes)],
  ];
}

function runtimeArgs({ data, ports }: StartOptions): string[] {
  return [
    ...['runtime/main.ts', 'run', 'module.yaml', '--state', `file:${join(data, 'state')}`],
    ...['--commit-every', '250ms', '--admin', `127.0.0.1:${ports.admin}`, '--name', 'fraud'],
  ];
}

/** Labels take up to 60 days of event time; decisions wait for them by the clock of the wall. */
const rememberDays = 90;
const rememberAtLeastMs = 300_000;

/**
 * How long a decision waits for its label. Simulated days pass in seconds here: with the default,
 * which is meant for real days, what never gets a label would pile up.
 */
function rememberMs(options: StartOptions): number {
  const generator = parseCommandLine(generatorArgs(options).slice(1));
  if ('exit' in generator) return rememberAtLeastMs;
  const ms = rememberDays * wallMsPerDay(generator.pace, generator.stream);
  return Math.ceil(Math.max(rememberAtLeastMs, ms));
}

function generatorArgs({ data, keep, generator }: StartOptions): string[] {
  return [
    ...['datagen/main.ts', '--transactions', join(data, 'transactions')],
    ...['--feedback', join(data, 'feedback')],
    // Its limit is on what lies unconsumed; where everything is kept, everything lies there.
    ...(keep ? ['--max-backlog', '0'] : []),
    ...generator,
  ];
}
