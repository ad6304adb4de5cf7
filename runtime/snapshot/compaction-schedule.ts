import type { WeirError } from '#protocol/errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { SnapshotObserver } from '../ports/snapshots.ts';
import { compactionIsDue } from './compaction-job.ts';
import type { CompactionJob, CompactionResult, Compactor } from './compaction-job.ts';
import { named } from './errors.ts';
import type { SnapshotSettings } from './options.ts';

const pauseAfterFailureMs = 10_000;

/**
 * One compaction at a time, beside the commits: a result waits here until a manifest adopts it,
 * and until then neither another compaction nor garbage collection runs (nothing reaches the new
 * bases yet).
 */
export class CompactionSchedule {
  result: CompactionResult | null = null;
  readonly #compactor: Compactor;
  readonly #settings: SnapshotSettings;
  readonly #clock: Clock;
  readonly #observer: SnapshotObserver;
  #running: Promise<WeirError | null> | null = null;
  #notBefore = 0;
  #closed = false;

  constructor(
    compactor: Compactor,
    settings: SnapshotSettings,
    clock: Clock,
    observer: SnapshotObserver,
  ) {
    this.#compactor = compactor;
    this.#settings = settings;
    this.#clock = clock;
    this.#observer = observer;
  }

  get busy(): boolean {
    return this.#running !== null || this.result !== null;
  }

  /** Starts a compaction if one is due. */
  consider(job: CompactionJob): void {
    if (this.busy || this.#closed || this.#clock.monotonic() < this.#notBefore) return;
    if (compactionIsDue(job.manifest, this.#settings)) void this.now(job);
  }

  /** Resolves when the compaction that runs, or else a new one, has ended; with its error. */
  now(job: CompactionJob): Promise<WeirError | null> {
    this.#running ??= this.#run(job).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** The result is in the current manifest. */
  adopted(): void {
    this.result = null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#compactor.close();
    await this.#running;
  }

  async #run(job: CompactionJob): Promise<WeirError | null> {
    const startedAt = this.#clock.monotonic();
    try {
      const result = await this.#compactor.run(job);
      this.result = result;
      const { deltas, bytesRead, bytesWritten } = result;
      const durationMs = this.#clock.monotonic() - startedAt;
      this.#observer.compacted?.({ deltas, bytesRead, bytesWritten, durationMs });
      return null;
    } catch (error) {
      this.#notBefore = this.#clock.monotonic() + pauseAfterFailureMs;
      const failure = named(error, 'compacting');
      if (!this.#closed) this.#observer.trouble?.(failure);
      return failure;
    }
  }
}
