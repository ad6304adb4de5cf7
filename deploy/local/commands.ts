import { join } from 'node:path';
import type { StartOptions } from './options.ts';
import type { PartCommand } from './part.ts';

const project = join(import.meta.dirname, '..', '..');
const keepScoresBytes = 64 * 1024 * 1024;

/** The four parts of the application, in the order in which they are started. */
export function partCommands(options: StartOptions): readonly PartCommand[] {
  const { data, ports, keep } = options;
  const env = {
    WEIR_DATA: data,
    // HOST moves the page alone; the functions answer to this machine.
    HOST: '127.0.0.1',
    // Read by module.yaml: with --keep the event logs stay whole.
    WEIR_REMOVE_CONSUMED: String(!keep),
    FUNCTIONS_PORT: String(ports.functions),
    ADMIN_PORT: String(ports.admin),
    WEIR_ADMIN_URL: `http://127.0.0.1:${ports.admin}`,
  };
  const part = { env, cwd: project, channel: false, mayFinish: false };
  return [
    { ...part, name: 'console', args: consoleArgs(options), stopMs: 5_000, channel: true },
    { ...part, name: 'functions', args: ['functions/main.ts'], stopMs: 10_000 },
    { ...part, name: 'runtime', args: runtimeArgs(options), stopMs: 20_000 },
    { ...part, name: 'generator', args: generatorArgs(options), stopMs: 5_000, mayFinish: true },
  ];
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

function generatorArgs({ data, keep, generator }: StartOptions): string[] {
  return [
    ...['datagen/main.ts', '--transactions', join(data, 'transactions')],
    ...['--feedback', join(data, 'feedback')],
    // Its limit is on what lies unconsumed; where everything is kept, everything lies there.
    ...(keep ? ['--max-backlog', '0'] : []),
    ...generator,
  ];
}
