import { expect, test } from 'vitest';
import { Pulse, PulseMonitor } from '#runtime/snapshot/pulse.ts';
import { StandingClock } from '../transport/kit.ts';

test('a loop that goes on has a pulse; one that stands still loses it, and may find it again', () => {
  const clock = new StandingClock();
  /** The loop that is watched has a clock of its own, which stands still with it. */
  const loop = new StandingClock();
  const pulse = new Pulse(loop);
  const monitor = new PulseMonitor(pulse.counter, clock, 60_000);
  for (let at = 0; at <= 300_000; at += 5_000) {
    loop.advanceTo(at);
    clock.advanceTo(at);
    expect(monitor.moves).toBe(true);
  }
  clock.advanceTo(359_999);
  expect(monitor.moves).toBe(true);
  clock.advanceTo(360_000);
  expect(monitor.moves).toBe(false);
  loop.advanceTo(360_000);
  expect(monitor.moves).toBe(true);
  pulse.stop();
  expect(loop.timers).toBe(0);
});
