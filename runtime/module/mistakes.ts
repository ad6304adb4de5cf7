import { moduleErrors, type MistakeName } from './errors.ts';

/** 1-based; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a module file. No field ever holds an interpolated value. */
export interface Mistake extends Position {
  /** Stable: an entry of `moduleErrors`. */
  readonly code: string;
  readonly message: string;
  /** What should be there instead; null where the message says it all. */
  readonly expected: string | null;
  /** What to do about it. */
  readonly hint: string;
}

/** Enough to correct, and a bound for a file that is nothing but mistakes. */
const mistakesKept = 1000;

/** Collects mistakes, so that all are named at once. */
export class Mistakes {
  readonly #kept: Mistake[] = [];
  /** A part that several aliases share is read, and found wrong, once for each of them. */
  readonly #seen = new Set<string>();
  #count = 0;

  /** True if further mistakes are only counted: no need to find out what was meant. */
  get full(): boolean {
    return this.#kept.length >= mistakesKept;
  }

  get count(): number {
    return this.#count;
  }

  add(
    name: MistakeName,
    at: Position,
    message: string,
    details: { readonly expected?: string; readonly hint?: string } = {},
  ): void {
    const identity = `${name} ${at.line}:${at.column} ${message}`;
    if (this.#seen.has(identity)) return;
    this.#seen.add(identity);
    this.#count++;
    if (this.full) return;
    this.#kept.push({
      code: moduleErrors.code(name),
      line: at.line,
      column: at.column,
      message,
      expected: details.expected ?? null,
      hint: details.hint ?? remedyOf(name),
    });
  }

  /** All of them in the order of the file. */
  list(): Mistake[] {
    const sorted = this.#kept.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const last = sorted.at(-1);
    if (last !== undefined && this.#count > this.#kept.length) {
      sorted.push({
        code: moduleErrors.code('TOO_MANY'),
        line: last.line,
        column: last.column,
        message: `${this.#count - this.#kept.length} further mistakes are not listed`,
        expected: null,
        hint: remedyOf('TOO_MANY'),
      });
    }
    return sorted;
  }
}

function remedyOf(name: MistakeName): string {
  return moduleErrors.entries.get(moduleErrors.code(name))!.remedy;
}

/** `file:line:column: message (expected …) [CODE]`, the line that `weir check` prints. */
export function formatMistake(file: string, mistake: Mistake): string {
  const expected = mistake.expected === null ? '' : ` (expected ${mistake.expected})`;
  const { line, column, message, code } = mistake;
  return `${file}:${line}:${column}: ${message}${expected} [${code}]`;
}

const shownLength = 80;

/**
 * Text from the file, in quotes, for a message: short, and without control characters that would
 * rewrite a terminal or forge a line of a log.
 */
export function quoted(text: string): string {
  const short = text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
  const json = JSON.stringify(short).slice(1, -1).replaceAll('\\"', '"');
  return `\`${visible(json)}\``;
}

/** The same text with control and direction characters written as escapes. */
export function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu,
    (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
