/** The generator process: `node datagen/main.ts --help`. */
import { WeirError, messageOf } from '#protocol/errors.ts';
import { parseCommandLine } from './command-line.ts';
import { datagenErrors } from './errors.ts';
import { Generator, type Progress } from './generator.ts';
import { serveStatus } from './status.ts';
import { openOutlet } from './target.ts';

const progressMs = 5_000;
const exitUsage = 64;
const exitData = 65;

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2));
  if ('exit' in options) return options.exit;
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  const generator = new Generator(options, await openOutlet(options.to, options.stream));
  const { status } = options;
  const server =
    status === null ? null : await serveStatus(() => generator.progress, status.host, status.port);
  let last = { atMs: performance.now(), progress: generator.progress };
  const timer = setInterval(() => {
    const now = { atMs: performance.now(), progress: generator.progress };
    const seconds = (now.atMs - last.atMs) / 1000;
    say(describe(now.progress, (now.progress.transactions - last.progress.transactions) / seconds));
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

function describe(progress: Progress, perSecond: number): string {
  const eventTime = new Date(progress.eventMs).toISOString().slice(0, 16).replace('T', ' ');
  const backlogMiB = (progress.backlogBytes / 1024 / 1024).toFixed(1);
  const waiting = progress.state === 'running' ? '' : ` (${progress.state})`;
  return (
    `${eventTime}  ${Math.round(perSecond)} transactions/s${waiting}  ` +
    `${progress.transactionsInAll} in all  backlog ${backlogMiB} MiB`
  );
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
