import type { Clock } from './clock.ts';

/**
 * Wall-clock time that never jumps while the process lives: the wall clock once, and from then on
 * the monotonic one. A delayed message would otherwise fire early when the wall clock is set
 * forward, and stand still when it is set back.
 */
export function steadyClock(clock: Clock): Clock {
  const offset = clock.now() - clock.monotonic();
  return {
    now: () => offset + clock.monotonic(),
    monotonic: () => clock.monotonic(),
    setTimer: (delayMs, action) => clock.setTimer(delayMs, action),
  };
}
