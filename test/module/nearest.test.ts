import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '#runtime/module/nearest.ts';

test('the distance counts insertions, deletions and substitutions', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
  expect(editDistance('same', 'same')).toBe(0);
});

test('it is a metric', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b, 2) <= 2).toBe(editDistance(a, b) <= 2);
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});

test('what was meant is found, and nothing else', () => {
  const keys = ['pool_size', 'pool_ttl', 'connect', 'call'];
  expect(nearest('poolSize', keys)).toBe('pool_size');
  expect(nearest('conect', keys)).toBe('connect');
  expect(nearest('cal', keys)).toBe('call');
  expect(nearest('colour', keys)).toBeNull();
  expect(nearest('x'.repeat(1000), keys)).toBeNull();
  expect(nearest('x', [])).toBeNull();
});
