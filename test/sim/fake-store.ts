import type { Head, ObjectInfo, SnapshotStore, SwapResult } from '#runtime/ports/snapshot-store.ts';
import { noUsage } from '#runtime/ports/store-usage.ts';
import { SimService, type StoreFaults } from './sim-service.ts';
import type { Life, Scheduler } from './scheduler.ts';

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
  readonly #service: SimService;

  constructor(bucket: FakeBucket, scheduler: Scheduler, life: Life, faults: StoreFaults) {
    this.#bucket = bucket;
    this.#scheduler = scheduler;
    this.#service = new SimService(scheduler, life, faults);
  }

  put(name: string, chunks: readonly Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(chunks);
    return this.#service.operation(`put ${name}`, true, () => {
      const known = this.#bucket.objects.get(name);
      // Writing the same object again is what a lost answer leads to.
      if (known !== undefined && Buffer.compare(known.bytes, bytes) !== 0) {
        throw new Error(`the name ${name} was used twice`);
      }
      this.#bucket.objects.set(name, { bytes, at: this.#scheduler.nowMs });
    });
  }

  get(name: string): Promise<Uint8Array | null> {
    return this.#service.operation(`get ${name}`, false, () => {
      const found = this.#bucket.objects.get(name);
      return found === undefined ? null : Uint8Array.from(found.bytes);
    });
  }

  readHead(): Promise<Head | null> {
    return this.#service.operation('read head', false, () => {
      const { head } = this.#bucket;
      return head === null ? null : { body: Uint8Array.from(head.body), tag: head.tag };
    });
  }

  swapHead(body: Uint8Array, expected: string | null): Promise<SwapResult> {
    const copy = Uint8Array.from(body);
    return this.#service.operation('swap head', true, (): SwapResult => {
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
    return this.#service.operation(`list ${prefix}`, false, () =>
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
    return this.#service.operation(`remove ${names.length}`, true, () => {
      for (const name of names) this.#bucket.objects.delete(name);
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
