import { createHash, timingSafeEqual } from 'node:crypto';
import { adminErrors } from './errors.ts';

/** What a token may do; each includes the ones before it. */
export const scopes = ['read', 'operate', 'destroy'] as const;
export type Scope = (typeof scopes)[number];

export interface Token {
  /** Whose it is, for the audit log. */
  readonly name: string;
  readonly scope: Scope;
  /** SHA-256 of the token: the token itself is not kept. */
  readonly digest: Buffer;
}

const shortestToken = 16;

/**
 * Reads tokens: a line `NAME SCOPE TOKEN` each; empty lines and lines that begin with `#` are passed
 * over. `source` names the file or variable in errors, which never repeat a token. Throws
 * BAD_TOKENS.
 */
export function parseTokens(text: string, source: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const wrong = (what: string) => adminErrors.BAD_TOKENS(`${source}, line ${i + 1}: ${what}`);
    const [name = '', scope = '', token = '', ...rest] = line.trim().split(/\s+/);
    if (token === '' || rest.length > 0) throw wrong('it is not `NAME SCOPE TOKEN`');
    if (!isScope(scope)) throw wrong(`the scope is none of ${scopes.join(', ')}`);
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(name))
      throw wrong('the name has other characters than A-Za-z0-9._-');
    if (token.length < shortestToken)
      throw wrong(`the token has fewer than ${shortestToken} characters`);
    if (tokens.some((other) => other.name === name)) throw wrong(`${name} has a token already`);
    tokens.push({ name, scope, digest: digestOf(token) });
  }
  if (tokens.length === 0) throw adminErrors.BAD_TOKENS(`${source} holds no token`);
  return tokens;
}

/** The token that was presented, or null. The time that it takes tells nothing about the tokens. */
export function findToken(tokens: readonly Token[], presented: string): Token | null {
  const digest = digestOf(presented);
  let found: Token | null = null;
  for (const token of tokens) if (timingSafeEqual(token.digest, digest)) found = token;
  return found;
}

export function allows(token: Token, needed: Scope): boolean {
  return scopes.indexOf(token.scope) >= scopes.indexOf(needed);
}

function isScope(text: string): text is Scope {
  return (scopes as readonly string[]).includes(text);
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
