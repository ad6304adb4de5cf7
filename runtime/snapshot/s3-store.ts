import type { Clock } from '../ports/clock.ts';
import type { Head, ObjectInfo, SnapshotStore, SwapResult } from '../ports/snapshot-store.ts';
import type { StoreUsage } from '../ports/store-usage.ts';
import { snapshotErrors } from './errors.ts';
import { headName } from './head.ts';
import { checkObjectName, isObjectName } from './object-names.ts';
import { S3Requests, type S3Object } from './s3-requests.ts';
import { parseS3Url } from './s3-url.ts';

/** The requests of object storage that the store rests on. */
export type ObjectRequests = Pick<
  S3Requests,
  'meter' | 'put' | 'get' | 'list' | 'remove' | 'close'
>;

/** Larger objects are read in ranges of this size, several at a time. */
const rangeBytes = 8 * 1024 * 1024;
const rangesAtOnce = 4;
const removedAtOnce = 1_000;

/**
 * Snapshots in object storage: objects under their names, and `head`, behind the prefix of the URL.
 *
 * The head changes by a conditional write alone: If-None-Match for the first one, then If-Match
 * with the ETag that was read (E5). ETags of small objects are derived from their content; that
 * no head is ever written twice is what its random commit id is for. Immutable objects are written
 * with If-None-Match too, so that a name can never change its content. Nothing is copied, and no
 * key is the folder of another one: servers that keep objects as files refuse that.
 */
export class S3Store implements SnapshotStore {
  readonly url: string;
  readonly #requests: ObjectRequests;

  constructor(url: string, requests: ObjectRequests) {
    this.url = url;
    this.#requests = requests;
  }

  /** Of a URL as `parseS3Url` reads it; nothing is sent yet. */
  static of(url: string, clock: Clock): S3Store {
    const place = parseS3Url(url);
    const shown = `s3://${place.bucket}/${place.prefix}`.replace(/\/$/, '');
    return new S3Store(shown, new S3Requests(place, clock));
  }

  get usage(): StoreUsage {
    return this.#requests.meter.now();
  }

  async put(name: string, chunks: readonly Uint8Array[]): Promise<void> {
    checkObjectName(name);
    const body = chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks);
    if ((await this.#requests.put(name, body, { ifNoneMatch: '*' })) !== null) return;
    // A repeated put after an unknown outcome is fine; another object by this name is not.
    const stored = await this.get(name);
    if (stored !== null && Buffer.from(stored.buffer).equals(body)) return;
    throw snapshotErrors.OBJECT_EXISTS(`${name} in ${this.url} exists already`);
  }

  async get(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    checkObjectName(name);
    const first = await this.#firstRange(name);
    if (first === null) return null;
    if (first.bytes <= first.body.length) return first.body;
    return this.#otherRanges(name, first);
  }

  async readHead(): Promise<Head | null> {
    return this.#requests.get(headName);
  }

  async swapHead(body: Uint8Array, expected: string | null): Promise<SwapResult> {
    const condition = expected === null ? { ifNoneMatch: '*' as const } : { ifMatch: expected };
    const tag = await this.#requests.put(headName, body, condition);
    return tag === null ? { outcome: 'conflict' } : { outcome: 'swapped', tag };
  }

  async list(prefix: string): Promise<readonly ObjectInfo[]> {
    const found: ObjectInfo[] = [];
    let next: string | undefined;
    do {
      const page = await this.#requests.list(prefix, next);
      for (const object of page.objects) if (isObjectName(object.name)) found.push(object);
      next = page.next ?? undefined;
    } while (next !== undefined);
    // Directory buckets list in no order.
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async remove(names: readonly string[]): Promise<void> {
    for (const name of names) checkObjectName(name);
    for (let i = 0; i < names.length; i += removedAtOnce) {
      await this.#requests.remove(names.slice(i, i + removedAtOnce));
    }
  }

  async close(): Promise<void> {
    this.#requests.close();
  }

  async #firstRange(name: string): Promise<S3Object | null> {
    try {
      return await this.#requests.get(name, { from: 0, to: rangeBytes });
    } catch (error) {
      // No range of an empty object can be given.
      const cause = (error as Error).cause as { readonly name?: string } | undefined;
      if (cause?.name === 'InvalidRange') return this.#requests.get(name);
      throw error;
    }
  }

  async #otherRanges(name: string, first: S3Object): Promise<Uint8Array<ArrayBuffer>> {
    const whole = new Uint8Array(first.bytes);
    whole.set(first.body);
    let from = first.body.length;
    const work = async (): Promise<void> => {
      while (from < whole.length) {
        const range = { from, to: Math.min(from + rangeBytes, whole.length), tag: first.tag };
        from = range.to;
        const part = await this.#requests.get(name, range);
        if (part === null || part.body.length !== range.to - range.from) {
          throw snapshotErrors.STORE_FAILED(`${this.url}: ${name} changed while it was read`);
        }
        whole.set(part.body, range.from);
      }
    };
    await Promise.all(Array.from({ length: rangesAtOnce }, work));
    return whole;
  }
}
