import { describe, expect, it } from 'vitest';
import { QualityBoard } from '#dashboards/console/quality-board.ts';
import { RecentScores } from '#dashboards/console/recent-scores.ts';
import { scoreOf } from '#dashboards/console/score-lines.ts';
import { averagePrecision, brierScore } from '#models/metrics.ts';
import { reliability } from '#models/reliability.ts';
import { scoreLine } from './fake-application.ts';

const dayMs = 86_400_000;
const perDay = 100;

/** Every tenth is a fraud; the good model knows, the other says the same of all. */
function scoreAt(n: number) {
  const good = n % 10 === 0 ? 0.8 : 0.1 + (n % 7) / 100;
  const atMs = Math.floor(n / perDay) * dayMs + (n % perDay);
  return scoreOf(scoreLine(n, 0.1, { atMs, byModel: { good, flat: 0.1 } }))!;
}

describe('the quality of the models', () => {
  it('is of the days whose labels are mature, against the labels that came', () => {
    const board = new QualityBoard();
    for (let n = 0; n < 8 * perDay; n++) {
      board.add(scoreAt(n));
      if (n % 10 === 0) board.label(`t-${n}`, true);
    }
    // On the eighth day the first one is seven days old.
    const [flat, good] = board.rows;
    expect([flat!.name, good!.name]).toEqual(['flat', 'good']);
    expect(good).toMatchObject({ days: 1, transactions: perDay, frauds: 10 });
    const rows = Array.from({ length: perDay }, (_, n) => scoreAt(n));
    const labels = Uint8Array.from(rows, (_, n) => (n % 10 === 0 ? 1 : 0));
    for (const [name, quality] of [
      ['good', good],
      ['flat', flat],
    ] as const) {
      const scores = Float64Array.from(rows, ({ byModel }) => byModel[name]!);
      expect(quality!.averagePrecision).toBeCloseTo(averagePrecision(scores, labels), 10);
      expect(quality!.brier).toBeCloseTo(brierScore(scores, labels), 10);
      expect(quality!.curve).toEqual(reliability(scores, labels));
    }
    expect(flat!.curve).toMatchObject([{ from: 0.1, to: 0.2, transactions: perDay, frauds: 10 }]);
    expect(good!.averagePrecision).toBe(1);
    expect(flat!.averagePrecision!).toBeLessThan(0.2);
  });

  it('says nothing while there are too few frauds, and forgets old days', () => {
    const board = new QualityBoard();
    for (let n = 0; n < 8 * perDay; n++) board.add(scoreAt(n));
    expect(board.rows[0]).toMatchObject({ frauds: 0, averagePrecision: null, curve: null });
    for (let n = 8 * perDay; n < 40 * perDay; n++) board.add(scoreAt(n));
    expect(board.rows[0]).toMatchObject({ days: 7, transactions: 7 * perDay });
  });
});

describe('recent scores', () => {
  it('are found by account and by id, newest first, in bounded memory', () => {
    const recent = new RecentScores();
    const alertOf = (n: number) => ({ accountId: n % 3 === 0 ? 'a' : 'b', alert: n % 6 === 0 });
    for (let n = 0; n < 50_000; n++) recent.add(scoreOf(scoreLine(n, 0.1, alertOf(n)))!);
    expect(recent.ofAccount('a', 2).map(({ transactionId }) => transactionId)).toEqual([
      't-49998',
      't-49995',
    ]);
    expect(recent.byId('t-49999')?.accountId).toBe('b');
    expect(recent.byId('t-5')).toBeNull();
    expect(recent.mostAlerts(5)).toEqual([{ accountId: 'a', alerts: 6_667 }]);
  });
});
