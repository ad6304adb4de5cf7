import { sdkErrors } from './errors.ts';

const unitsMs = {
  ms: 1,
  s: 1000,
  second: 1000,
  seconds: 1000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  day: 86_400_000,
  days: 86_400_000,
} as const;

/** Milliseconds, or a text such as `500 ms`, `1.5 hours` or `30 days`. */
export type Duration = number | `${number} ${keyof typeof unitsMs}`;

// A century. Beyond it `now + delay` leaves the range of a signed 64-bit time on some runtimes.
const longestMs = 36_525 * 86_400_000;
const pattern = /^(\d+(?:\.\d+)?) ([a-z]+)$/;

/** Whole milliseconds of a duration, rounded up so that nothing happens early. */
export function durationMs(duration: Duration, what: string): number {
  const exactMs = typeof duration === 'number' ? duration : parse(duration);
  if (!(exactMs >= 0 && exactMs <= longestMs)) {
    const shown = typeof duration === 'string' ? `"${duration}"` : String(duration);
    throw sdkErrors.DURATION(`${what}: ${shown} is not a duration from 0 to 100 years`);
  }
  return Math.ceil(exactMs);
}

function parse(text: unknown): number {
  const match = typeof text === 'string' ? pattern.exec(text) : null;
  const unit = match?.[2];
  if (unit === undefined || !Object.hasOwn(unitsMs, unit)) return NaN;
  return Number(match?.[1]) * unitsMs[unit as keyof typeof unitsMs];
}
