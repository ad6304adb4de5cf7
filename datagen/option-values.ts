/** Values of the command line. All throw WEIR_DATAGEN_BAD_OPTION that names the option. */
import { datagenErrors } from './errors.ts';
import type { PaceOptions } from './pace.ts';
import { dayMs } from './transaction.ts';

const unitsMs = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: dayMs } as const;

/**
 * `1d/30s`: simulated time per real time; `max` or a number for transactions a second. With both,
 * the speed is kept as long as it needs no more transactions a second than that.
 */
export function parsePace(rate: string | undefined, speed: string | undefined): PaceOptions {
  if (rate === 'max') {
    if (speed === undefined) return { kind: 'unlimited' };
    throw datagenErrors.BAD_OPTION('--rate max and --speed exclude each other');
  }
  const perSecond = rate === undefined ? null : parseNumber(rate, '--rate <per-second>', 0.001);
  if (perSecond !== null && speed === undefined) return { kind: 'rate', perSecond };
  const parts = (speed ?? '1d/30s').split('/').map(parseSpan);
  const [simulatedMs, wallMs] = parts;
  if (parts.length !== 2 || !simulatedMs || !wallMs) {
    throw datagenErrors.BAD_OPTION(
      `--speed is "${speed}", expected simulated time per real time, such as 1d/30s`,
    );
  }
  return { kind: 'speed', simulatedMs, wallMs, ...(perSecond === null ? {} : { perSecond }) };
}

export function parseAddress(text: string, flag: string): { host: string; port: number } {
  const match = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:]+\]):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match !== null && port <= 65_535) return { host: match[1]!.replace(/^\[|\]$/g, ''), port };
  throw datagenErrors.BAD_OPTION(`${flag}: "${text}" is not host and port, such as 127.0.0.1:9100`);
}

export function parseNumber(text: string, flag: string, min = -Infinity): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value) && value >= min) return value;
  const least = min === -Infinity ? '' : ` of at least ${min}`;
  throw datagenErrors.BAD_OPTION(`${flag}: "${text}" is not a number${least}`);
}

/** Days since 1970-01-01 UTC. */
export function parseDay(text: string, flag: string): number {
  const atMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  const real = !Number.isNaN(atMs) && new Date(atMs).toISOString().startsWith(text);
  if (real && atMs >= 0) return atMs / dayMs;
  throw datagenErrors.BAD_OPTION(`${flag} is "${text}", expected a date such as 2018-04-01`);
}

/** Milliseconds; 0 for what is none. */
function parseSpan(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min|m|h|d)$/.exec(text.trim());
  return match ? Number(match[1]) * unitsMs[match[2] as keyof typeof unitsMs] : 0;
}
