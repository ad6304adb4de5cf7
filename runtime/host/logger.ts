import pino, { type Logger } from 'pino';

export type { Logger };

const colours: Readonly<Record<string, string>> = { warn: '\u001b[33m', error: '\u001b[31m' };

/**
 * The log on stderr: JSON lines, or lines for people on a terminal. Messages and ids are data of
 * others: control characters never reach the terminal.
 */
export function runtimeLogger(level = process.env['WEIR_LOG_LEVEL'] ?? 'info'): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (!process.stderr.isTTY) return pino(options, pino.destination({ fd: 2, sync: true }));
  return pino(options, { write: (line: string) => void process.stderr.write(forPeople(line)) });
}

function forPeople(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const details = Object.entries(rest)
    .filter(([key]) => key !== 'pid')
    .map(([key, value]) => `${key}=${printable(value)}`);
  const clock = String(time).slice(11, 23);
  const colour = colours[String(level)] ?? '';
  const text = [clock, printable(msg), ...details].join(' ');
  return `${colour}${text}${colour === '' ? '' : '\u001b[0m'}\n`;
}

function printable(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  // eslint-disable-next-line no-control-regex
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}
