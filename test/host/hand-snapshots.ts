import type { Cut } from '#runtime/ports/cut.ts';
import type { Acquired, CommitInfo, Snapshots } from '#runtime/ports/snapshots.ts';

export function commitInfo(cut: number, oldestRetainedSequence = 0): CommitInfo {
  return {
    ...{ epoch: 1, lineage: 'l', commitId: `c${cut}`, bytes: 1, durationMs: 1 },
    ...{ sequence: cut, cut, oldestRetainedSequence, requests: 1 },
  };
}

/** Commits end when the test says so. */
export class HandSnapshots implements Snapshots {
  readonly cuts: Cut[] = [];
  readonly #waiting: PromiseWithResolvers<CommitInfo>[] = [];
  closed = false;

  acquire(): Promise<Acquired> {
    return Promise.resolve({ fresh: true, epoch: 1, lineage: 'l', sequence: 0 });
  }

  async *recover(): AsyncGenerator<Uint8Array> {
    await Promise.resolve();
    yield* [];
  }

  commit(cut: Cut): Promise<CommitInfo> {
    if (this.#waiting.length > 0) throw new Error('two commits at once');
    this.cuts.push(cut);
    const waiting = Promise.withResolvers<CommitInfo>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  /** The commit under way succeeds. */
  through(): void {
    this.#waiting.shift()?.resolve(commitInfo(this.cuts.at(-1)?.number ?? 0));
  }

  fail(error: Error): void {
    this.#waiting.shift()?.reject(error);
  }

  get busy(): boolean {
    return this.#waiting.length > 0;
  }

  confirm(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}
