import { join, relative } from 'node:path';
import { WeirError } from '#protocol/errors.ts';
import { classifierCommand, partCommands } from './commands.ts';
import { DataFolder } from './data-folder.ts';
import { deployErrors } from './errors.ts';
import { checkPortsFree } from './free-ports.ts';
import { startOptions, usage } from './options.ts';
import type { StartOptions } from './options.ts';
import { Supervisor } from './supervisor.ts';

const exitUsage = 64;
const exitUnavailable = 69;
const script = join('deploy', 'local', 'start.ts');

/** Runs the application until it is stopped; returns the exit code. */
export async function main(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  try {
    const options = startOptions(args, env);
    if (options === 'help') {
      process.stdout.write(usage);
      return 0;
    }
    return await run(options);
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    process.stderr.write(`${error.code}: ${error.message}\n  ${error.hint}\n`);
    return error.code === deployErrors.code('BAD_OPTION') ? exitUsage : exitUnavailable;
  }
}

async function run(options: StartOptions): Promise<number> {
  const folder = new DataFolder(options.data);
  const left = await folder.claim(script);
  if (left > 0) say(`stopped ${left} processes that an earlier run had left behind`);
  try {
    if (options.fresh) folder.clear();
    await checkPortsFree({ ...options.ports }, options.host);
    const name = relative(process.cwd(), options.data) || '.';
    say(`${folder.hasState ? 'going on with' : 'new data in'} ${name}; logs in ${name}/logs`);
    const supervisor = new Supervisor({
      commands: partCommands(options),
      release: (version) => classifierCommand(options, version),
      logs: join(options.data, 'logs'),
      say,
      onPage: (url) => (folder.page = url),
      onChange: (parts) => folder.note(script, parts),
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => void supervisor.stop());
    }
    supervisor.start();
    return (await supervisor.done).exitCode;
  } finally {
    folder.release();
  }
}

function say(line: string): void {
  process.stdout.write(`weir  ${line}\n`);
}
