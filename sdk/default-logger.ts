import { pino } from 'pino';
import type { Logger } from './logger.ts';

let logger: Logger | null = null;

/** JSON lines on stderr; `LOG_LEVEL` sets the level (`info` by default). */
export function defaultLogger(): Logger {
  logger ??= pino({ level: process.env['LOG_LEVEL'] ?? 'info' }, pino.destination(2));
  return logger;
}
