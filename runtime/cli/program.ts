import { readFileSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { messageOf, WeirError } from '#protocol/errors.ts';
import { tidyEnvironment } from './environment.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { HostAndPort } from './options.ts';
import * as options from './options.ts';
import { printError } from './output.ts';
import type { FunctionType, ParkedOptions } from './addresses.ts';
import type { RunArguments } from './run.ts';
import type { SnapshotArguments } from './snapshots.ts';

/** Runs one command line and sets the exit code of the process; never throws. */
export async function main(args: readonly string[]): Promise<void> {
  ignoreClosedOutput();
  let code: number = exitCodes.ok;
  try {
    tidyEnvironment(process.env);
    await program((result) => (code = result)).parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      code = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    } else {
      code = exitCodeOf(error);
      report(error);
    }
  }
  process.exitCode = code;
  // Whatever is still open (a forgotten timer, a socket) must not keep a finished command alive.
  setTimeout(() => process.exit(), 2000).unref();
}

/** `weir check … | head` closes the pipe: that is no error. */
function ignoreClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

function report(error: unknown): void {
  if (error instanceof WeirError) {
    printError(`weir: ${error.message} [${error.code}]\n  ${error.hint}`);
  } else {
    const stack = error instanceof Error ? error.stack : undefined;
    printError(`weir: ${stack ?? messageOf(error)}\n  This is a defect of Weir itself.`);
  }
}

type Done = (exitCode: number) => void;

function program(done: Done): Command {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  const weir = new Command('weir')
    .description('An event-driven database for stateful functions')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .showHelpAfterError('(`--help` shows the options, with examples)')
    .addHelpText('after', examples('weir check module.yaml', 'weir run module.yaml'))
    .addHelpText(
      'after',
      '\nExit codes: 0 done or stopped after a last commit, 64 usage, 65 module or data is wrong,\n' +
        '69 a service is out of reach at start, 70 a defect, 75 superseded by another writer.',
    );
  addRun(weir);
  addCheck(weir, done);
  addSnapshots(weir, done);
  addState(weir, done);
  addParked(weir, done);
  return weir;
}

function examples(...lines: string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

function addRun(weir: Command): void {
  const command = weir
    .command('run')
    .description('run a module')
    .argument('<module.yaml>', 'the module file')
    .addOption(options.stateOption())
    .addOption(options.adminOption());
  for (const option of options.runOnlyOptions()) command.addOption(option);
  command
    .addHelpText(
      'after',
      examples(
        'weir run module.yaml',
        'weir run module.yaml --state file:/var/lib/weir --commit-every 100ms',
        'weir run module.yaml --admin 0.0.0.0:8081 --admin-tokens file:/run/secrets/weir-admin',
      ),
    )
    .action(async (file: string, given: RunArguments) => {
      const { run } = await import('./run.ts');
      // At once: threads and sockets of a runtime that has ended must not go on for a moment (E5).
      process.exit(await run(file, given));
    });
}

function addCheck(weir: Command, done: Done): void {
  weir
    .command('check')
    .description('name every mistake in a module file, without starting anything')
    .argument('<module.yaml>', 'the module file')
    .addOption(options.jsonOption())
    .addHelpText('after', examples('weir check module.yaml', 'weir check module.yaml --json'))
    .action(async (file: string, given: { json: boolean }) => {
      const { check } = await import('./check.ts');
      done(check(file, given));
    });
}

function addSnapshots(weir: Command, done: Done): void {
  const snapshots = weir
    .command('snapshots')
    .description('the committed cuts of a state')
    .addHelpText('after', examples('weir snapshots list --state file:./.weir'));
  const add = (name: string, description: string, ...lines: string[]): Command =>
    snapshots
      .command(name)
      .description(description)
      .addOption(options.stateOption())
      .addOption(options.jsonOption())
      .addHelpText('after', examples(...lines));
  add('list', 'the cuts that are kept, the newest first', 'weir snapshots list').action(
    async (given: SnapshotArguments) => {
      done(await (await import('./snapshots.ts')).listSnapshots(given));
    },
  );
  add('show', 'what is in one cut', 'weir snapshots show', 'weir snapshots show 128')
    .argument('[sequence]', 'its sequence number (default: the current one)', parseSequence)
    .action(async (sequence: number | undefined, given: SnapshotArguments) => {
      done(await (await import('./snapshots.ts')).showSnapshot(sequence, given));
    });
  add('verify', 'read everything and check every checksum', 'weir snapshots verify').action(
    async (given: SnapshotArguments) => {
      done(await (await import('./snapshots.ts')).verifySnapshots(given));
    },
  );
}

function parseSequence(text: string): number {
  if (/^[0-9]{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Write the number that `weir snapshots list` shows.');
}

function addState(weir: Command, done: Done): void {
  const state = weir.command('state').description('the state of a running application');
  state
    .command('get')
    .description('the states of one address, and what is waiting for it')
    .argument('<namespace/type>', 'the function type', options.parseFunctionType)
    .argument('<id>', 'the id')
    .addOption(options.adminOption())
    .addOption(
      new Option('--at <when>', 'the live values, or those of the last committed cut')
        .env('WEIR_AT')
        .choices(['live', 'committed'])
        .default('live'),
    )
    .addHelpText('after', examples('weir state get weir.fraud/account a-7'))
    .action(async (type: FunctionType, id: string, given: { admin: HostAndPort; at: string }) => {
      done(await (await import('./addresses.ts')).getState(type, id, given));
    });
}

function addParked(weir: Command, done: Done): void {
  const parked = weir
    .command('parked')
    .description('addresses that stopped because their function failed for good')
    .addHelpText('after', examples('weir parked list', 'weir parked retry my.app/counter 7'));
  parked
    .command('list')
    .description('which they are, and why')
    .addOption(options.adminOption())
    .addOption(options.jsonOption())
    .addHelpText('after', examples('weir parked list --admin 127.0.0.1:8081'))
    .action(async (given: { admin: HostAndPort; json: boolean }) => {
      done(await (await import('./addresses.ts')).listParked(given));
    });
  const verbs = [
    ['retry', 'let it try again with the current image'],
    ['drop', 'drop the message that it failed on'],
    ['dead-letter', 'send the message that it failed on to the dead-letter egress'],
  ] as const;
  for (const [verb, description] of verbs) {
    const command = parked
      .command(verb)
      .description(description)
      .argument('[namespace/type]', 'the function type', options.parseFunctionType)
      .argument('[id]', 'the id')
      .addOption(options.adminOption())
      .addOption(
        new Option('--type <namespace/type>', 'all parked addresses of this type').argParser(
          options.parseFunctionType,
        ),
      )
      .option('--all', 'all parked addresses')
      .addHelpText(
        'after',
        examples(`weir parked ${verb} weir.fraud/account a-7`, `weir parked ${verb} --all`),
      )
      .action(
        async (type: FunctionType | undefined, id: string | undefined, given: ParkedOptions) => {
          const address = type === undefined || id === undefined ? null : { type, id };
          done(await (await import('./addresses.ts')).resolveParked(verb, address, given));
        },
      );
    if (verb !== 'dead-letter') continue;
    command.addOption(
      new Option('--topic <name>', 'the topic, for a Kafka egress').env('WEIR_TOPIC'),
    );
    command.addOption(
      new Option(
        '--egress <namespace/name>',
        'the egress that takes it (default: the one named dead-letter, or the only one)',
      ).env('WEIR_EGRESS'),
    );
  }
}
