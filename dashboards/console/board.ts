import type {
  Drift,
  ExperimentReport,
  Frame,
  Marker,
  Overview,
  RuntimeStatus,
  Sections,
  VersionRow,
} from './frame.ts';
import { seriesSeconds } from './second-series.ts';
import type { Tally } from './tally.ts';

const markersMax = 50;
const rateSeconds = 10;
const averageSeconds = 10;

interface BoardExperiments {
  readonly report: ExperimentReport | null;
  readonly offered: readonly string[];
}

interface BoardReview {
  readonly version: number;
  readonly waiting: number;
}

/** What the page shows, and what of it changed since the last look. */
export class Board {
  drift: Drift | null = null;
  runtimeReason: string | null = null;
  readonly markers: Marker[] = [];
  private readonly tally: Tally;
  private readonly status: () => RuntimeStatus;
  private readonly experiments: BoardExperiments;
  private readonly review: BoardReview;
  private readonly sent = new Map<string, string>();
  private sentSecond = 0;
  private sentSeries = '';
  private sentAlert = 0;
  private sentMarker = 0;
  private inputRates = { transactions: 0, feedback: 0 };
  private inputBefore = { transactions: 0, feedback: 0, atMs: 0 };

  constructor(
    tally: Tally,
    status: () => RuntimeStatus,
    experiments: BoardExperiments,
    review: BoardReview,
  ) {
    this.tally = tally;
    this.status = status;
    this.experiments = experiments;
    this.review = review;
  }

  mark(atMs: number, kind: Marker['kind'], part: string, text: string): void {
    const number = (this.markers.at(-1)?.number ?? 0) + 1;
    this.markers.push({ number, atMs, kind, part, text });
    if (this.markers.length > markersMax) this.markers.shift();
  }

  /** Once a second: the rates of the logs that are only counted. */
  second(nowMs: number): void {
    const { transactions, feedback } = this.tally;
    const before = this.inputBefore;
    const elapsedS = (nowMs - before.atMs) / 1000;
    if (before.atMs > 0 && elapsedS > 0) {
      const smooth = (old: number, more: number) => 0.7 * old + 0.3 * (more / elapsedS);
      this.inputRates = {
        transactions: smooth(
          this.inputRates.transactions,
          transactions.lines - before.transactions,
        ),
        feedback: smooth(this.inputRates.feedback, feedback.lines - before.feedback),
      };
    }
    this.inputBefore = { transactions: transactions.lines, feedback: feedback.lines, atMs: nowMs };
  }

  overview(nowMs: number): Overview {
    const now = Math.floor(nowMs / 1000);
    const { scored, scoreSum, alertCount, feedback, series } = this.tally;
    const lately = series.total(now, averageSeconds);
    const all = scored === 0 ? null : scoreSum / scored;
    const { commits, parked } = this.status();
    return {
      scored,
      transactionsPerSecond: tenth(series.total(now, rateSeconds).count / rateSeconds),
      averageScore: precise(lately.count === 0 ? all : lately.sum / lately.count),
      alerts: alertCount,
      feedback: feedback.lines,
      commits,
      parked,
    };
  }

  /** Everything, for a page that has just opened. */
  whole(nowMs: number): Frame {
    const now = Math.floor(nowMs / 1000);
    return {
      nowMs,
      ...this.sections(nowMs),
      series: this.tally.series.after(now - seriesSeconds, now),
      alerts: this.tally.alerts,
      markers: this.markers,
    };
  }

  /** What changed since the last call, or null if nothing did. Applying it twice does no harm. */
  changes(nowMs: number): Frame | null {
    const changed: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(this.sections(nowMs))) {
      const text = JSON.stringify(value);
      if (this.sent.get(name) === text) continue;
      this.sent.set(name, text);
      changed[name] = value;
    }
    this.addNew(changed, Math.floor(nowMs / 1000));
    return Object.keys(changed).length === 0 ? null : { nowMs, ...changed };
  }

  private addNew(changed: Record<string, unknown>, now: number): void {
    const series = this.tally.series.after(Math.max(this.sentSecond - 1, now - 10), now);
    const text = JSON.stringify(series);
    if (series.length > 0 && text !== this.sentSeries) changed['series'] = series;
    this.sentSeries = text;
    this.sentSecond = now;
    const alerts = this.tally.alerts.filter(({ number }) => number > this.sentAlert);
    if (alerts.length > 0) changed['alerts'] = alerts;
    this.sentAlert = this.tally.alertCount;
    const markers = this.markers.filter(({ number }) => number > this.sentMarker);
    if (markers.length > 0) changed['markers'] = markers;
    this.sentMarker = this.markers.at(-1)?.number ?? 0;
  }

  private sections(nowMs: number): Sections {
    const { flow, ...status } = this.status();
    const now = Math.floor(nowMs / 1000);
    const long = this.tally.series.total(now, seriesSeconds - 1);
    const speed = this.tally.speed();
    return {
      figures: {
        ...this.overview(nowMs),
        alertsToday: this.tally.alertsOfDay,
        baseline: precise(long.count === 0 ? null : long.sum / long.count),
      },
      clock: {
        simulatedMs: this.tally.simulatedMs,
        speed: speed === null ? null : Number(speed.toPrecision(2)),
      },
      runtime: {
        ...status,
        reason: this.runtimeReason,
      },
      flow: {
        nodes: flow,
        transactionsRate: tenth(this.inputRates.transactions),
        feedbackRate: tenth(this.inputRates.feedback),
        scoresRate: tenth(this.tally.series.total(now, 3).count / 3),
      },
      personas: this.tally.personas.rows(),
      drift: this.drift,
      proof: this.tally.proof(status.waiting),
      versions: this.tally.versions.rows().map(rounded),
      review: { version: this.review.version, waiting: this.review.waiting },
      experiment: this.experiments.report,
      experiments: this.experiments.offered,
    };
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}

function precise(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(4));
}

/** A figure that changes with every score would make every frame a different one. */
function rounded({ lastMs, ...row }: VersionRow): VersionRow {
  return { ...row, lastMs: Math.floor(lastMs / 1000) * 1000 };
}
