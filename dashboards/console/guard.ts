import { timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { ConsoleError } from './errors.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Sent with every answer. Nothing but the server's own files may run or be shown. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " +
    "require-trusted-types-for 'script'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Refuses a request for a host name that is not ours: a foreign page could otherwise have its own
 * name resolved to this machine and read our answers as if they were its own.
 */
export function checkHost(headers: Headers, allowedHosts: readonly string[]): void {
  const name = hostName(String(headers['host'] ?? ''));
  const bare = name.replace(/^\[|\]$/g, '');
  if (name === 'localhost' || isIP(bare) !== 0 || allowedHosts.includes(name)) return;
  throw new ConsoleError('WEIR_CONSOLE_HOST', `The host "${name}" is not one of this server.`);
}

/** Refuses an action that does not come from our own page (or from a person who has the token). */
export function checkAction(headers: Headers, token: string): void {
  const origin = headers['origin'];
  if (origin !== undefined && hostOf(String(origin)) !== headers['host']) {
    throw new ConsoleError('WEIR_CONSOLE_TOKEN', `The action comes from ${String(origin)}.`);
  }
  const given = Buffer.from(String(headers['weir-token'] ?? ''));
  const expected = Buffer.from(token);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new ConsoleError('WEIR_CONSOLE_TOKEN', 'The header weir-token is missing or not right.');
  }
}

/** Refuses to show the token to a page of another site. */
export function checkSameSite(headers: Headers): void {
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return;
  throw new ConsoleError('WEIR_CONSOLE_TOKEN', 'The token is for pages of this server alone.');
}

function hostName(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase();
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
