import { expect, test } from 'vitest';
import { mistakesIn, parse, places } from './parsing.ts';

const laughs = (depth: number, width: number): string => {
  const lines = ['a0: &a0 [lol]'];
  for (let i = 1; i <= depth; i++) {
    const aliases = Array<string>(width)
      .fill(`*a${i - 1}`)
      .join(', ');
    lines.push(`a${i}: &a${i} [${aliases}]`);
  }
  return `kind: weir.file.v1/egress\nspec:\n  ${lines.join('\n  ')}\n`;
};

test('a billion laughs are refused at the alias that is one too many', () => {
  const found = places(parse(laughs(9, 9)));
  expect(found).toContain('7:37 ALIAS_EXPLOSION');
  expect(found.filter((place) => place.endsWith('EXPLOSION'))).toHaveLength(1);
});

test('a long chain of aliases is refused as well', () => {
  const found = places(parse(laughs(60, 2)));
  expect(found.filter((place) => place.endsWith('EXPLOSION'))).toHaveLength(1);
});

const mebibyte = 1 << 20;
const fill = (part: string): string => part.repeat(mebibyte / part.length);

// Each took seconds, or all of the stack, in the YAML library alone.
test.each([
  ['brackets', fill('[')],
  ['braces', fill('{? ')],
  ['dashes', fill('- ')],
  ['question marks', fill('? ')],
  ['commas', fill(',')],
  ['closed braces', fill('}')],
  ['tags', fill('! ')],
  ['documents', fill('---\n')],
  ['directives', fill('%a\n')],
  ['compact mappings', fill('a: ')],
  ['indentation', Array.from({ length: 1400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['many keys', Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join('\n')],
  ['one key', fill('a: 1\n')],
  ['anchors', Array.from({ length: 30_000 }, (_, i) => `- &a${i} x\n- *a${i}`).join('\n')],
  ['an open quote', `"${fill('a\n').slice(1)}`],
  ['zeros', fill('\0')],
  ['backslashes', `"${fill('\\').slice(1)}`],
])('a mebibyte of %s is a mistake, not a crash', (_, text) => {
  const found = mistakesIn(parse(text.slice(0, mebibyte)));
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThanOrEqual(1001);
});

// Patterns that backtrack would take hours, or all of the stack, with such a value.
const longKeys = ['pointer', 'header', 'path', 'urlPathTemplate', 'call', 'id', 'host', 'targets'];
test.each(longKeys)('a very long %s is judged at once, and not repeated', (key) => {
  for (const part of ['a', 'a/b', '~1', '/:a', '{', '.', '9', ' s', '${', '-', '%']) {
    const value = JSON.stringify(part.repeat(50_000 / part.length));
    const text = `kind: io.statefun.endpoints.v2/http
spec: {functions: app/f, ${key}: ${value}, transport: {${key}: ${value}}}
---
kind: weir.http.v1/ingress
spec:
  port: 1
  ${key}: ${value}
  routes: [{path: /a, valueType: a/t, targets: [b/f], key: {${key}: ${value}}}]
---
kind: weir.file.v1/ingress
spec: {targets: [${value}], id: a/b, path: a, valueType: a/t, key: {pointer: ${value}}}
`;
    const found = mistakesIn(parse(text));
    expect(found.length).toBeGreaterThan(0);
    for (const mistake of found) expect(JSON.stringify(mistake).length).toBeLessThan(1500);
  }
});

test('64 levels are read, 65 are not', () => {
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(places(parse(nested(64)))).toEqual(['1:1 WRONG_TYPE']);
  expect(places(parse(nested(65)))).toEqual(['1:1 TOO_DEEP']);
});

test('neither tags nor directives run or change anything', () => {
  const text =
    '%YAML 1.1\n---\nkind: weir.file.v1/egress\nspec: {id: a/b, path: x, jsonTypes: no}\n';
  expect(places(parse(text))).toEqual(['1:1 INCOMPLETE', '1:1 INCOMPLETE', '4:37 WRONG_TYPE']);
  const js = 'kind: !!js/undefined ""\nspec: !!python/object:os.system {a: 1}\n';
  expect(places(parse(js))).toEqual(['1:7 TAG', '2:7 TAG']);
});
