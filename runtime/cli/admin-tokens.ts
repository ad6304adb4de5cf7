import { readFileSync } from 'node:fs';
import { messageOf } from '#protocol/errors.ts';
import { parseTokens, type Token } from '../admin/tokens.ts';
import { cliErrors } from './errors.ts';
import type { HostAndPort } from './options.ts';

const referencePattern = /^(file|env):(.+)$/;

/**
 * The tokens of the admin API, from what `--admin-tokens` refers to: `file:PATH` or `env:NAME`. A
 * token on a command line would be there for every process to read. Null without the option, which
 * is for a loopback address alone.
 */
export function adminTokens(
  reference: string | undefined,
  admin: HostAndPort,
  env: Readonly<Record<string, string | undefined>>,
): readonly Token[] | null {
  if (reference === undefined) {
    if (isLoopback(admin.host)) return null;
    throw cliErrors.USAGE(`the admin API would be open to everybody who reaches ${admin.host}`, {
      hint: 'Give it tokens with `--admin-tokens file:PATH`, or leave it on 127.0.0.1.',
    });
  }
  const [, kind, name = ''] = referencePattern.exec(reference) ?? [];
  if (kind === undefined) {
    throw cliErrors.USAGE('--admin-tokens is no reference', {
      hint: 'Write `file:PATH` or `env:NAME`: what it refers to has a line `NAME SCOPE TOKEN` each.',
    });
  }
  return parseTokens(kind === 'env' ? variable(name, env) : file(name), reference);
}

/** The file that `--admin-tokens` names, if it names one. */
export function adminTokensFile(reference: string | undefined): string | null {
  const [, kind, name] = referencePattern.exec(reference ?? '') ?? [];
  return kind === 'file' && name !== undefined ? name : null;
}

function variable(name: string, env: Readonly<Record<string, string | undefined>>): string {
  const text = env[name];
  if (text !== undefined) return text;
  throw cliErrors.USAGE(`--admin-tokens: the variable ${name} is not set`);
}

function file(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw cliErrors.USAGE(`--admin-tokens: ${messageOf(error)}`);
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
