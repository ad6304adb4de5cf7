import { messageOf } from '#protocol/errors.ts';
import type { Engine } from '../core/engine.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { CommittedReply } from '../ports/ingress.ts';
import type { CommitInfo, Snapshots } from '../ports/snapshots.ts';

/** Changes beyond it are committed ahead of the interval, so that they never pile up. */
const earlyBytes = 32 << 20;
/** How often that is looked at. */
const lookEveryMs = 100;

export interface CommitListener {
  /** Positions as of the cut, before it is handed over. */
  cutTaken?(cut: number): void;
  committed(info: CommitInfo, replies: readonly CommittedReply[]): void;
  /** The writer can't go on: superseded, or an assertion failed. */
  lost(error: unknown): void;
}

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Takes a cut every so often and has it committed, one at a time: what changes meanwhile belongs
 * to the next (group commit). Whoever must not acknowledge before that waits on `durable` (E4).
 */
export class CommitLoop {
  /** Wall-clock milliseconds of the last commit, null before the first. */
  lastCommitAt: number | null = null;
  last: CommitInfo | null = null;
  count = 0;
  /** Monotonic milliseconds since which a cut is being committed. */
  #runningSince: number | null = null;
  readonly #engine: Engine;
  readonly #snapshots: Snapshots;
  readonly #clock: Clock;
  readonly #everyMs: number;
  readonly #listener: CommitListener;
  #timer: TimerHandle | null = null;
  #lastCutAt = -Infinity;
  #running: Promise<CommitInfo | null> | null = null;
  #cutChanges = 0;
  #committedChanges = 0;
  #waiting: Waiter[] = [];
  #inCut: Waiter[] = [];
  #failure: { readonly error: Error } | null = null;
  #stopped = false;

  constructor(
    engine: Engine,
    snapshots: Snapshots,
    clock: Clock,
    everyMs: number,
    listener: CommitListener,
  ) {
    this.#engine = engine;
    this.#snapshots = snapshots;
    this.#clock = clock;
    this.#everyMs = everyMs;
    this.#listener = listener;
  }

  /** Milliseconds since the cut under way was taken; 0 if there is none. */
  get runningMs(): number {
    return this.#runningSince === null ? 0 : this.#clock.monotonic() - this.#runningSince;
  }

  start(): void {
    this.#arm();
  }

  /** Resolves when everything that has happened so far is in a committed cut. */
  durable(): Promise<void> {
    if (this.#failure !== null) return Promise.reject(this.#failure.error);
    const { changes } = this.#engine;
    if (changes === this.#committedChanges) return Promise.resolve();
    const covered = this.#running !== null && changes === this.#cutChanges;
    return new Promise((resolve, reject) => {
      (covered ? this.#inCut : this.#waiting).push({ resolve, reject });
    });
  }

  /**
   * Commits what there is and answers when it is durable; null if nothing had changed. Rejects if
   * the writer was superseded.
   */
  async commitNow(): Promise<CommitInfo | null> {
    while (this.#running !== null) await this.#running;
    return this.#begin();
  }

  /** Commits no more by itself; ends after the commit under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running?.catch(() => undefined);
  }

  #arm(): void {
    // A commit asked for from outside ends here too: there must never be two timers.
    this.#timer?.cancel();
    if (this.#stopped || this.#failure !== null) return;
    const wait = Math.min(this.#everyMs, lookEveryMs);
    const due = this.#untilDueMs();
    this.#timer = this.#clock.setTimer(Math.max(0, Math.min(wait, due)), () => this.#tick());
  }

  #tick(): void {
    if (
      this.#running === null &&
      (this.#untilDueMs() <= 0 || this.#engine.log.bytes > earlyBytes)
    ) {
      // The listener was told of a failure; nobody waits for this promise.
      this.#begin()?.catch(() => undefined);
    }
    if (this.#running === null) this.#arm();
  }

  /** Whole milliseconds: the remainder of a rounding error would arm a timer that is never due. */
  #untilDueMs(): number {
    return Math.ceil(this.#lastCutAt + this.#everyMs - this.#clock.monotonic());
  }

  #begin(): Promise<CommitInfo | null> {
    if (this.#failure !== null) return Promise.reject(this.#failure.error);
    this.#lastCutAt = this.#clock.monotonic();
    if (!this.#engine.dirty) {
      this.#settle(this.#engine.changes, this.#waiting.splice(0));
      return Promise.resolve(null);
    }
    this.#running = this.#commit();
    // A cut that could not even be taken has failed before there was a promise to forget.
    if (this.#failure !== null) {
      const failed = this.#running;
      this.#running = null;
      return failed;
    }
    return this.#running;
  }

  async #commit(): Promise<CommitInfo> {
    this.#runningSince = this.#clock.monotonic();
    this.#cutChanges = this.#engine.changes;
    this.#inCut = this.#waiting;
    this.#waiting = [];
    try {
      const takenAt = this.#clock.now();
      const { cut, replies } = this.#engine.takeCut();
      this.#listener.cutTaken?.(cut.number);
      failPoint('cut-taken');
      const info = await this.#snapshots.commit(cut, { takenAt });
      failPoint('commit-known');
      this.#running = null;
      this.last = info;
      this.lastCommitAt = this.#clock.now();
      this.count++;
      this.#engine.committed(cut.bytes);
      this.#listener.committed(info, replies);
      this.#settle(this.#cutChanges, this.#inCut.splice(0));
      return info;
    } catch (error) {
      this.#fail(error);
      throw error;
    } finally {
      this.#runningSince = null;
      this.#arm();
    }
  }

  #settle(changes: number, waiters: readonly Waiter[]): void {
    this.#committedChanges = changes;
    for (const waiter of waiters) waiter.resolve();
  }

  #fail(thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error(messageOf(thrown));
    this.#running = null;
    this.#failure = { error };
    for (const waiter of [...this.#inCut.splice(0), ...this.#waiting.splice(0)])
      waiter.reject(error);
    this.#listener.lost(error);
  }
}
