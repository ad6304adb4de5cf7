import { describe, expect, it } from 'vitest';
import { LatencySeries } from '#dashboards/console/latency-series.ts';
import { VersionBoard } from '#dashboards/console/version-board.ts';

const startMs = 1_700_000_000_000;
const startSecond = startMs / 1000;

describe('the time from the log to the score', () => {
  it('is told by quantile, right to a tenth', () => {
    const series = new LatencySeries();
    series.in(99, startMs);
    for (let n = 0; n < 100; n++) series.out(n, startMs + 10 * (n + 1));
    const p50 = series.quantile(0.5, startSecond, startSecond + 1)!;
    const p99 = series.quantile(0.99, startSecond, startSecond + 1)!;
    expect(p50).toBeGreaterThanOrEqual(500);
    expect(p50).toBeLessThanOrEqual(550);
    expect(p99).toBeGreaterThanOrEqual(990);
    expect(p99).toBeLessThanOrEqual(1_089);
    expect(series.quantile(0.5, startSecond - 10, startSecond - 1)).toBeNull();
  });

  it('is counted from when the transaction was first there', () => {
    const series = new LatencySeries();
    for (let read = 0; read < 10; read++) series.in(10 * read + 9, startMs + 100 * read);
    series.out(55, startMs + 600);
    expect(series.quantile(1, startSecond, startSecond)).toBe(108);
  });

  it('leaves out what was there before it began', () => {
    const series = new LatencySeries();
    series.out(5, startMs);
    expect(series.quantile(0.99, startSecond, startSecond)).toBeNull();
  });

  it('counts slow seconds, and forgets after a quarter of an hour', () => {
    const series = new LatencySeries();
    for (let second = 0; second < 20; second++) {
      const late = second >= 5 && second < 8 ? 900 : 200;
      series.in(second, startMs + 1000 * second);
      series.out(second, startMs + 1000 * second + late);
    }
    expect(series.secondsAbove(500, startSecond, startSecond + 19)).toBe(3);
    series.in(20, startMs + 905_000);
    series.out(20, startMs + 905_200);
    expect(series.quantile(1, startSecond + 5, startSecond + 5)).toBeNull();
  });
});

describe('versions', () => {
  it('arrive when another one was there before, or after a while', () => {
    const board = new VersionBoard();
    board.add('v1', startMs, true);
    expect(board.takeArrivals()).toEqual([]);
    board.add('v2', startMs + 100, true);
    // The two overlap while one takes over.
    board.add('v1', startMs + 150, true);
    board.add('v2', startMs + 200, true);
    expect(board.takeArrivals()).toEqual(['v2']);
    board.add('v1', startMs + 20_000, true);
    board.add('', startMs + 20_000, true);
    expect(board.takeArrivals()).toEqual(['v1']);
    expect(board.scoredBy('v1')).toBe(3);
    const other = new VersionBoard();
    other.restore(board.rows());
    expect(other.rows()).toEqual(board.rows());
  });

  it('are at most twenty', () => {
    const board = new VersionBoard();
    for (let n = 0; n < 50; n++) board.add(`v${n}`, startMs + n, true);
    expect(board.rows()).toHaveLength(20);
    expect(board.scoredBy('v49')).toBe(1);
  });
});
