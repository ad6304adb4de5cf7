import { describe, expect, test } from 'vitest';
import { faultsOf, isComplete, type Picture } from './ledger.ts';
import type { Output, Record } from './records.ts';

/** Ten records of one key, with everything that must come of them. */
const input: readonly Record[] = Array.from({ length: 10 }, (_, i) => ({ key: 'a', n: i + 1 }));
const output: readonly Output[] = [
  ...input.map(({ n }) => ({ kind: 'count', key: 'a', n, count: n }) as const),
  ...input.map(({ n }) => ({ kind: 'total', total: 't', key: 'a', n, count: n }) as const),
  { kind: 'timer', key: 'a', n: 10, earlyMs: -3 },
];
const right: Picture = { input, output };

function faultsWith(change: (lines: Output[]) => Output[], complete = true): string[] {
  return faultsOf({ input, output: change([...output]) }, { complete });
}

test('what is right has no fault', () => {
  expect(faultsOf(right, { complete: true })).toEqual([]);
  expect(isComplete(right)).toBe(true);
});

test('what has not come out yet is a fault only in the end', () => {
  const some = (lines: Output[]): Output[] => lines.slice(0, 5);
  expect(faultsWith(some, false)).toEqual([]);
  expect(faultsWith(some)).not.toEqual([]);
  expect(isComplete({ input, output: some([...output]) })).toBe(false);
});

describe('each kind of harm is a fault', () => {
  const without = (at: number) => (lines: Output[]) => lines.toSpliced(at, 1);
  const doubled = (at: number) => (lines: Output[]) => lines.toSpliced(at, 0, lines[at]!);
  const swapped = (at: number) => (lines: Output[]) =>
    lines.toSpliced(at, 2, lines[at + 1]!, lines[at]!);
  const changed = (at: number, more: object) => (lines: Output[]) =>
    lines.with(at, { ...lines[at]!, ...more });
  test.each<[string, (lines: Output[]) => Output[], boolean]>([
    ['a record lost in the middle', without(4), false],
    ['the last record lost', without(9), true],
    ['a record doubled', doubled(4), false],
    ['two records swapped', swapped(4), false],
    ['state that went back', changed(4, { count: 4 }), false],
    ['state that was counted twice', changed(4, { count: 6 }), false],
    ['a message to another function lost', without(14), false],
    ['a message to another function doubled', doubled(14), false],
    ['a timer that fired twice', doubled(20), false],
    ['a timer that fired early', changed(20, { earlyMs: 50 }), false],
    ['a timer that nobody set', changed(20, { n: 3 }), false],
    ['a timer lost', without(20), true],
  ])('%s', (_, change, complete) => {
    expect(faultsWith(change, complete)).not.toEqual([]);
  });
});
