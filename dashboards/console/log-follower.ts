import { join } from 'node:path';
import { FolderReader } from './folder-reader.ts';
import type { Alert, Score } from './frame.ts';
import type { LinesRead } from './folder-reader.ts';
import {
  countLines,
  eachLine,
  feedbackOf,
  firstAndLast,
  numberOfTransaction,
  scoreOf,
  transactionIdIn,
} from './score-lines.ts';
import type { Tally } from './tally.ts';

const chunksPerPass = 32;
const anewCheckMs = 1_000;

/** Where each log was read up to. */
export interface Positions {
  readonly transactions: number;
  readonly feedback: number;
  readonly scores: number;
}

/** Told of every score and every label, as they are counted. */
export interface LogWatcher {
  /** `alert`: the same with its number, where it is one. */
  score(score: Score, alert: Alert | null): void;
  label(transactionId: string, fraud: boolean): void;
}

/**
 * Reads the three event logs of a data folder into a tally. Lines of the scores folder are
 * committed and never change, so a position once read never has to be taken back.
 */
export class LogFollower {
  /** Scores before this offset were there at the start: they did not happen now. */
  private oldUntil = 0;
  private readonly tally: Tally;
  private readonly watcher: LogWatcher;
  private readonly onAnew: () => void;
  private readonly transactions: FolderReader;
  private readonly feedback: FolderReader;
  private readonly scores: FolderReader;
  // A reader's own position is ahead while what it read is still on its way to the tally.
  private readonly counted: { transactions: number; feedback: number; scores: number };
  private checkedAtMs = 0;

  /** `onAnew` is called when the scores folder was begun anew under the same name. */
  constructor(
    data: string,
    tally: Tally,
    from: Positions | null,
    watcher: LogWatcher,
    onAnew: () => void,
  ) {
    this.tally = tally;
    this.watcher = watcher;
    this.onAnew = onAnew;
    this.counted = { transactions: 0, feedback: 0, scores: 0, ...from };
    this.transactions = new FolderReader(join(data, 'transactions'), from?.transactions);
    this.feedback = new FolderReader(join(data, 'feedback'), from?.feedback);
    this.scores = new FolderReader(join(data, 'scores'), from?.scores);
  }

  /** To be called once, before the first pass. */
  async begin(): Promise<void> {
    this.oldUntil = await this.scores.end();
  }

  /** Where each log was counted up to: in step with the tally at any moment. */
  get positions(): Positions {
    return { ...this.counted };
  }

  /**
   * Reads a bounded piece of what is new; true if there is more. `now` tells wall-clock ms.
   * Transactions are read before scores, so that no score is counted before its transaction.
   */
  async pass(now: () => number): Promise<boolean> {
    await this.checkAnew(now());
    const more = [
      await this.drain('transactions', (read) => this.takeTransactions(read, now())),
      await this.drain('feedback', (read) => this.takeFeedback(read)),
      await this.drain('scores', (read) => this.takeScores(read, now())),
    ];
    if (this.transactions.missedBytes + this.scores.missedBytes > 0) this.tally.exact = false;
    return more.includes(true);
  }

  /** Removes score files that end more than `keepBytes` before `position` (whole files only). */
  async trimScores(position: number, keepBytes: number): Promise<void> {
    await this.scores.trim(position, keepBytes);
  }

  async close(): Promise<void> {
    await Promise.all([this.transactions.close(), this.feedback.close(), this.scores.close()]);
  }

  private async drain(log: keyof Positions, take: (read: LinesRead) => void): Promise<boolean> {
    for (let chunks = 0; chunks < chunksPerPass; chunks++) {
      const read = await this[log].read();
      if (read === null) return false;
      take(read);
      this.counted[log] = read.offset + read.lines.length;
    }
    return true;
  }

  private takeTransactions({ lines }: LinesRead, nowMs: number): void {
    const { first, last } = firstAndLast(lines);
    const firstNumber = numberOfTransaction(transactionIdIn(first) ?? '');
    const lastNumber = numberOfTransaction(transactionIdIn(last) ?? '');
    if (firstNumber !== null) this.tally.ledger.begin(firstNumber);
    this.tally.addTransactions(countLines(lines), lastNumber, nowMs);
  }

  private takeScores({ lines, offset }: LinesRead, nowMs: number): void {
    eachLine(lines, (line, at) => {
      const score = scoreOf(line);
      if (score === null) this.tally.unreadable++;
      else {
        const alert = this.tally.add(score, nowMs, offset + at >= this.oldUntil);
        this.watcher.score(score, alert);
      }
    });
  }

  private takeFeedback({ lines }: LinesRead): void {
    eachLine(lines, (line) => {
      const label = feedbackOf(line);
      this.tally.feedback.lines++;
      if (label !== null) this.watcher.label(label.transactionId, label.fraud);
    });
  }

  private async checkAnew(nowMs: number): Promise<void> {
    if (nowMs - this.checkedAtMs < anewCheckMs) return;
    this.checkedAtMs = nowMs;
    if (await this.scores.wasBegunAnew()) this.onAnew();
    for (const log of ['transactions', 'feedback'] as const) {
      // A writer that lost its last lines to a power cut: go on from its new end.
      if (!(await this[log].wasBegunAnew())) continue;
      this.counted[log] = await this[log].end();
      await this[log].seek(this.counted[log]);
    }
  }
}
