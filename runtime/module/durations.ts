/** Milliseconds of each unit, by every spelling that Flink's `TimeUtils` knows. */
const unitMs = new Map<string, number>(
  (
    [
      [86_400_000, ['d'], ['day']],
      [3_600_000, ['h'], ['hour']],
      [60_000, ['min', 'm'], ['minute']],
      [1000, ['s'], ['sec', 'second']],
      [1, ['ms'], ['milli', 'millisecond']],
      [1e-3, ['µs', 'μs'], ['micro', 'microsecond']],
      [1e-6, ['ns'], ['nano', 'nanosecond']],
    ] as const
  ).flatMap(([ms, symbols, names]) =>
    [...symbols, ...names, ...names.map((name) => `${name}s`)].map((unit) => [unit, ms] as const),
  ),
);

/**
 * Milliseconds of a duration in the syntax of Flink's `TimeUtils`: a whole number and a unit, with
 * or without space between, in any case; without a unit it is milliseconds. Fractions of a
 * millisecond are rounded up, so that a short time never becomes none. Null if it is none.
 */
export function parseDurationMs(text: string): number | null {
  const match = /^([0-9]+)\s*(\p{L}*)$/u.exec(text.trim());
  if (match === null) return null;
  const perUnit = match[2] === '' ? 1 : unitMs.get(match[2]!.toLowerCase());
  if (perUnit === undefined) return null;
  const ms = Math.ceil(Number(match[1]) * perUnit);
  return Number.isSafeInteger(ms) ? ms : null;
}
