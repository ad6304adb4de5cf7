import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDurationMs } from '#runtime/module/durations.ts';

test.each([
  ['10ms', 10],
  ['20s', 20_000],
  ['1 min', 60_000],
  ['1minute', 60_000],
  ['3 minutes', 180_000],
  ['2h', 7_200_000],
  ['2 Hours', 7_200_000],
  ['1d', 86_400_000],
  ['7 m', 420_000],
  ['15 SEC', 15_000],
  ['5 millis', 5],
  ['1500µs', 2],
  ['1ns', 1],
  ['250', 250],
  [' 0 ', 0],
])('%s', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each(['', 'ms', '-1s', '1.5s', '1 parsec', '1s 2s', '1e3', '99999999999999999d', '1\u0000s'])(
  'no duration: %j',
  (text) => {
    expect(parseDurationMs(text)).toBeNull();
  },
);

test('whole milliseconds come back as they are, in any unit', () => {
  const units = [
    ['ms', 1],
    ['s', 1000],
    ['min', 60_000],
    ['h', 3_600_000],
  ] as const;
  fc.assert(
    fc.property(fc.nat(1e6), fc.constantFrom(...units), fc.nat(3), (count, [unit, ms], spaces) => {
      expect(parseDurationMs(`${count}${' '.repeat(spaces)}${unit}`)).toBe(count * ms);
    }),
  );
});
