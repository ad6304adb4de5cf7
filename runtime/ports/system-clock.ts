import { randomBytes } from 'node:crypto';
import type { Clock, Random } from './clock.ts';

const maxDelayMs = 2 ** 31 - 1; // setTimeout fires at once beyond it

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer(delayMs, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, delayMs), maxDelayMs));
    return { cancel: () => clearTimeout(timer) };
  },
};

export const systemRandom: Random = {
  next: () => Math.random(),
  hex: (bytes) => randomBytes(bytes).toString('hex'),
};
