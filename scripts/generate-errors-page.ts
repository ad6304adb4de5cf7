/**
 * Writes `docs/errors.md` from the error catalogues of all rooms: `npm run generate:errors`.
 * With `--check` it writes nothing, and ends with 1 if the page is out of date.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ErrorEntry } from '#protocol/errors.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
const page = join(project, 'docs', 'errors.md');
const catalogueFile = '**/errors.ts';
const notSource = /(^|\/)(node_modules|test|coverage|\.[^/]+)(\/|$)/;

/** The error catalogue of one room, as its `errors.ts` exports it. */
export interface RoomErrors {
  /** The room's folder, with slashes, relative to the project. */
  readonly room: string;
  readonly file: string;
  /** The name by which the catalogue is exported. */
  readonly exportName: string;
  /** Full code to entry. */
  readonly entries: ReadonlyMap<string, ErrorEntry>;
}

/** Paths, with slashes and relative to the project, of its files that match and are no tests. */
export function sourceFiles(pattern: string): string[] {
  return globSync(pattern, { cwd: project, exclude: (path) => notSource.test(path) })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !notSource.test(path))
    .sort();
}

/** The text of a file that `sourceFiles` found. */
export function sourceText(file: string): string {
  return readFileSync(join(project, file), 'utf8');
}

/** Every catalogue that an `errors.ts` exports, sorted by room. */
export async function collectErrors(): Promise<RoomErrors[]> {
  const rooms: RoomErrors[] = [];
  for (const file of sourceFiles(catalogueFile)) {
    const module = (await import(pathToFileURL(join(project, file)).href)) as Record<
      string,
      unknown
    >;
    for (const [exportName, value] of Object.entries(module)) {
      if (isCatalogue(value)) {
        rooms.push({ room: dirname(file), file, exportName, entries: value.entries });
      }
    }
  }
  return rooms;
}

function isCatalogue(value: unknown): value is { entries: ReadonlyMap<string, ErrorEntry> } {
  return typeof value === 'object' && value !== null && 'entries' in value
    ? value.entries instanceof Map
    : false;
}

/** The page as Markdown. */
export function errorsPage(rooms: readonly RoomErrors[]): string {
  const lines = [
    '# Errors',
    '',
    'Every error that Weir raises on purpose has a code. The code never changes and is never',
    'reused, so scripts and alerts may rely on it; the message says what was wrong and where, and',
    'the hint what to do. The admin API answers errors as `{code, message, hint}`.',
    '',
    'This page is generated from the catalogues in the source (`npm run generate:errors`).',
  ];
  for (const { room, entries } of rooms) {
    lines.push('', `## ${room}`);
    for (const [code, { cause, remedy }] of entries) {
      lines.push('', `### ${code}`, '', cause, '', `**What to do:** ${remedy}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

/** Whether `docs/errors.md` says what the catalogues say. */
export async function isPageCurrent(): Promise<boolean> {
  const wanted = errorsPage(await collectErrors());
  try {
    return readFileSync(page, 'utf8') === wanted;
  } catch {
    return false; // there is no page yet
  }
}

async function main(args: readonly string[]): Promise<void> {
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) {
    console.error(`Unknown option ${unknown[0]}; there is only --check`);
    process.exitCode = 64;
  } else if (!args.includes('--check')) {
    writeFileSync(page, errorsPage(await collectErrors()));
  } else if (!(await isPageCurrent())) {
    console.error('docs/errors.md is out of date: npm run generate:errors');
    process.exitCode = 1;
  }
}

if (import.meta.main) await main(process.argv.slice(2));
