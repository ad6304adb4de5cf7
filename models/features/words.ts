/** How reasons write numbers. */

export function money(value: number): string {
  return value.toFixed(2);
}

export function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function percent(value: number): string {
  return `${number(100 * value)} %`;
}

export function whole(count: number): string {
  return `${Math.round(count)} transaction${Math.round(count) === 1 ? '' : 's'}`;
}

export function frauds(count: number): string {
  return `${number(count)} fraud${number(count) === '1' ? '' : 's'}`;
}

export function period(days: number): string {
  return days === 1 ? '24 hours' : `${days} days`;
}

export function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
