import type { KillReport } from './frame.ts';
import type { Tally } from './tally.ts';

const settleMs = 2_000;
const patienceMs = 120_000;

/** Follows one kill from the signal to the proof that it lost and doubled nothing (E6). */
export class KillProof {
  private readonly tally: Tally;
  private report: KillReport;
  private readonly lastNumber: number;
  private readonly doubledBefore: number;
  private lastScoreAtMs: number;
  private scoredBefore: number;
  private recoveredAtMs = 0;

  constructor(tally: Tally, nowMs: number) {
    this.tally = tally;
    this.lastNumber = tally.transactions.lastNumber;
    this.doubledBefore = tally.ledger.doubled;
    this.scoredBefore = tally.scored;
    this.lastScoreAtMs = tally.lastScoreAtMs;
    this.report = {
      state: 'killing',
      pid: null,
      killedAtMs: nowMs,
      pauseMs: null,
      in: tally.transactions.lines,
      open: null,
      lost: null,
      doubled: 0,
    };
  }

  get current(): KillReport {
    return this.report;
  }

  get over(): boolean {
    return this.report.state === 'proved' || this.report.state === 'failed';
  }

  /**
   * The process is gone, and the logs were read to their end after that: any later score comes
   * from the process that recovered.
   */
  gone(pid: number): void {
    this.scoredBefore = this.tally.scored;
    this.lastScoreAtMs = this.tally.lastScoreAtMs;
    this.report = { ...this.report, state: 'down', pid };
  }

  /** Looks at the tally again; call it after every read of the logs. */
  look(nowMs: number): void {
    if (this.over || this.report.state === 'killing') return;
    if (this.report.state === 'down' && this.tally.scored > this.scoredBefore) {
      this.recoveredAtMs = this.tally.lastScoreAtMs;
      const from = this.lastScoreAtMs === 0 ? this.report.killedAtMs : this.lastScoreAtMs;
      this.report = { ...this.report, state: 'proving', pauseMs: this.recoveredAtMs - from };
    }
    const open = this.open();
    const doubled = this.tally.ledger.doubled - this.doubledBefore;
    this.report = { ...this.report, open, doubled };
    const settled = this.recoveredAtMs > 0 && nowMs - this.recoveredAtMs >= settleMs;
    if (this.report.state === 'proving' && settled && (open ?? 0) === 0) {
      this.end(doubled === 0 ? 'proved' : 'failed', open);
    } else if (nowMs - this.report.killedAtMs > patienceMs) {
      this.end('failed', open);
    }
  }

  private open(): number | null {
    if (this.lastNumber < 0 || this.tally.ledger.first === null) return null;
    return this.tally.ledger.missingBelow(this.lastNumber + 1);
  }

  private end(state: 'proved' | 'failed', lost: number | null): void {
    this.report = { ...this.report, state, lost };
  }
}
