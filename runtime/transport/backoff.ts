import type { Random } from '#runtime/ports/clock.ts';

const firstDelayMs = 10;
const maxDelayMs = 10_000;

/**
 * Milliseconds before the retry that follows failed attempt number `failures` (1, 2, …): 10 ms
 * doubled each time up to 10 s, with full jitter, i.e. uniform in (0, delay]. Without the jitter
 * all requests that a restart interrupted would come back in the same millisecond.
 */
export function retryDelayMs(failures: number, random: Random): number {
  const ceilingMs = Math.min(maxDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 20));
  return ceilingMs * (1 - random.next());
}
