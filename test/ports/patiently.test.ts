import { beforeEach, describe, expect, test } from 'vitest';
import { WeirError } from '#protocol/errors.ts';
import { patiently, type Patience } from '#runtime/ports/patiently.ts';
import { StandingClock } from '../transport/kit.ts';

const startBudgetMs = 1_000;
const retryMs = 100;

let clock: StandingClock;
let ended: AbortController;
let failures: unknown[];
let patience: Patience;

beforeEach(() => {
  clock = new StandingClock();
  ended = new AbortController();
  failures = [];
  patience = {
    ...{ clock, startBudgetMs, retryMs, ended: ended.signal, what: 'waits for a service' },
    failed: (error) => failures.push(error),
    unreachable: (message, options) =>
      new WeirError('TEST_UNREACHABLE', message, 'wait', options.cause),
  };
});

/** Lets time pass until it is settled. */
async function settled<T>(waiting: Promise<T>): Promise<T> {
  let isSettled = false;
  const end = (): boolean => (isSettled = true);
  waiting.then(end, end);
  while (!isSettled) {
    clock.advanceTo(clock.monotonic() + 1);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return waiting;
}

function failing(times: number, error = new Error('not there')): () => Promise<number> {
  let attempts = 0;
  return () => (++attempts > times ? Promise.resolve(attempts) : Promise.reject(error));
}

describe('patience with a service at the start', () => {
  test('tries again until it is there, and tells of every failure', async () => {
    expect(await settled(patiently(failing(3), patience))).toBe(4);
    expect(failures).toHaveLength(3);
    expect(clock.monotonic()).toBeGreaterThanOrEqual(3 * retryMs);
  });

  test('ends with its budget, by the error that names the last reason', async () => {
    const waiting = settled(patiently(failing(Infinity), patience));
    await expect(waiting).rejects.toMatchObject({
      code: 'TEST_UNREACHABLE',
      message: 'waits for a service: not there',
      cause: new Error('not there'),
    });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(startBudgetMs);
    expect(failures.length).toBeLessThanOrEqual(startBudgetMs / retryMs + 1);
  });

  test('does not wait for what no time mends', async () => {
    const wrong = new WeirError('TEST_WRONG_POSITION', 'behind the end of the log', 'mend');
    await expect(settled(patiently(failing(1, wrong), patience))).rejects.toBe(wrong);
    expect(failures).toEqual([]);
  });

  test('ends at once when nobody waits any more', async () => {
    const waiting = patiently(failing(Infinity), patience);
    await new Promise((resolve) => setImmediate(resolve));
    ended.abort();
    await expect(waiting).rejects.toThrow('not there');
    expect(clock.monotonic()).toBe(0);
    expect(clock.timers).toBe(0);
  });
});
