import { parseDurationMs } from './durations.ts';
import type { MistakeName } from './errors.ts';
import {
  absolutePath,
  keep,
  scalar,
  shown,
  wrongType,
  type Read,
  type Reading,
} from './reading.ts';
import type { Tree } from './tree.ts';
import { isReserved, patternFault, typeNameFault } from './type-names.ts';

/** Text; not a number or true/false, which would have lost its spelling, unless interpolated. */
export const text: Read<string> = (node, what, reading) => {
  const tree = scalar(node, what, 'text', reading);
  if (tree === undefined) return undefined;
  if (typeof tree.value !== 'string') return wrongType(tree, what, 'text', reading);
  return keep(tree, tree.value, reading);
};

/** Text with something in it. */
export const nonEmptyText: Read<string> = (node, what, reading) => {
  const value = text(node, what, reading);
  if (value === undefined || value.trim() !== '') return value;
  return wrong('BAD_VALUE', node, `\`${what}\` is empty`, 'text', reading);
};

export const truth: Read<boolean> = (node, what, reading) => {
  const tree = scalar(node, what, 'true or false', reading);
  if (tree === undefined) return undefined;
  if (typeof tree.value === 'boolean') return tree.value;
  if (tree.secret && /^(true|false)$/i.test(String(tree.value))) {
    return String(tree.value).toLowerCase() === 'true';
  }
  return wrongType(tree, what, 'true or false', reading);
};

/** A whole number from `min` to `max`, both included. */
export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Read<number> {
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const expected = `a whole number ${range}`;
  return (node, what, reading) => {
    const tree = scalar(node, what, expected, reading);
    if (tree === undefined) return undefined;
    const fromText = tree.secret && /^[+-]?[0-9]{1,16}$/.test(String(tree.value).trim());
    const value = fromText ? Number(tree.value) : tree.value;
    if (typeof value !== 'number') return wrongType(tree, what, expected, reading);
    if (!Number.isInteger(value) || value < min || value > max) {
      const message = `\`${what}\` is ${shown(tree)}`;
      return wrong('BAD_VALUE', tree, message, expected, reading);
    }
    return keep(tree, value, reading);
  };
}

export const port = integer(0, 65_535);

const yearMs = 365 * 86_400_000;

/** A duration in milliseconds, from 1 ms to a year. */
export const durationMs: Read<number> = (node, what, reading) => {
  const expected = 'a duration such as 10ms, 20s, 1 min or 2h';
  const tree = scalar(node, what, expected, reading);
  if (tree === undefined) return undefined;
  if (tree.value === null) return wrongType(tree, what, expected, reading);
  const ms = parseDurationMs(String(tree.value));
  if (ms === null || typeof tree.value === 'boolean') {
    const message = `\`${what}\` is ${shown(tree)}`;
    return wrong('BAD_DURATION', tree, message, expected, reading);
  }
  if (ms < 1 || ms > yearMs) {
    const message = `\`${what}\` is ${shown(tree)}`;
    return wrong('BAD_DURATION', tree, message, 'at least 1ms and at most 365d', reading);
  }
  return keep(tree, ms, reading);
};

/** `namespace/name`. */
export const typeName: Read<string> = (node, what, reading) => {
  const value = text(node, what, reading);
  if (value === undefined) return undefined;
  const fault = typeNameFault(value);
  if (fault === null) return value;
  const message = `\`${what}\`: ${shown(node)} ${fault}`;
  return wrong('BAD_TYPE_NAME', node, message, 'namespace/name', reading);
};

/** `namespace/name` or `namespace/*`. */
export const typePattern: Read<string> = (node, what, reading) => {
  const value = text(node, what, reading);
  if (value === undefined) return undefined;
  const fault = patternFault(value);
  if (fault === null) return value;
  const message = `\`${what}\`: ${shown(node)} ${fault}`;
  return wrong('BAD_TYPE_NAME', node, message, 'namespace/name or namespace/*', reading);
};

/** What an endpoint serves; noted for the checks across components. */
export function served(pattern: Read<string>): Read<string> {
  return (node, what, reading) => {
    const value = pattern(node, what, reading);
    if (value === undefined) return undefined;
    if (isReserved(value)) {
      const message = `\`${what}\`: the namespace of ${shown(node)} belongs to the runtime`;
      return wrong('BAD_VALUE', node, message, 'a namespace of your own', reading);
    }
    reading.facts.patterns.push({ at: node.at, shown: shown(node), pattern: value });
    return value;
  };
}

/** A function type that records go to; noted for the checks across components. */
const target: Read<string> = (node, what, reading) => {
  const value = typeName(node, what, reading);
  if (value === undefined) return undefined;
  reading.facts.targets.push({ at: node.at, shown: shown(node), functionType: value });
  return value;
};

/** At least one function type, none twice (it would get every record twice). */
export const targets: Read<string[]> = (node, what, reading) => {
  if (node.type === 'list' && node.items.length === 0) {
    return wrong('BAD_VALUE', node, `\`${what}\` is empty`, 'at least one function type', reading);
  }
  if (node.type !== 'list') return wrongType(node, what, 'a list of function types', reading);
  const values = node.items.map((item, i) => target(item, `${what}[${i}]`, reading));
  const seen = new Set<string>();
  values.forEach((value, i) => {
    const item = node.items[i]!;
    if (value !== undefined && seen.has(value)) {
      wrong('BAD_VALUE', item, `\`${what}\` lists ${shown(item)} twice`, 'it once', reading);
    }
    if (value !== undefined) seen.add(value);
  });
  return values.every((value) => value !== undefined) ? values : undefined;
};

/** A path of a file or folder, absolute. */
export const path: Read<string> = (node, what, reading) => {
  const value = nonEmptyText(node, what, reading);
  if (value === undefined) return undefined;
  if (/^(classpath|file|https?|s3):/.test(value) || value.includes('\0')) {
    const message = `\`${what}\`: ${shown(node)} is not the path of a local file`;
    return wrong('BAD_VALUE', node, message, 'a path', reading);
  }
  return keep(node, absolutePath(value, reading.folder), reading);
};

/** A JSON pointer (RFC 6901). */
export const jsonPointer: Read<string> = (node, what, reading) => {
  const value = text(node, what, reading);
  if (value === undefined || /^(\/([^~]|~[01])*)?$/u.test(value)) return value;
  const message = `\`${what}\`: ${shown(node)} is not a JSON pointer`;
  return wrong('BAD_VALUE', node, message, '/name/of/a/field, with ~0 for ~ and ~1 for /', reading);
};

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): Read<T> {
  const expected = words.map((word) => `\`${word}\``).join(' or ');
  return (node, what, reading) => {
    const value = text(node, what, reading);
    if (value === undefined || (words as readonly string[]).includes(value)) return value as T;
    const message = `\`${what}\` is ${shown(node)}`;
    return wrong('BAD_VALUE', node, message, expected, reading);
  };
}

/** Notes a mistake and returns undefined, as readers do. */
export function wrong(
  name: MistakeName,
  node: Tree,
  message: string,
  expected: string,
  reading: Reading,
): undefined {
  reading.mistakes.add(name, node.at, message, { expected });
  return undefined;
}
