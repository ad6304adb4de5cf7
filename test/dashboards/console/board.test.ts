import { describe, expect, it } from 'vitest';
import { AdminClient } from '#dashboards/console/admin-client.ts';
import { Board } from '#dashboards/console/board.ts';
import { RuntimePoller } from '#dashboards/console/runtime-poller.ts';
import { scoreOf } from '#dashboards/console/score-lines.ts';
import { seriesSeconds } from '#dashboards/console/second-series.ts';
import { Tally, alertsMax } from '#dashboards/console/tally.ts';
import { Store, columns } from '#dashboards/page/store.ts';
import { scoreLine } from './fake-application.ts';

const start = 1_700_000_000_000;

function boardOf(tally: Tally): Board {
  const { status } = new RuntimePoller(new AdminClient('http://127.0.0.1:1'), 0);
  const review = { version: 0, waiting: 0 };
  return new Board(tally, () => status, { report: null, offered: [] }, review);
}

describe('the board', () => {
  it('gives a page that follows the changes what it gives one that opens late', () => {
    const tally = new Tally();
    const board = boardOf(tally);
    const follower = new Store();
    follower.apply(board.whole(start), true, 0);
    let n = 0;
    for (let tick = 1; tick <= 200; tick++) {
      const now = start + tick * 250;
      for (let i = 0; i < tick % 7; i++) {
        tally.add(scoreOf(scoreLine(n++, n % 5 === 0 ? 0.9 : 0.1))!, now, true);
      }
      if (tick % 50 === 0) board.mark(now, 'lost', 'functions', `lost ${tick}`);
      if (tick % 4 === 0) board.second(now);
      const changes = board.changes(now);
      if (changes === null) continue;
      const wire = JSON.parse(JSON.stringify(changes)) as typeof changes;
      follower.apply(wire, false, now);
      // A page that opened between two ticks gets some of it twice.
      follower.apply(wire, false, now);
    }
    const late = new Store();
    const end = start + 200 * 250;
    late.apply(board.whole(end), true, end);
    expect(follower.alerts).toEqual(late.alerts);
    expect(follower.alerts).toHaveLength(alertsMax);
    expect(follower.markers).toEqual(late.markers);
    expect(follower.markers).toHaveLength(4);
    expect([...follower.series.values()]).toEqual([...late.series.values()]);
    expect(follower.sections).toEqual(late.sections);
  });

  it('has nothing to say when nothing changed', () => {
    const board = boardOf(new Tally());
    expect(board.changes(start)).not.toBeNull();
    expect(board.changes(start + 250)).toBeNull();
  });

  it('means the last ten seconds by the rate, and the last sixty by the average', () => {
    const tally = new Tally();
    const board = boardOf(tally);
    expect(board.overview(start)).toMatchObject({ averageScore: null, transactionsPerSecond: 0 });
    let n = 0;
    for (let second = 0; second < 120; second++) {
      for (let i = 0; i < 3; i++) {
        const score = second < 60 ? 0.5 : 0.1;
        tally.add(scoreOf(scoreLine(n++, score))!, start + second * 1_000, true);
      }
    }
    const overview = board.overview(start + 120_000);
    expect(overview).toMatchObject({ scored: 360, transactionsPerSecond: 3, averageScore: 0.1 });
    expect(overview.alerts).toBe(180);
  });
});

describe('the memory of the page', () => {
  it('does not grow in a day', () => {
    const store = new Store();
    for (let second = 0; second < 86_400; second += 1) {
      const nowMs = start + second * 1_000;
      const row = [nowMs / 1_000, 5, 0.1, 0] as const;
      store.apply({ nowMs, series: [row] }, false, nowMs);
    }
    expect(store.series.size).toBeLessThanOrEqual(seriesSeconds + 1);
  });

  it('shows a pause as a gap, and averages ten seconds', () => {
    const store = new Store();
    const first = start / 1_000;
    const rows = [];
    for (let s = 0; s < 40; s++) if (s < 20 || s > 24) rows.push([first + s, 2, 0.4, 0] as const);
    store.apply({ nowMs: start + 40_000, series: rows }, true, 0);
    const { seconds, average, perSecond } = columns(store, start + 40_000, 300);
    expect(seconds[0]).toBe(first);
    expect(seconds).toHaveLength(40);
    expect(average[19]).toBeCloseTo(0.2);
    expect(average.slice(21, 25)).toEqual([null, null, null, null]);
    expect(average[39]).toBeCloseTo(0.2);
    expect(perSecond[22]).toBe(0);
  });
});
