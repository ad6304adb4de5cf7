/** The console where the streams are topics: it follows copies of them in a folder of its own. */
import { messageOf, WeirError } from '#protocol/errors.ts';
import { TopicFeed } from './topic-feed.ts';

const exitUnavailable = 69;

function say(level: 'warn' | 'error', message: string, hint = ''): void {
  process.stderr.write(`${JSON.stringify({ level, message, hint })}\n`);
}

const stop = (): never => process.exit(0);
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
try {
  const feed = await TopicFeed.open({
    brokers: process.env['WEIR_KAFKA'] ?? '127.0.0.1:9092',
    data: process.env['WEIR_DATA'] ?? './.weir',
    log: (text) => say('warn', text),
  });
  // From here on the console ends the process in good order.
  process.off('SIGTERM', stop);
  process.off('SIGINT', stop);
  await import('#dashboards/console/main.ts');
  await feed.close();
} catch (error) {
  say('error', messageOf(error), error instanceof WeirError ? error.hint : '');
  process.exit(exitUnavailable);
}
