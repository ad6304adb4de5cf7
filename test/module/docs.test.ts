import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kinds } from '#runtime/module/kinds.ts';
import { mistakesIn, parse } from './parsing.ts';

const page = readFileSync(new URL('../../docs/module.md', import.meta.url), 'utf8');
const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!);

test('the first example and that of the older format are complete', () => {
  expect(mistakesIn(parse(examples[0]!))).toEqual([]);
  expect(mistakesIn(parse(examples.at(-1)!))).toEqual([]);
});

test.each(examples)('example %# is right by itself', (example) => {
  const files = { '/run/secrets/client-key-password': 'secret\n' };
  // A single component is no whole module, and its targets are served elsewhere.
  const apart = [
    'WEIR_MODULE_INCOMPLETE',
    'WEIR_MODULE_UNSERVED_TARGET',
    'WEIR_MODULE_UNKNOWN_EGRESS',
  ];
  const mistakes = mistakesIn(parse(example, {}, files));
  expect(mistakes.filter(({ code }) => !apart.includes(code))).toEqual([]);
});

test('every kind is on the page', () => {
  for (const kind of kinds.keys()) expect(page).toContain(`\`${kind}\``);
});
