import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import type { Clock } from '#runtime/ports/clock.ts';
import { pause, readyOr } from '#runtime/ports/pause.ts';

/** Its timers fire when the test says so. */
class HandTimers implements Pick<Clock, 'setTimer'> {
  readonly set = new Set<() => void>();

  setTimer(_delayMs: number, action: () => void): { cancel(): void } {
    this.set.add(action);
    return { cancel: () => void this.set.delete(action) };
  }
}

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

test('a pause ends by its timer, and leaves nothing on a signal that outlives it', async () => {
  const timers = new HandTimers();
  const { signal } = new AbortController();
  for (let i = 0; i < 100; i++) {
    const waits = pause(timers as unknown as Clock, 1_000, signal);
    expect(listeners(signal)).toBe(1);
    for (const fire of timers.set) fire();
    await waits;
    expect(listeners(signal)).toBe(0);
    expect(timers.set.size).toBe(0);
  }
});

test('the signal ends it, at once if it came before, and takes the timer back', async () => {
  const timers = new HandTimers();
  const controller = new AbortController();
  const waits = pause(timers as unknown as Clock, 1_000, controller.signal);
  controller.abort();
  await waits;
  await pause(timers as unknown as Clock, 1_000, controller.signal);
  expect(timers.set.size).toBe(0);
  expect(listeners(controller.signal)).toBe(0);
});

test('what is waited for may fail, and its failure is told', async () => {
  const { signal } = new AbortController();
  const failing = readyOr(signal, Promise.reject(new Error('the source broke')));
  await expect(failing).rejects.toThrow('the source broke');
  await readyOr(signal, Promise.resolve());
  expect(listeners(signal)).toBe(0);
});
