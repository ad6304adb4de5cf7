const firstMs = 10;
const mostMs = 10_000;
/** A part that dies at once on every start would otherwise be started a hundred times a second. */
const healthyMs = 10_000;

/** Delays before restarts: 10 ms, doubling, at most 10 s; from the start again after 10 s of health. */
export class Backoff {
  private nextMs = firstMs;

  /** The delay before the next start of a part that ran for `ranMs`. */
  next(ranMs: number): number {
    if (ranMs >= healthyMs) this.nextMs = firstMs;
    const delayMs = this.nextMs;
    this.nextMs = Math.min(delayMs * 2, mostMs);
    return delayMs;
  }
}
