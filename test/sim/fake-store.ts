import { messageOf } from '#protocol/errors.ts';
import type { Head, ObjectInfo, SnapshotStore, SwapResult } from '#runtime/ports/snapshot-store.ts';
import { noUsage } from '#runtime/ports/store-usage.ts';
import type { Life, Scheduler } from './scheduler.ts';

/** How badly the store behaves, drawn per seed. */
export interface StoreFaults {
  /** Mean latency of an operation. */
  latencyMs: number;
  /** Share of operations that fail before they had any effect. */
  failed: number;
  /** Share of writes that take effect, but whose answer is lost. */
  ambiguous: number;
  /** Counts what was done. */
  readonly onFault?: (kind: 'store failure' | 'lost store answer') => void;
}

/** What is stored; it outlives every process. */
export class FakeBucket {
  readonly objects = new Map<string, { bytes: Uint8Array; at: number }>();
  head: { body: Uint8Array; tag: string } | null = null;
  /** Every head that ever was, in order; for the checkers. */
  readonly heads: Uint8Array[] = [];
  tags = 0;
  swaps = 0;
}

/**
 * Object storage in memory, as one process sees it. It may be slow, may fail, and may lose the
 * answer to a write that took effect; it never loses or changes what it stored, and its
 * compare-and-swap is atomic. When the process dies, an operation under way has or has not
 * happened: the effect of a write comes at a drawn moment before its answer.
 */
export class FakeStore implements SnapshotStore {
  readonly url = 'sim:';
  readonly usage = noUsage;
  readonly #bucket: FakeBucket;
  readonly #scheduler: Scheduler;
  readonly #life: Life;
  readonly #faults: StoreFaults;

  constructor(bucket: FakeBucket, scheduler: Scheduler, life: Life, faults: StoreFaults) {
    this.#bucket = bucket;
    this.#scheduler = scheduler;
    this.#life = life;
    this.#faults = faults;
  }

  put(name: string, chunks: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(chunks);
    return this.#operation(`put ${name}`, true, () => {
      const known = this.#bucket.objects.get(name);
      // Writing the same object again is what a lost answer leads to.
      if (known !== undefined && Buffer.compare(known.bytes, bytes) !== 0) {
        throw new Error(`the name ${name} was used twice`);
      }
      this.#bucket.objects.set(name, { bytes, at: this.#scheduler.nowMs });
    });
  }

  get(name: string): Promise<Uint8Array | null> {
    return this.#operation(`get ${name}`, false, () => {
      const found = this.#bucket.objects.get(name);
      return found === undefined ? null : Uint8Array.from(found.bytes);
    });
  }

  readHead(): Promise<Head | null> {
    return this.#operation('read head', false, () => {
      const { head } = this.#bucket;
      return head === null ? null : { body: Uint8Array.from(head.body), tag: head.tag };
    });
  }

  swapHead(body: Uint8Array, expected: string | null): Promise<SwapResult> {
    const copy = Uint8Array.from(body);
    return this.#operation('swap head', true, (): SwapResult => {
      const bucket = this.#bucket;
      if ((bucket.head?.tag ?? null) !== expected) return { outcome: 'conflict' };
      const tag = `tag-${++bucket.tags}`;
      bucket.head = { body: copy, tag };
      bucket.heads.push(copy);
      bucket.swaps++;
      return { outcome: 'swapped', tag };
    });
  }

  list(prefix: string): Promise<readonly ObjectInfo[]> {
    return this.#operation(`list ${prefix}`, false, () =>
      [...this.#bucket.objects]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, { bytes, at }]) => ({
          name,
          bytes: bytes.length,
          ageMs: this.#scheduler.nowMs - at,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
  }

  remove(names: readonly string[]): Promise<void> {
    return this.#operation(`remove ${names.length}`, true, () => {
      for (const name of names) this.#bucket.objects.delete(name);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #operation<T>(label: string, write: boolean, effect: () => T): Promise<T> {
    const { random } = this.#scheduler;
    const { latencyMs, failed, ambiguous } = this.#faults;
    const fails = random.chance(failed);
    const loses = write && random.chance(ambiguous);
    const toEffect = random.exponential(latencyMs / 2);
    const toAnswer = random.exponential(latencyMs / 2);
    return new Promise((resolve, reject) => {
      if (fails) {
        this.#faults.onFault?.('store failure');
        this.#later(toEffect + toAnswer, `${label} fails`, () =>
          reject(new Error(`the simulated store failed: ${label}`)),
        );
        return;
      }
      // The effect happens even if the process that asked for it is dead by then.
      this.#scheduler.after(toEffect, label, () => {
        let outcome: () => void;
        try {
          const value = effect();
          outcome = () => resolve(value);
        } catch (error) {
          outcome = () => reject(error instanceof Error ? error : new Error(messageOf(error)));
        }
        if (loses) {
          this.#faults.onFault?.('lost store answer');
          outcome = () => reject(new Error(`the answer was lost: ${label}`));
        }
        this.#later(toAnswer, `${label} answered`, outcome);
      });
    });
  }

  #later(delayMs: number, label: string, action: () => void): void {
    this.#scheduler.after(delayMs, label, () => this.#life.run(action));
  }
}
