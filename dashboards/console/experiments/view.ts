import type { RuntimeStatus } from '../frame.ts';
import type { Tally } from '../tally.ts';

const averageSeconds = 10;
const beforeSeconds = 10;

/** What an experiment sees of the running system, and how it was when the experiment began. */
export class View {
  readonly startedAtMs: number;
  readonly p99BeforeMs: number | null;
  readonly averageBefore: number | null;
  readonly parkedBefore: number;
  readonly versionBefore: string | null;
  /** Mean score before a defect; null where nobody knows it. */
  readonly healthyAverage: number | null;
  nowMs: number;
  /** Longest time without a score so far. */
  pauseMs = 0;
  private readonly tally: Tally;
  private readonly status: () => RuntimeStatus;
  private readonly doubledBefore: number;
  private readonly scoredBefore: number;
  private readonly versionsBefore: ReadonlyMap<string, number>;
  /** Null until the process that was to end is gone, and the logs were read to their end after it. */
  private scoredAtGone: number | null = null;

  constructor(
    tally: Tally,
    status: () => RuntimeStatus,
    nowMs: number,
    healthyAverage: number | null,
  ) {
    this.tally = tally;
    this.status = status;
    this.nowMs = nowMs;
    this.startedAtMs = nowMs;
    this.healthyAverage = healthyAverage;
    const second = Math.floor(nowMs / 1000);
    this.p99BeforeMs = tally.latency.quantile(0.99, second - beforeSeconds, second - 1);
    this.averageBefore = this.average;
    this.parkedBefore = status().parked;
    this.versionBefore = newestOf(tally);
    this.doubledBefore = tally.ledger.doubled;
    this.scoredBefore = tally.scored;
    this.versionsBefore = new Map(
      tally.versions.rows().map(({ version, scored }) => [version, scored]),
    );
  }

  /** To be called after every read of the logs. */
  look(nowMs: number): void {
    this.nowMs = nowMs;
    this.pauseMs = Math.max(this.pauseMs, this.silentMs);
  }

  /** The process that was to end is gone: later scores come from the one after it. */
  markGone(): void {
    this.scoredAtGone = this.tally.scored;
  }

  /** Scores since the start. */
  get scored(): number {
    return this.tally.scored - this.scoredBefore;
  }

  /** By the process after the one that was to end. */
  get scoredSinceGone(): number {
    return this.scoredAtGone === null ? 0 : this.tally.scored - this.scoredAtGone;
  }

  /** Since the last score. */
  get silentMs(): number {
    const { lastScoreAtMs } = this.tally;
    return lastScoreAtMs === 0 ? 0 : Math.max(0, this.nowMs - lastScoreAtMs);
  }

  /** Mean score of the last ten seconds. */
  get average(): number | null {
    const now = Math.floor(this.nowMs / 1000);
    const { count, sum } = this.tally.series.total(now, averageSeconds);
    return count === 0 ? null : sum / count;
  }

  /** Whether no score of before the start is in the average. */
  get averageIsNew(): boolean {
    return this.nowMs - this.startedAtMs >= (averageSeconds + 1) * 1000;
  }

  get parked(): number {
    return this.status().parked;
  }

  get transactions(): number {
    return this.tally.transactions.lines;
  }

  /** Number of the newest transaction in the log, -1 without any. */
  get lastNumber(): number {
    return this.tally.transactions.lastNumber;
  }

  get doubled(): number {
    return this.tally.ledger.doubled - this.doubledBefore;
  }

  /** Transactions up to a number that have no score; null if ids are not numbered. */
  openUpTo(number: number): number | null {
    const { ledger } = this.tally;
    return number < 0 || ledger.first === null ? null : ledger.missingBelow(number + 1);
  }

  private scoredBy(version: string): number {
    return this.tally.versions.scoredBy(version) - (this.versionsBefore.get(version) ?? 0);
  }

  /** By version, scores since the start. */
  versions(): Record<string, number> {
    const rows = this.tally.versions.rows().map(({ version }) => version);
    const all = rows.map((version): [string, number] => [version, this.scoredBy(version)]);
    return Object.fromEntries(all.filter(([, scored]) => scored > 0));
  }

  /** Of the seconds `[from, to]`, wall clock in ms. */
  p99(fromMs: number, toMs: number): number | null {
    return this.tally.latency.quantile(0.99, Math.floor(fromMs / 1000), Math.floor(toMs / 1000));
  }

  /** Seconds since the start whose p99 was more than twice that of before. */
  slowSeconds(toMs: number): number {
    if (this.p99BeforeMs === null) return 0;
    const [from, to] = [this.startedAtMs, toMs].map((ms) => Math.floor(ms / 1000));
    return this.tally.latency.secondsAbove(2 * this.p99BeforeMs, from!, to!);
  }
}

function newestOf({ versions }: Tally): string | null {
  const rows = versions.rows();
  if (rows.length === 0) return null;
  return rows.reduce((a, b) => (b.lastMs > a.lastMs ? b : a)).version;
}
