import { messageOf } from '#protocol/errors.ts';
import { loadAssets } from './assets.ts';
import { Console } from './console.ts';
import { ConsoleError } from './errors.ts';
import { consoleOptions, usage } from './options.ts';
import type { ConsoleOptions } from './options.ts';
import { SupervisorLink, processChannel } from './supervisor-link.ts';

const exitUsage = 64;
const exitUnavailable = 69;

function log(level: 'info' | 'warn' | 'error', message: string, more: object = {}): void {
  process.stderr.write(`${JSON.stringify({ level, message, ...more })}\n`);
}

async function run(options: ConsoleOptions): Promise<void> {
  const stop = Promise.withResolvers<'stop'>();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => stop.resolve('stop'));
  }
  const link = new SupervisorLink(processChannel(), () => stop.resolve('stop'));
  const assets = await loadAssets();
  for (;;) {
    const { console, url } = await Console.open(options, link, assets, (m) => log('warn', m));
    log('info', 'ready', { url });
    link.tell({ type: 'listening', url });
    const reason = await Promise.race([stop.promise, console.outdated.promise]);
    await console.close();
    if (reason === 'stop') return;
    log('warn', `${reason}; everything is counted anew`);
  }
}

try {
  const options = consoleOptions(process.argv.slice(2), process.env);
  if (options === 'help') {
    process.stdout.write(usage);
  } else {
    await run(options);
    // The channel to the supervisor would keep the process alive.
    process.disconnect?.();
  }
} catch (error) {
  const busy = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  const hint = error instanceof ConsoleError ? error.hint : busy ? 'Choose another --port.' : '';
  const text = messageOf(error);
  log('error', text, { hint });
  process.exit(error instanceof ConsoleError ? exitUsage : exitUnavailable);
}
