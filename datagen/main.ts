/** The generator process: `node datagen/main.ts --help`. */
import { WeirError, messageOf } from '#protocol/errors.ts';
import { parseCommandLine } from './command-line.ts';
import { dryRun } from './dry-run.ts';
import { datagenErrors } from './errors.ts';
import { Generator } from './generator.ts';
import { progressLine } from './progress-line.ts';
import { serveStatus } from './status.ts';
import { openOutlet } from './target.ts';

const progressMs = 5_000;
const daysOfDryRun = 7;
const exitUsage = 64;
const exitData = 65;

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if ('exit' in options) return options.exit;
  if (options.dryRun) {
    const { stream, endDay, pace, target } = options;
    const days = endDay === null ? daysOfDryRun : endDay - stream.firstDay;
    process.stdout.write(`${dryRun({ stream, days, pace, target }, say).join('\n')}\n`);
    return 0;
  }
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  const generator = new Generator(options, await openOutlet(options.to, options.stream));
  const { status } = options;
  const server =
    status === null ? null : await serveStatus(() => generator.progress, status.host, status.port);
  const span = { firstDay: options.stream.firstDay, endDay: options.endDay };
  let last = { atMs: performance.now(), progress: generator.progress };
  const timer = setInterval(() => {
    const now = { atMs: performance.now(), progress: generator.progress };
    const seconds = (now.atMs - last.atMs) / 1000;
    const perSecond = (now.progress.transactions - last.progress.transactions) / seconds;
    say(progressLine(now.progress, perSecond, span));
    last = now;
  }, progressMs);
  try {
    await generator.run(stop.signal);
  } finally {
    clearInterval(timer);
    await server?.close();
  }
  const { transactions, labels } = generator.progress;
  say(`stopped: ${transactions} transactions and ${labels} labels written`);
  return 0;
}

function say(line: string): void {
  process.stderr.write(`datagen: ${line}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof WeirError) {
    say(`${error.code}: ${error.message}\n  ${error.hint}`);
    const usage = error.code === datagenErrors.code('BAD_OPTION');
    process.exitCode = usage ? exitUsage : exitData;
  } else {
    say(`failed: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
