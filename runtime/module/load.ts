import { readFileSync, statSync, type Stats } from 'node:fs';
import { messageOf } from '#protocol/errors.ts';
import { moduleErrors } from './errors.ts';
import { formatMistake } from './mistakes.ts';
import { parseModule, tooLarge, type ParseResult } from './parse.ts';
import type { ModuleSpec } from './spec.ts';
import { fileBytesMax } from './yaml-limits.ts';

/**
 * Reads the module file at `path`, with `${env:…}` from `env`. Throws `WEIR_MODULE_UNREADABLE` or
 * `WEIR_MODULE_NOT_UTF8` if there is no text to speak of.
 */
export function checkModule(path: string, env: NodeJS.ProcessEnv = process.env): ParseResult {
  const text = readText(path);
  if (typeof text !== 'string') return tooLarge(text.tooLarge);
  return parseModule(text, {
    file: path,
    env,
    readFile: readSecret,
    isFolder: (file) => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? false,
  });
}

/** As `checkModule`, but throws `WEIR_MODULE_INVALID` with every mistake in its message. */
export function loadModule(path: string, env: NodeJS.ProcessEnv = process.env): ModuleSpec {
  const result = checkModule(path, env);
  if (result.ok) return result.module;
  const lines = result.mistakes.map((mistake) => formatMistake(path, mistake));
  const count = lines.length === 1 ? 'a mistake' : `${lines.length} mistakes`;
  throw moduleErrors.INVALID(`${path} has ${count}:\n${lines.join('\n')}`);
}

function readText(path: string): string | { readonly tooLarge: number } {
  let bytes: Buffer;
  try {
    const { size } = openable(path);
    if (size > fileBytesMax) return { tooLarge: size };
    bytes = readFileSync(path);
  } catch (cause) {
    throw moduleErrors.UNREADABLE(`${path} can't be read: ${messageOf(cause)}`, { cause });
  }
  try {
    return decode(bytes);
  } catch (cause) {
    throw moduleErrors.NOT_UTF8(`${path} is not UTF-8 text`, { cause });
  }
}

/** What `${file:…}` refers to is never larger than a module file, and is text. */
function readSecret(path: string): string {
  const { size } = openable(path);
  if (size > fileBytesMax) throw new Error(`it has more than ${fileBytesMax} bytes`);
  return decode(readFileSync(path));
}

function openable(path: string): Stats {
  const stat = statSync(path);
  if (stat.isDirectory()) throw new Error('it is a folder');
  // A device such as /dev/zero never ends.
  if (!stat.isFile() && !stat.isFIFO()) throw new Error('it is neither a file nor a pipe');
  return stat;
}

function decode(bytes: Buffer): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}
