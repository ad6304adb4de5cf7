/** Numbers, money and times in the reader's language; the zone is the reader's, but for event time. */
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const money = new Intl.NumberFormat(undefined, { style: 'currency', currency: 'EUR' });
const clockTime = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
const exactTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const simulated = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const simulatedShort = new Intl.DateTimeFormat(undefined, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const shares = new Intl.NumberFormat(undefined, {
  style: 'percent',
  maximumSignificantDigits: 2,
});
const scores = new Map(
  [2, 3].map((digits) => [
    digits,
    new Intl.NumberFormat(undefined, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }),
  ]),
);

/** `12,345` */
export function count(value: number): string {
  return whole.format(value);
}

/** Per second, without the unit: `1,240`, and `8.3` below ten. */
export function rate(value: number): string {
  return value < 9.95 && value > 0 ? oneDigit.format(value) : whole.format(value);
}

/** A score between 0 and 1: `0.97`, averages as `0.021`. */
export function score(value: number, digits: 2 | 3 = 2): string {
  return scores.get(digits)!.format(value);
}

export function amount(value: number): string {
  return money.format(value);
}

/** A share of which small ones count: `0.12 %`, `14 %`. */
export function share(value: number): string {
  return shares.format(value);
}

/** Wall-clock time of day, in the reader's zone. */
export function timeOfDay(atMs: number): string {
  return clockTime.format(atMs);
}

export function exact(atMs: number): string {
  return exactTime.format(atMs);
}

/** Event time; its zone is UTC. */
export function simulatedTime(atMs: number, short = false): string {
  return (short ? simulatedShort : simulated).format(atMs);
}

/** `0.2 s ago`, `14 s ago`, `3 min ago` */
export function ago(ms: number): string {
  if (ms < 10_000) return `${oneDigit.format(Math.max(0, ms) / 1000)} s ago`;
  if (ms < 60_000) return `${whole.format(ms / 1000)} s ago`;
  if (ms < 3_600_000) return `${whole.format(ms / 60_000)} min ago`;
  return `${whole.format(ms / 3_600_000)} h ago`;
}

/** `1.4 s` */
export function seconds(ms: number): string {
  return `${oneDigit.format(ms / 1000)} s`;
}

/** `2.4 ms`, `281 ms`, `12.7 s`, and a dash for what is not known. */
export function milliseconds(ms: number | null): string {
  if (ms === null) return '–';
  if (ms > 0 && ms < 9.95) return `${oneDigit.format(ms)} ms`;
  return ms < 2_000 ? `${whole.format(ms)} ms` : seconds(ms);
}

/** `1.4 MB` */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [rest, unit] = [value, 0];
  while (rest >= 1000 && unit < units.length - 1) [rest, unit] = [rest / 1000, unit + 1];
  return `${(rest < 10 && unit > 0 ? oneDigit : whole).format(rest)} ${units[unit]}`;
}

/** `logistic regression` */
export function modelName(model: string): string {
  return model.replaceAll('-', ' ');
}

/** `frequent, large` */
export function personaName(persona: string): string {
  return persona === '' ? 'no persona' : persona.replaceAll('-', ', ');
}

export const dayMs = 86_400_000;

/** How fast simulated time runs: `1 day = 30 s`, `1 hour = 12 s`. */
export function speed(simulatedPerWall: number): string {
  const dayTakesS = dayMs / simulatedPerWall / 1000;
  if (dayTakesS >= 0.95 && dayTakesS <= 120) return `1 day ≈ ${whole.format(dayTakesS)} s`;
  if (dayTakesS < 0.95) return `${whole.format(1 / dayTakesS)} days ≈ 1 s`;
  const hourTakesS = dayTakesS / 24;
  if (hourTakesS <= 120) return `1 hour ≈ ${whole.format(hourTakesS)} s`;
  return simulatedPerWall < 1.5 ? 'real time' : `1 s ≈ ${whole.format(simulatedPerWall)} s`;
}
