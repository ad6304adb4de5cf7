/** The function process: `node functions/main.ts --help`. */
import { WeirError, messageOf } from '#protocol/errors.ts';
import { serve } from '#sdk/index.ts';
import { application } from './application.ts';
import { parseCommandLine } from './command-line.ts';
import { Metrics, serveMetrics } from './metrics.ts';
import { functionsErrors } from './errors.ts';

async function main(): Promise<number> {
  const options = parseCommandLine(process.argv.slice(2), process.env);
  if ('exit' in options) return options.exit;
  const stopped = Promise.withResolvers<void>();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stopped.resolve());
  const metrics = new Metrics();
  const functions = application(options, metrics);
  const { metricsPort, host } = options;
  const scraped = metricsPort === null ? null : await serveMetrics(metrics, metricsPort, host);
  if (scraped !== null) say(`metrics: http://${host}:${scraped.port}/metrics`);
  const { port, sharePort } = options;
  const server = await serve(functions, { port, host, sharePort });
  say(`ready: ${functions.map((one) => one.type).join(', ')} at ${server.url}`);
  // Whoever started this process may be waiting for it before it stops an older one.
  process.send?.('ready');
  await stopped.promise;
  await server.close();
  await scraped?.close();
  say('stopped');
  return 0;
}

function say(line: string): void {
  process.stderr.write(`functions: ${line}\n`);
}

const exitUsage = 64;
const exitData = 65;

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof WeirError) {
    say(`${error.code}: ${error.message}\n  ${error.hint}`);
    const usage = error.code === functionsErrors.code('BAD_OPTION');
    process.exitCode = usage ? exitUsage : exitData;
  } else {
    say(`failed: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
