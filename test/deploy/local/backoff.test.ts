import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../deploy/local/backoff.ts';

describe('the delays before restarts', () => {
  it('double from 10 ms and end at 10 s', () => {
    const backoff = new Backoff();
    const delays = Array.from({ length: 13 }, () => backoff.next(5));
    expect(delays.slice(0, 4)).toEqual([10, 20, 40, 80]);
    expect(delays.slice(-2)).toEqual([10_000, 10_000]);
  });

  it('begin anew after a part was healthy for a while', () => {
    const backoff = new Backoff();
    for (let i = 0; i < 8; i++) backoff.next(5);
    expect(backoff.next(10_000)).toBe(10);
    expect(backoff.next(9_999)).toBe(20);
  });
});
