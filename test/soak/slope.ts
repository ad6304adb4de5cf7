export interface Sample {
  readonly atMs: number;
  readonly residentBytes: number;
  /** Of the main thread's heap, garbage that is not collected yet included. */
  readonly heapBytes: number;
  readonly handles: number;
}

/** The least heap in use among samples: between two collections, what is really held. */
export function leastHeap(samples: readonly Sample[]): number {
  return Math.min(...samples.map(({ heapBytes }) => heapBytes));
}

/** Growth of the resident memory an hour, as a share of its mean, by least squares. */
export function slopePerHour(samples: readonly Sample[]): number {
  const n = samples.length;
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / n;
  const time = mean(({ atMs }) => atMs);
  const bytes = mean(({ residentBytes }) => residentBytes);
  const covariance = mean((sample) => (sample.atMs - time) * (sample.residentBytes - bytes));
  const variance = mean(({ atMs }) => (atMs - time) ** 2);
  return variance === 0 ? 0 : ((covariance / variance) * 3_600_000) / bytes;
}
