import { seriesSeconds } from './second-series.ts';

/** Upper bounds of the buckets, ms: each is a tenth above the one before, 10 ms to 137 s. */
const firstMs = 10;
const growth = 1.1;
const buckets = 101;
/** Some three minutes of reads: what waits longer than that counts as the oldest of them. */
const marksMax = 4096;

/**
 * How long transactions took from the log to their score, by second. Both ends are the moments at
 * which the console read them, every 50 ms: a figure is right to some 50 ms. Bounded memory.
 */
export class LatencySeries {
  private readonly counts = new Uint32Array(seriesSeconds * buckets);
  /** The second that a row is of. */
  private readonly seconds = new Float64Array(seriesSeconds).fill(-1);
  private readonly marks: { number: number; atMs: number }[] = [];

  /** Transactions up to this number were in the log at this time. */
  in(number: number, atMs: number): void {
    this.marks.push({ number, atMs });
    if (this.marks.length > marksMax) this.marks.splice(0, marksMax >> 1);
  }

  /** The score of this transaction was there at this time. */
  out(number: number, atMs: number): void {
    const inAtMs = this.inAt(number);
    if (inAtMs === null) return;
    const second = Math.floor(atMs / 1000);
    const row = second % seriesSeconds;
    if (this.seconds[row] !== second) {
      this.counts.fill(0, row * buckets, (row + 1) * buckets);
      this.seconds[row] = second;
    }
    this.counts[row * buckets + bucketOf(atMs - inAtMs)]!++;
  }

  /** The share `p` of the scores of the seconds `[from, to]` took no longer, ms; null without any. */
  quantile(p: number, from: number, to: number): number | null {
    const sums = new Float64Array(buckets);
    let total = 0;
    for (let second = Math.max(from, to - seriesSeconds + 1); second <= to; second++) {
      const row = second % seriesSeconds;
      if (this.seconds[row] !== second) continue;
      for (let i = 0; i < buckets; i++) {
        const count = this.counts[row * buckets + i]!;
        sums[i]! += count;
        total += count;
      }
    }
    if (total === 0) return null;
    let left = p * total;
    for (let i = 0; i < buckets; i++) {
      left -= sums[i]!;
      if (left <= 0) return Math.round(upperMs(i));
    }
    return Math.round(upperMs(buckets - 1));
  }

  /** Seconds of `[from, to]` whose 99th percentile was above the limit. */
  secondsAbove(limitMs: number, from: number, to: number): number {
    let above = 0;
    for (let second = from; second <= to; second++) {
      if ((this.quantile(0.99, second, second) ?? 0) > limitMs) above++;
    }
    return above;
  }

  /** When the log was first seen to hold it; null if it was read before this console began. */
  private inAt(number: number): number | null {
    let [low, high] = [0, this.marks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.marks[middle]!.number >= number) high = middle;
      else low = middle + 1;
    }
    return this.marks[low]?.atMs ?? null;
  }
}

function bucketOf(ms: number): number {
  if (ms <= firstMs) return 0;
  return Math.min(buckets - 1, Math.ceil(Math.log(ms / firstMs) / Math.log(growth)));
}

function upperMs(bucket: number): number {
  return firstMs * growth ** bucket;
}
