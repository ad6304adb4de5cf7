import { describe, expect, it } from 'vitest';
import { KillProof } from '#dashboards/console/kill-proof.ts';
import { scoreOf } from '#dashboards/console/score-lines.ts';
import { Tally } from '#dashboards/console/tally.ts';
import { scoreLine } from './fake-application.ts';

/** A tally in which `transactions` are in the log and the first `scored` of them have a score. */
function tallyWith(transactions: number, scored: number): Tally {
  const tally = new Tally();
  tally.ledger.begin(0);
  tally.transactions.lines = transactions;
  tally.transactions.lastNumber = transactions - 1;
  for (let n = 0; n < scored; n++) add(tally, n, 1_000);
  return tally;
}

function add(tally: Tally, n: number, atMs: number): void {
  tally.add(scoreOf(scoreLine(n))!, atMs, true);
}

describe('the proof after a kill', () => {
  it('ends when every transaction that was in has its score, and tells the pause', () => {
    const tally = tallyWith(12, 10);
    const proof = new KillProof(tally, 1_100);
    // Written before the kill, read after it: no sign of a recovery yet.
    add(tally, 10, 1_120);
    proof.gone(42);
    proof.look(1_200);
    expect(proof.current).toMatchObject({ state: 'down', pid: 42, in: 12, open: 1, pauseMs: null });
    tally.transactions.lines = 20;
    add(tally, 12, 2_620);
    proof.look(2_620);
    expect(proof.current).toMatchObject({ state: 'proving', pauseMs: 1_500, open: 1 });
    add(tally, 11, 2_700);
    proof.look(2_700);
    expect(proof.over).toBe(false);
    proof.look(5_000);
    expect(proof.current).toMatchObject({ state: 'proved', lost: 0, doubled: 0 });
  });

  it('fails on a score that comes a second time', () => {
    const tally = tallyWith(10, 10);
    const proof = new KillProof(tally, 1_100);
    proof.gone(42);
    add(tally, 9, 2_000);
    proof.look(2_000);
    proof.look(5_000);
    expect(proof.current).toMatchObject({ state: 'failed', lost: 0, doubled: 1 });
  });

  it('fails on a score that never comes', () => {
    const tally = tallyWith(10, 9);
    const proof = new KillProof(tally, 1_100);
    proof.gone(42);
    add(tally, 10, 2_000);
    proof.look(2_000);
    proof.look(60_000);
    expect(proof.over).toBe(false);
    proof.look(200_000);
    expect(proof.current).toMatchObject({ state: 'failed', lost: 1 });
  });
});

describe('what is lost', () => {
  it('is what stays without a score while later ones have theirs, and waits nowhere', () => {
    const tally = tallyWith(200, 0);
    for (let n = 0; n < 100; n++) if (n !== 7) add(tally, n, 1_000 * n);
    for (let s = 0; s < 29; s++) tally.second(99_000 + s);
    expect(tally.proof(0)).toMatchObject({ in: 200, out: 99, waiting: 101, late: 0, lost: 0 });
    tally.second(99_030);
    expect(tally.proof(0)).toMatchObject({ late: 1, lost: 1, doubled: 0 });
    expect(tally.proof(3)).toMatchObject({ late: 1, lost: 0 });
  });

  it('is nothing while the runtime is down: time stands still then', () => {
    const tally = tallyWith(200, 100);
    for (let s = 0; s < 100; s++) tally.second(1_000_000 + s * 1_000);
    expect(tally.proof(0)).toMatchObject({ waiting: 100, late: 0, lost: 0 });
  });
});
