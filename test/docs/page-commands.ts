/** The commands of the documentation, as they stand on its pages. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const project = join(import.meta.dirname, '..', '..');

/** CHANGELOG.md tells what was, not what to do. */
export const pages: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...globSync(['docs/*.md', 'examples/**/README.md'], { cwd: project }).sort(),
];

/** A fenced block. */
export interface Fence {
  readonly page: string;
  readonly line: number;
  readonly language: string;
  /** Without the indentation of a list that it stands in. */
  readonly text: string;
}

export interface Command {
  readonly page: string;
  readonly line: number;
  readonly text: string;
  /** In a sentence, not in a block. There it may leave its arguments out. */
  readonly inline: boolean;
}

const fencePattern = /^( *)```([^\n]*)\n([^]*?)^ *```$/gm;
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'console', 'shell']);
/** How a span of code in a sentence begins if it is a command; `kill -9` there names a signal. */
const inlinePattern =
  /^(?:[A-Z_]+=\S+ )*(?:npm|npx|node|weir|docker|curl|openssl|git|pip|python3|\.venv\/\S+) /;

export function textOf(page: string): string {
  return readFileSync(join(project, page), 'utf8');
}

export function fencesOf(page: string): Fence[] {
  const whole = textOf(page);
  return [...whole.matchAll(fencePattern)].map(
    ({ 1: indent = '', 2: info = '', 3: text = '', index }) => ({
      page,
      line: lineAt(whole, index),
      language: info.split(' ')[0]!,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** The blocks that a shell gets. */
export function shellFencesOf(page: string): Fence[] {
  return fencesOf(page).filter(({ language }) => shells.has(language));
}

/** Of a page, blocks first: one entry for each command of `a && b`. */
export function commandsOf(page: string): Command[] {
  const fenced = shellFencesOf(page).flatMap(({ line, text }) =>
    text.split('\n').flatMap((whole, i) => {
      const commands = whole
        .replace(/ +# .*$/, '')
        .replace(/ &$/, '')
        .split(' && ');
      return commands.map((one) => ({ page, line: line + 1 + i, text: one, inline: false }));
    }),
  );
  const sentences = textOf(page).replaceAll(fencePattern, (fence) => fence.replaceAll(/./g, ''));
  const inline = [...sentences.matchAll(/`([^`\n]+)`/g)]
    .filter(([, span = '']) => inlinePattern.test(`${span} `) && / /.test(span))
    .flatMap(({ 1: span = '', index }) =>
      span.split(' && ').flatMap((one) =>
        // In a table a | is written \|. Words with | are alternatives, [WORDS] may be left out.
        alternatives(one.replaceAll('\\|', '|').replaceAll(/ \[[^\]]*\]/g, '')).map((text) => ({
          ...{ page, line: lineAt(sentences, index), text, inline: true },
        })),
      ),
    );
  return [...fenced, ...inline].filter(({ text }) => text !== '');
}

function alternatives(text: string): string[] {
  const [, before = '', words = '', after = ''] = /^(.*? )(\S+\|\S+)(.*)$/.exec(text) ?? [];
  return words === '' ? [text] : words.split('|').map((word) => `${before}${word}${after}`);
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
