import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BatchTurns, type Sliced } from '#sdk/batch-turns.ts';

/** Takes so many calls until it is done, and notes each. */
function work(name: string, calls: number, seen: string[]): Sliced {
  let left = calls;
  return {
    runUntil(endMs) {
      seen.push(name);
      while (performance.now() <= endMs); // as long as it may
      return --left === 0;
    },
  };
}

test('what came first is done first, over as many turns as it takes', async () => {
  const [turns, seen] = [new BatchTurns(), [] as string[]];
  turns.add(work('a', 3, seen));
  turns.add(work('b', 1, seen));
  turns.add(work('c', 2, seen));
  expect(seen).toEqual(['a']); // at once, and then others have a turn
  for (let i = 0; i < 8; i++) await turn();
  expect(seen).toEqual(['a', 'a', 'a', 'b', 'c', 'c']);
});

test('what throws has no more turns, and those behind it have theirs', async () => {
  const [turns, seen] = [new BatchTurns(), [] as string[]];
  const throwing: Sliced = {
    runUntil() {
      turns.add(work('b', 1, seen)); // comes while it runs
      throw new Error('as asked');
    },
  };
  expect(() => turns.add(throwing)).toThrow('as asked');
  for (let i = 0; i < 4; i++) await turn();
  expect(seen).toEqual(['b']);
});
