import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/guarantees.md', root), 'utf8');

test('every test that the page names is there', () => {
  const named = new Set([...page.matchAll(/`(test\/[a-z/.-]+)`/g)].map(([, path = '']) => path));
  expect(named.size).toBeGreaterThan(15);
  expect([...named].filter((path) => !existsSync(new URL(path, root)))).toEqual([]);
});

test('every invariant has a row with a test', () => {
  for (let number = 1; number <= 8; number++) {
    expect(page).toMatch(new RegExp(`^\\| E${number} \\| [^|]{20,} \\| \`test/`, 'm'));
  }
});
