import { describe, expect, it } from 'vitest';
import type { Score } from '#dashboards/console/frame.ts';
import { PersonaBoard } from '#dashboards/console/persona-board.ts';
import { scoreOf } from '#dashboards/console/score-lines.ts';

function score(n: number, changes: Partial<Score> = {}): Score {
  return {
    ...{ transactionId: `t-${n}`, accountId: 'a', merchantId: 'm', amount: 5, atMs: n },
    ...{ score: 0.1, model: 'first', alert: false, reasons: [], persona: 'newcomer' },
    ...{ version: '', byModel: {} },
    evidence: { count: n, z: null, regret: null },
    ...changes,
  };
}

describe('the board of personas', () => {
  it('tells the model that gives most of the newest scores, and since when', () => {
    const board = new PersonaBoard();
    for (let n = 0; n < 1_000; n++) board.add(score(n));
    for (let n = 0; n < 100; n++) board.add(score(n, { persona: 'other', model: 'third' }));
    expect(board.rows()).toEqual([
      {
        ...{ name: 'newcomer', scored: 1_000, model: 'first', share: 1, sinceMs: 0, average: 0.1 },
        evidence: { count: 999, z: null, regret: null },
      },
      expect.objectContaining({ name: 'other', scored: 100, model: 'third' }),
    ]);
    const evidence = { count: 7, z: 2.5, regret: null };
    for (let n = 1_000; n < 2_500; n++) {
      board.add(score(n, { model: 'second', score: 0.3, evidence }));
    }
    const [changed] = board.rows();
    expect(changed).toMatchObject({ model: 'second', evidence });
    // When half of some five hundred were the other's.
    expect(changed!.sinceMs).toBeGreaterThan(1_200);
    expect(changed!.sinceMs).toBeLessThan(1_500);
    expect(changed!.share).toBeGreaterThan(0.9);
    expect(changed!.average).toBeGreaterThan(0.28);
  });

  it('is the same after a restart, and bounded', () => {
    const board = new PersonaBoard();
    for (let n = 0; n < 200; n++) board.add(score(n, { persona: `p-${n}` }));
    expect(board.rows()).toHaveLength(32);
    const other = new PersonaBoard();
    other.restore(JSON.parse(JSON.stringify(board.rows())) as ReturnType<PersonaBoard['rows']>);
    expect(other.rows()).toEqual(board.rows());
  });

  it('leaves out scores that do not say whom they are of', () => {
    const board = new PersonaBoard();
    const line = JSON.stringify({
      json: { transactionId: 't-1', score: 0.5, evidence: { z: 'x' } },
    });
    const read = scoreOf(line)!;
    expect(read).toMatchObject({
      persona: '',
      reasons: [],
      evidence: { count: 0, z: null, regret: null },
    });
    board.add(read);
    expect(board.rows()).toEqual([]);
  });
});
