import type { Mistakes, Position } from './mistakes.ts';
import { quoted } from './mistakes.ts';
import { messageOf } from '#protocol/errors.ts';

/** Where values of a module file may come from beside the file. */
export interface ValueSources {
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The text of a file by its absolute path; throws if it can't be read. */
  readonly readFile: (path: string) => string;
  /** Makes a path absolute. */
  readonly resolvePath: (path: string) => string;
}

interface Interpolated {
  readonly text: string;
  /** True if any part came from outside: then it is never printed. */
  readonly secret: boolean;
}

const reference = /\$\$\{|\$\{([^}]*)(\}?)/g;
const variable = /^env:([A-Za-z_][A-Za-z0-9_]*)(?::-([\s\S]*))?$/;

/**
 * Replaces `${env:NAME}`, `${env:NAME:-default}` (the default also stands for an empty variable)
 * and `${file:PATH}` (without one line end at the end of the file); `$${` gives `${`. What comes
 * in is not looked at again. Returns null if a part could not be replaced: mistakes say why.
 */
export function interpolate(
  text: string,
  at: Position,
  sources: ValueSources,
  mistakes: Mistakes,
): Interpolated | null {
  if (!text.includes('${')) return { text, secret: false };
  let secret = false;
  let failed = false;
  const replaced = text.replace(reference, (whole, body: string | undefined, end: string) => {
    if (body === undefined) return '${';
    const value = end === '' ? unclosed(at, mistakes) : resolve(whole, body, at, sources, mistakes);
    secret = true;
    failed ||= value === null;
    return value ?? '';
  });
  return failed ? null : { text: replaced, secret };
}

function unclosed(at: Position, mistakes: Mistakes): null {
  mistakes.add('INTERPOLATION', at, 'a `${` has no `}`', {
    hint: 'Close it (in a flow mapping or list, put the value in quotes), or write `$${`.',
  });
  return null;
}

function resolve(
  whole: string,
  body: string,
  at: Position,
  sources: ValueSources,
  mistakes: Mistakes,
): string | null {
  if (body.startsWith('file:')) return readSecret(body.slice(5), at, sources, mistakes);
  const match = variable.exec(body);
  if (match === null) {
    mistakes.add('INTERPOLATION', at, `${quoted(whole)} is not known`, {
      expected: '${env:NAME}, ${env:NAME:-default} or ${file:PATH}',
    });
    return null;
  }
  const [, name = '', fallback] = match;
  // `hasOwn`: a variable called `constructor` is not set just because objects inherit one.
  const value = Object.hasOwn(sources.env, name) ? sources.env[name] : undefined;
  if (value !== undefined && (value !== '' || fallback === undefined)) return value;
  if (fallback !== undefined) return fallback;
  mistakes.add('MISSING_VARIABLE', at, `the environment variable ${quoted(name)} is not set`);
  return null;
}

function readSecret(
  path: string,
  at: Position,
  sources: ValueSources,
  mistakes: Mistakes,
): string | null {
  try {
    if (path === '' || path.includes('\0')) throw new Error('this is no path');
    return sources.readFile(sources.resolvePath(path)).replace(/\r?\n$/, '');
  } catch (error) {
    mistakes.add('MISSING_FILE', at, `the file ${quoted(path)} can't be read: ${reason(error)}`);
    return null;
  }
}

function reason(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOENT') return 'there is none';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a folder';
  return typeof code === 'string' ? code : messageOf(error);
}
