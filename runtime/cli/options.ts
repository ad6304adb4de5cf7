import { InvalidArgumentError, Option } from 'commander';
import { parseDurationMs } from '../module/durations.ts';
import { parseStateUrl } from './state-url.ts';

export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** The options of the commands; each is an environment variable too. */
export const stateOption = (): Option =>
  new Option('--state <url>', 'where the state is: a folder, or s3://bucket/prefix?endpoint=…')
    .env('WEIR_STATE')
    .default('file:./.weir');

export const adminOption = (): Option =>
  new Option('--admin <host:port>', 'the address of the admin API')
    .env('WEIR_ADMIN')
    .argParser(parseAdmin)
    .default({ host: '127.0.0.1', port: 8081 }, '127.0.0.1:8081');

export const jsonOption = (): Option =>
  new Option('--json', 'print JSON instead of text for people').env('WEIR_JSON').default(false);

export const runOnlyOptions = (): Option[] => [
  new Option('--admin-tokens <reference>', 'file:PATH or env:NAME with lines NAME SCOPE TOKEN').env(
    'WEIR_ADMIN_TOKENS',
  ),
  new Option('--commit-every <duration>', 'time between two commits')
    .env('WEIR_COMMIT_EVERY')
    .argParser(duration(1, 3_600_000))
    .default(250, '250ms'),
  new Option('--name <app>', "the application's name (default: the module file's folder)")
    .env('WEIR_NAME')
    .argParser(parseName),
  new Option('--takeover', 'take over from a writer that is alive')
    .env('WEIR_TAKEOVER')
    .default(false),
  new Option('--lease <duration>', 'how long a writer may be silent before a standby takes over')
    .env('WEIR_LEASE')
    .argParser(duration(100, 3_600_000))
    .default(5_000, '5s'),
  new Option('--start-budget <duration>', 'how long a needed service may be out of reach at start')
    .env('WEIR_START_BUDGET')
    .argParser(duration(1, 86_400_000))
    .default(60_000, '60s'),
];

/** A duration within bounds, in milliseconds. */
export function duration(minMs: number, maxMs: number): (text: string) => number {
  return (text) => {
    const ms = parseDurationMs(text);
    if (ms === null) {
      throw new InvalidArgumentError('Write a duration such as 250ms, 20s or 1min.');
    }
    if (ms < minMs || ms > maxMs) {
      throw new InvalidArgumentError(`It must be from ${minMs}ms to ${maxMs / 1000}s.`);
    }
    return ms;
  };
}

/** `127.0.0.1:8081`, `[::1]:8081`, `name:8081`, or a port alone for 127.0.0.1. */
export function parseAdmin(text: string): HostAndPort {
  const match = /^(?:(\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._-]+):)?([0-9]{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  if (match === null || port > 65_535) {
    throw new InvalidArgumentError('Write host and port, such as 127.0.0.1:8081 or [::1]:8081.');
  }
  return { host: (match[1] ?? '127.0.0.1').replace(/^\[|\]$/g, ''), port };
}

export function parseName(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Use up to 64 letters, digits, dots, dashes and underscores.');
}

/** `namespace/name`, split for the admin API. */
export function parseFunctionType(text: string): { namespace: string; name: string } {
  const match = /^([^/\s]+)\/([^/\s]+)$/.exec(text);
  if (match === null)
    throw new InvalidArgumentError('Write namespace/name, such as my.app/counter.');
  return { namespace: match[1]!, name: match[2]! };
}

/** A state URL, absolute. Not an option parser, since the default is relative too. */
export function stateOf(url: string): string {
  return parseStateUrl(url, process.cwd());
}
