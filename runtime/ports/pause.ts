import type { Clock } from './clock.ts';

/*
 * Waiting that an end cuts short. Nothing is left behind on the signal: a race with a promise that
 * lives as long as the process would keep some 300 bytes of every wait, for ever.
 */

/** Waits so many milliseconds, or until the signal. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  const wake = Promise.withResolvers<void>();
  const timer = clock.setTimer(delayMs, wake.resolve);
  return readyOr(signal, wake.promise).finally(() => timer.cancel());
}

/** Waits for `ready`, whose rejection is its own, or until the signal. */
export function readyOr(signal: AbortSignal, ready: Promise<void>): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const ended = Promise.withResolvers<void>();
  const stop = (): void => ended.resolve();
  signal.addEventListener('abort', stop);
  return Promise.race([ready, ended.promise]).finally(() => {
    signal.removeEventListener('abort', stop);
  });
}
