import { messageOf } from '#protocol/errors.ts';
import type { Clock } from '../ports/clock.ts';

/**
 * Whether `work` ended within `limitMs`; rejects if it did so by then. Work that takes longer goes
 * on, and nobody hears of it any more.
 */
export function endsWithin(
  clock: Clock,
  limitMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimer(limitMs, () => resolve(false));
    work.then(
      () => {
        timer.cancel();
        resolve(true);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(messageOf(error)));
      },
    );
  });
}
