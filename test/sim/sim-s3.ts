import { createHash } from 'node:crypto';
import { UsageMeter } from '#runtime/ports/store-usage.ts';
import { headName } from '#runtime/snapshot/head.ts';
import type { S3Condition, S3Object, S3Page } from '#runtime/snapshot/s3-requests.ts';
import type { ObjectRequests } from '#runtime/snapshot/s3-store.ts';
import type { FakeBucket } from './fake-store.ts';
import type { Life, Scheduler } from './scheduler.ts';
import { SimService, type StoreFaults } from './sim-service.ts';

/** Small, so that a list has pages. */
const keysOfPage = 3;

/**
 * Object storage as the real store asks it: conditions on ETags that are made of the content, ranges,
 * pages. It keeps what it has in the same bucket as the other simulated store.
 */
export class SimS3 implements ObjectRequests {
  readonly meter = new UsageMeter();
  readonly #bucket: FakeBucket;
  readonly #scheduler: Scheduler;
  readonly #service: SimService;

  constructor(bucket: FakeBucket, scheduler: Scheduler, life: Life, faults: StoreFaults) {
    this.#bucket = bucket;
    this.#scheduler = scheduler;
    this.#service = new SimService(scheduler, life, faults);
  }

  put(key: string, body: Uint8Array, condition: S3Condition): Promise<string | null> {
    this.meter.writes++;
    const bytes = Uint8Array.from(body);
    return this.#service.operation(`PUT ${key}`, true, () => {
      const stored = this.#stored(key);
      const holds =
        'ifMatch' in condition
          ? stored !== null && etagOf(stored) === condition.ifMatch
          : stored === null;
      if (!holds) return null;
      this.#store(key, bytes);
      return etagOf(bytes);
    });
  }

  get(
    key: string,
    range?: { readonly from: number; readonly to: number; readonly tag?: string },
  ): Promise<S3Object | null> {
    this.meter.reads++;
    return this.#service.operation(`GET ${key}`, false, () => {
      const stored = this.#stored(key);
      if (stored === null) return null;
      const tag = etagOf(stored);
      if (range?.tag !== undefined && range.tag !== tag) throw new Error('PreconditionFailed');
      const body = Uint8Array.from(stored.subarray(range?.from, range?.to));
      return { body, tag, bytes: stored.length };
    });
  }

  list(start: string, continuation = ''): Promise<S3Page> {
    this.meter.lists++;
    return this.#service.operation(`LIST ${start}`, false, () => {
      const names = [...this.#bucket.objects.keys()]
        .filter((name) => name.startsWith(start) && name > continuation)
        .sort();
      const page = names.slice(0, keysOfPage);
      const objects = page.map((name) => {
        const { bytes, at } = this.#bucket.objects.get(name) as { bytes: Uint8Array; at: number };
        return { name, bytes: bytes.length, ageMs: this.#scheduler.nowMs - at };
      });
      return { objects, next: names.length > page.length ? (page.at(-1) as string) : null };
    });
  }

  remove(keys: readonly string[]): Promise<void> {
    this.meter.removes++;
    return this.#service.operation(`DELETE ${keys.length}`, true, () => {
      for (const key of keys) this.#bucket.objects.delete(key);
    });
  }

  close(): void {
    // Nothing is held open.
  }

  #stored(key: string): Uint8Array | null {
    const { head, objects } = this.#bucket;
    return key === headName ? (head?.body ?? null) : (objects.get(key)?.bytes ?? null);
  }

  #store(key: string, bytes: Uint8Array): void {
    const bucket = this.#bucket;
    if (key !== headName) {
      bucket.objects.set(key, { bytes, at: this.#scheduler.nowMs });
      return;
    }
    bucket.head = { body: bytes, tag: `tag-${++bucket.tags}` };
    bucket.heads.push(bytes);
    bucket.swaps++;
  }
}

function etagOf(bytes: Uint8Array): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}
