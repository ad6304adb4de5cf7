import type { Progress } from './generator.ts';
import { dayMs } from './transaction.ts';

export interface Span {
  /** Days since 1970-01-01 UTC. */
  readonly firstDay: number;
  /** Null: endless. */
  readonly endDay: number | null;
}

/** What the process says of itself every few seconds: how far, how fast, and how far behind. */
export function progressLine(progress: Progress, perSecond: number, span: Span): string {
  const eventTime = new Date(progress.eventMs).toISOString().slice(0, 16).replace('T', ' ');
  const parts = [
    `${eventTime}${shareOf(progress, span)}`,
    `${Math.round(perSecond)} transactions/s${stateOf(progress)}`,
    `${progress.transactionsInAll} in all`,
    `lag ${(progress.lagMs / 1000).toFixed(1)} s`,
    `backlog ${(progress.backlogBytes / 1024 / 1024).toFixed(1)} MiB`,
  ];
  return parts.join('  ');
}

function shareOf({ eventMs }: Progress, { firstDay, endDay }: Span): string {
  if (endDay === null) return '';
  const share = (eventMs / dayMs - firstDay) / (endDay - firstDay);
  return ` (${Math.floor(100 * Math.min(1, Math.max(0, share)))} %)`;
}

function stateOf({ state, problem }: Progress): string {
  if (state === 'running') return '';
  return problem === null ? ` (${state})` : ` (${state}: ${problem})`;
}
