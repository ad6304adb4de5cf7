import { describe, expect, it } from 'vitest';
import {
  collectErrors,
  errorsPage,
  isPageCurrent,
  sourceFiles,
  sourceText,
} from '../../scripts/generate-errors-page.ts';

describe('the page of errors', () => {
  it('is current', async () => {
    expect(await isPageCurrent(), 'run npm run generate:errors').toBe(true);
  });

  it('has a heading, a cause and a remedy for every code', async () => {
    const rooms = await collectErrors();
    expect(rooms.map(({ room }) => room)).toContain('protocol/codec');
    const page = errorsPage(rooms);
    for (const { entries } of rooms) {
      for (const [code, { cause, remedy }] of entries) {
        expect(code).toMatch(/^WEIR_[A-Z0-9]+(_[A-Z0-9]+)+$/);
        expect(page).toContain(`### ${code}\n\n${cause}\n\n**What to do:** ${remedy}\n`);
        expect(cause.trim().length, `the cause of ${code}`).toBeGreaterThan(5);
        expect(remedy.trim().length, `the remedy of ${code}`).toBeGreaterThan(5);
      }
    }
  });

  it('has every code once', async () => {
    const seen = new Map<string, string>();
    for (const { entries, file } of await collectErrors()) {
      for (const code of entries.keys()) {
        expect(seen.get(code), `${code} of ${file} is also in this file`).toBeUndefined();
        seen.set(code, file);
      }
    }
  });

  it('has no code that nothing raises', async () => {
    const rooms = await collectErrors();
    const catalogues = new Set(rooms.map(({ file }) => file));
    const sources = sourceFiles('**/*.{ts,js}')
      .filter((file) => !catalogues.has(file))
      .map((file) => ({ file, text: sourceText(file) }));
    const unused: string[] = [];
    for (const { room, entries, exportName } of rooms) {
      const users = sources.filter(({ text }) => text.includes(exportName));
      // Within a room a code may be handed on by its name alone.
      const own = sources.filter(({ file }) => file.startsWith(`${room}/`));
      for (const code of entries.keys()) {
        const isUsed =
          sources.some(({ text }) => text.includes(code)) ||
          namesOf(code).some(
            (name) =>
              users.some(({ text }) => new RegExp(`\\.${name}\\b|\\b${name}:`).test(text)) ||
              [...users, ...own].some(({ text }) => text.includes(`'${name}'`)),
          );
        if (!isUsed) unused.push(code);
      }
    }
    expect(unused, 'remove these codes from their catalogues, or raise them').toEqual([]);
  });
});

/** What the code may be called in its catalogue: what follows the prefix, which is not known here. */
function namesOf(code: string): string[] {
  const words = code.split('_');
  return words.slice(2).map((_, i) => words.slice(i + 2).join('_'));
}
