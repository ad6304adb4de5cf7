import { dayMs } from '#models/features/transaction.ts';
import type { Alert, PersonaRow, Proof, Score, SecondRow, VersionRow } from './frame.ts';
import { PersonaBoard } from './persona-board.ts';
import { numberOfTransaction } from './score-lines.ts';
import { LatencySeries } from './latency-series.ts';
import { SecondSeries, seriesSeconds } from './second-series.ts';
import { SequenceLedger } from './sequence-ledger.ts';
import type { LedgerRecord } from './sequence-ledger.ts';
import { VersionBoard } from './version-board.ts';

export const alertsMax = 50;
const graceSeconds = 30;
const speedSamples = 30;

/** The count of a log whose lines are only counted. */
export interface LogCount {
  lines: number;
  /** Number of the newest transaction id, or -1. */
  lastNumber: number;
}

export interface TallyRecord {
  readonly scored: number;
  readonly scoreSum: number;
  readonly unreadable: number;
  readonly alertCount: number;
  readonly day: number;
  readonly alertsOfDay: number;
  readonly simulatedMs: number;
  readonly exact: boolean;
  readonly transactions: LogCount;
  readonly feedback: LogCount;
  readonly alerts: readonly Alert[];
  readonly series: readonly SecondRow[];
  readonly personas: readonly PersonaRow[];
  readonly versions: readonly VersionRow[];
  readonly ledger: LedgerRecord | null;
}

/** Everything that is counted, in memory that does not grow with the counts. */
export class Tally {
  scored = 0;
  scoreSum = 0;
  /** Lines of the scores folder that hold no score. */
  unreadable = 0;
  alertCount = 0;
  alertsOfDay = 0;
  /** The newest event time, ms since 1970 UTC; 0 before the first score. */
  simulatedMs = 0;
  /** Wall-clock time at which the newest live score was read; 0 before the first. */
  lastScoreAtMs = 0;
  /** The first score read since this start, old ones left out. */
  firstScore: Score | null = null;
  exact = true;
  readonly transactions: LogCount = { lines: 0, lastNumber: -1 };
  readonly feedback: LogCount = { lines: 0, lastNumber: -1 };
  readonly alerts: Alert[] = [];
  readonly series = new SecondSeries(seriesSeconds);
  readonly latency = new LatencySeries();
  readonly personas = new PersonaBoard();
  readonly versions = new VersionBoard();
  readonly ledger = new SequenceLedger();
  private day = -1;
  private readonly horizon: number[] = [];
  private readonly pace: { wallMs: number; simulatedMs: number }[] = [];

  /**
   * Counts one score. `live` is false while old lines are read after a start: they count in the
   * totals, but they did not happen in this second. Answers the alert, if it is one.
   */
  add(score: Score, nowMs: number, live: boolean): Alert | null {
    this.scored++;
    this.scoreSum += score.score;
    this.simulatedMs = Math.max(this.simulatedMs, score.atMs);
    this.countDay(score);
    this.personas.add(score);
    const number = numberOfTransaction(score.transactionId);
    if (number !== null) this.ledger.note(number);
    this.versions.add(score.version, nowMs, live);
    if (live) {
      if (number !== null) this.latency.out(number, nowMs);
      this.firstScore ??= score;
      this.lastScoreAtMs = nowMs;
      this.series.add(Math.floor(nowMs / 1000), score.score, score.alert);
    }
    if (!score.alert) return null;
    this.alertCount++;
    const alert = { ...score, number: this.alertCount };
    this.alerts.push(alert);
    if (this.alerts.length > alertsMax) this.alerts.shift();
    return alert;
  }

  /** Transactions of the log, up to this number. */
  addTransactions(lines: number, lastNumber: number | null, nowMs: number): void {
    this.transactions.lines += lines;
    if (lastNumber === null) return;
    this.transactions.lastNumber = lastNumber;
    this.latency.in(lastNumber, nowMs);
  }

  /** Once a second: what lateness and the speed of simulated time are measured by. */
  second(nowMs: number): void {
    const idle = nowMs - this.lastScoreAtMs > 1_000;
    if (this.lastScoreAtMs === 0 || idle) return;
    // Only seconds with scores count: while the runtime is down nothing becomes late.
    this.horizon.push(this.ledger.high);
    if (this.horizon.length > graceSeconds) this.horizon.shift();
    this.pace.push({ wallMs: nowMs, simulatedMs: this.simulatedMs });
    if (this.pace.length > speedSamples) this.pace.shift();
  }

  /** Simulated ms per wall-clock ms over the last seconds with scores; null at first. */
  speed(): number | null {
    const [first, last] = [this.pace[0], this.pace.at(-1)];
    if (first === undefined || last === undefined || last.wallMs - first.wallMs < 3_000)
      return null;
    return (last.simulatedMs - first.simulatedMs) / (last.wallMs - first.wallMs);
  }

  /** `held` is how many messages wait in the runtime. Null if ids are not numbered. */
  proof(held: number): Proof | null {
    if (this.ledger.first === null) return null;
    const horizon = this.horizon.length < graceSeconds ? 0 : this.horizon[0]!;
    const late = horizon > this.ledger.low ? this.ledger.missingBelow(horizon) : 0;
    const out = this.ledger.seen;
    return {
      in: Math.max(this.transactions.lines, out),
      out,
      waiting: Math.max(0, this.transactions.lines - out),
      late,
      lost: Math.max(0, late - held),
      doubled: this.ledger.doubled,
      exact: this.exact,
    };
  }

  record(nowMs: number): TallyRecord {
    const { scored, scoreSum, unreadable, alertCount, day, alertsOfDay, simulatedMs, exact } = this;
    const { transactions, feedback, alerts } = this;
    const now = Math.floor(nowMs / 1000);
    const series = this.series.after(now - seriesSeconds, now);
    const totals = { scored, scoreSum, unreadable, alertCount, day, alertsOfDay };
    const ledger = this.ledger.record();
    const personas = this.personas.rows();
    const versions = this.versions.rows();
    const logs = { transactions, feedback };
    return { ...totals, simulatedMs, exact, ...logs, alerts, series, personas, versions, ledger };
  }

  restore(record: TallyRecord): void {
    const { scored, scoreSum, unreadable, alertCount, day, alertsOfDay, simulatedMs, exact } =
      record;
    Object.assign(this, { scored, scoreSum, unreadable, alertCount, alertsOfDay });
    Object.assign(this, { simulatedMs, exact });
    this.day = day;
    Object.assign(this.transactions, record.transactions);
    Object.assign(this.feedback, record.feedback);
    this.alerts.push(...record.alerts);
    this.series.restore(record.series);
    this.personas.restore(record.personas);
    this.versions.restore(record.versions);
    if (record.ledger !== null) this.ledger.restore(record.ledger);
  }

  private countDay(score: Score): void {
    const day = Math.floor(score.atMs / dayMs);
    if (day > this.day) {
      this.day = day;
      this.alertsOfDay = 0;
    }
    if (score.alert && day === this.day) this.alertsOfDay++;
  }
}
