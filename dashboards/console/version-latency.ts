import type { VersionLatency } from './frame.ts';

/** Requests of a while: how many took at most so many seconds, by upper bound, cumulative. */
export type CumulativeBuckets = ReadonlyMap<number, number>;

/** So long after its requests a version's scores are committed and read. */
const scoresLagMs = 2_000;
/** As many as the board of versions keeps. */
const versionsMax = 20;

interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly counts: readonly number[];
}

/**
 * How long requests to the classifier take, by the version that answered. The runtime measures the
 * requests and knows no version; scores name the version, and not its requests. So the requests
 * between two polls count for the version that alone scored from then on. While two overlap they
 * count for neither.
 */
export class VersionLatencies {
  private readonly lastScores: () => readonly { version: string; lastMs: number }[];
  private readonly byVersion = new Map<string, number[]>();
  private windows: Window[] = [];
  private bounds: readonly number[] = [];
  private before: readonly number[] = [];
  private beforeMs = 0;

  /** `lastScores`: which versions there are, and when a score of each was read last. */
  constructor(lastScores: () => readonly { version: string; lastMs: number }[]) {
    this.lastScores = lastScores;
  }

  /** What the runtime has counted by now; null if it did not answer. */
  note(cumulative: CumulativeBuckets | null, nowMs: number): void {
    if (cumulative === null || cumulative.size === 0) return;
    const ordered = [...cumulative].sort(([a], [b]) => a - b);
    const counts = ordered.map(([, upTo], i) => upTo - (ordered[i - 1]?.[1] ?? 0));
    const bounds = ordered.map(([bound]) => bound);
    const more = counts.map((count, i) => count - (this.before[i] ?? 0));
    // Fewer than before are those of a new process; the first ones are of an unknown time.
    const sound = bounds.join() === this.bounds.join() && more.every((count) => count >= 0);
    if (sound && more.some((count) => count > 0)) {
      this.windows.push({ fromMs: this.beforeMs, toMs: nowMs, counts: more });
    }
    if (bounds.join() !== this.bounds.join()) this.byVersion.clear();
    [this.bounds, this.before, this.beforeMs] = [bounds, counts, nowMs];
    this.settle(nowMs);
  }

  rows(): VersionLatency[] {
    return [...this.byVersion].map(([version, counts]) => ({
      version,
      requests: counts.reduce((a, b) => a + b, 0),
      p50Ms: this.quantileMs(counts, 0.5),
      p99Ms: this.quantileMs(counts, 0.99),
    }));
  }

  private settle(nowMs: number): void {
    const due = this.windows.filter(({ toMs }) => toMs <= nowMs - scoresLagMs);
    this.windows = this.windows.filter((window) => !due.includes(window));
    for (const { fromMs, counts } of due) {
      const scoring = this.lastScores().filter(({ lastMs }) => lastMs >= fromMs);
      const [only] = scoring;
      if (only === undefined || scoring.length > 1) continue;
      const sums = this.byVersion.get(only.version) ?? counts.map(() => 0);
      for (const [i, count] of counts.entries()) sums[i]! += count;
      // The one that counted last comes last, and the first one goes when there are too many.
      this.byVersion.delete(only.version);
      this.byVersion.set(only.version, sums);
      if (this.byVersion.size > versionsMax) this.byVersion.delete([...this.byVersion.keys()][0]!);
    }
  }

  /** Between two bounds as many as there are, evenly: what Prometheus estimates too. */
  private quantileMs(counts: readonly number[], q: number): number {
    let left = q * counts.reduce((a, b) => a + b, 0);
    for (const [i, count] of counts.entries()) {
      const [lower, upper] = [this.bounds[i - 1] ?? 0, this.bounds[i]!];
      if (left > count) {
        left -= count;
        continue;
      }
      // Above the last bound nothing is known but that.
      return 1000 * (Number.isFinite(upper) ? lower + (upper - lower) * (left / count) : lower);
    }
    return 1000 * (this.bounds.findLast((bound) => Number.isFinite(bound)) ?? 0);
  }
}
