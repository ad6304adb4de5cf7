import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notRun, ranBy, ranFromLists, ranInCi, wholePages } from './accounts.ts';
import { commandsOf, fencesOf, pages, project } from './page-commands.ts';

const languages = ['sh', 'ts', 'js', 'python', 'json', 'yaml', 'hex', 'mermaid', 'text'];
const all = pages.flatMap((page) => commandsOf(page));
const texts = new Set(all.map(({ text }) => text));
const source = (file: string): string => readFileSync(join(project, file), 'utf8');

const fromLists = Object.values(ranFromLists).flatMap((lists) =>
  lists.flatMap(({ command, words }) => words.map((some) => command.replace('WORDS', some))),
);
const byName = [...Object.values(ranBy).flat(), ...fromLists, ...Object.keys(ranInCi)];
const accounted = new Set([...byName, ...Object.keys(notRun)]);
/** What is run with its arguments. */
const whole = [...accounted, ...all.filter(({ inline }) => !inline).map(({ text }) => text)].filter(
  (text) => !(text in notRun),
);

function missingIn(file: string, quoted: readonly string[]): string[] {
  const text = source(file);
  return quoted.filter((words) => !text.includes(`'${words}'`));
}

/** A run of the tests themselves: which suite has that file. */
const runOfTests = /^(?:WEIR_SUITE=(?<suite>integration) )?npx vitest run (?<path>\S+)$/;

test.each(pages.map((page) => [page, commandsOf(page)] as const))(
  'each command of %s is run by a test, or it is said why not',
  (page, commands) => {
    const missing = commands.filter(({ text, inline }) => {
      if (!inline && page in wholePages) return false;
      if (accounted.has(text) || runOfTests.test(text)) return false;
      // A sentence may name a command without its arguments.
      const words = text.replace(/…$/, '').trimEnd();
      return !inline || !whole.some((other) => other.startsWith(`${words} `));
    });
    expect(missing.map(({ line, text }) => `${page}:${line} ${text}`)).toEqual([]);
  },
);

test('there are commands to account for', () => {
  expect(all.length).toBeGreaterThan(100);
});

test('each block says what it is written in, so that no command hides in one', () => {
  const blocks = pages.flatMap((page) => fencesOf(page));
  const others = blocks.filter(({ language }) => !languages.includes(language));
  expect(others.map(({ page, line }) => `${page}:${line}`)).toEqual([]);
});

test('nothing is said of a command that no page has, and nothing twice', () => {
  expect([...accounted].filter((text) => !texts.has(text))).toEqual([]);
  const once = [...byName, ...Object.keys(notRun)];
  expect(once.filter((text, i) => once.indexOf(text) !== i)).toEqual([]);
});

describe('what is said of commands', () => {
  const integration = /^test\/(chaos|conformance|e2e|quality|services)\//;

  test.each(Object.entries(ranBy))('%s has them', (file, commands) => {
    expect(missingIn(file, commands)).toEqual([]);
  });

  test.each(Object.entries(ranFromLists))('%s has the words of them', (file, lists) => {
    for (const { words } of lists) expect(missingIn(file, words)).toEqual([]);
  });

  test.each(Object.entries(wholePages))('the blocks of %s are run by %s', (page, file) => {
    expect(source(file).includes(page.replace('docs/', ''))).toBe(true);
    // It must notice a block more.
    expect(/\.\.\.others\b[^]*expect\(others\)\.toEqual\(\[\]\)/.test(source(file))).toBe(true);
  });

  test.each(Object.entries(ranInCi))('%s is in .ci/run', (_, words) => {
    expect(source('.ci/run')).toContain(words);
  });

  test.each([...texts].filter((text) => runOfTests.test(text)))('%s runs tests', (text) => {
    const { suite, path = '' } = runOfTests.exec(text)!.groups!;
    expect(existsSync(join(project, path))).toBe(true);
    const files = path.endsWith('.test.ts')
      ? [path]
      : globSync(`${path}/**/*.test.ts`, { cwd: project });
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect(integration.test(file)).toBe(suite === 'integration');
  });
});
