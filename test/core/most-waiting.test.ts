import { expect, test } from 'vitest';
import { MostWaiting } from '#runtime/core/most-waiting.ts';

interface Active {
  readonly type: string;
  readonly id: string;
  count: number;
  readonly inFlight: number;
  readonly parking: null;
}

/** Types with addresses, each with so many messages. */
function typesOf(counts: Readonly<Record<string, readonly number[]>>) {
  return new Map(
    Object.entries(counts).map(([type, of]) => {
      const each = of.map((count, i): [string, Active] => [
        `id-${i}`,
        { type, id: `id-${i}`, count, inFlight: 1, parking: null },
      ]);
      return [type, { active: new Map(each) }];
    }),
  );
}

test('finds those with the most messages of all types, a piece at a time', () => {
  const counts = Array.from({ length: 1_000 }, (_, i) => 1 + ((i * 389) % 1_000));
  const search = new MostWaiting(typesOf({ 't/a': counts, 't/b': [5, 2_000, 0] }), 3);
  let pieces = 1;
  for (; search.look(100); pieces++) expect(search.lookedAt).toBe(100 * pieces);
  expect(pieces).toBe(11);
  expect(search.lookedAt).toBe(1_003);
  expect(search.top().map(({ type, messages }) => [type, messages])).toEqual([
    ['t/b', 2_000],
    ['t/a', 1_000],
    ['t/a', 999],
  ]);
});

test('leaves out who has nothing, and keeps the order in which equals were met', () => {
  const search = new MostWaiting(typesOf({ 't/a': [0, 7, 7, 0, 7] }), 10);
  expect(search.look(100)).toBe(false);
  expect(search.top().map(({ id }) => id)).toEqual(['id-1', 'id-2', 'id-4']);
});

test('lists one that went idle and came back between two pieces once, as it is now', () => {
  const types = typesOf({ 't/a': [9, 1, 1] });
  const search = new MostWaiting(types, 10);
  search.look(2);
  const { active } = types.get('t/a')!;
  const [first] = active.values();
  active.delete('id-0');
  active.set('id-0', { ...first!, count: 4 });
  expect(search.look(100)).toBe(false);
  expect(search.top().map(({ id, messages }) => [id, messages])).toEqual([
    ['id-0', 4],
    ['id-1', 1],
    ['id-2', 1],
  ]);
});
