import type { StoreUsage } from './store-usage.ts';

/**
 * Object storage as snapshots need it: immutable objects, and one object, the head, that only a
 * compare-and-swap changes (E5). Implementations: a local folder, S3.
 */
export interface SnapshotStore {
  /** For messages; without credentials. */
  readonly url: string;
  /** What this client has asked the store for since it was opened. */
  readonly usage: StoreUsage;
  /** Creates an immutable object, durable when it resolves. Names are never reused. */
  put(name: string, chunks: readonly Uint8Array[]): Promise<void>;
  /** The whole object, or null if there is none. */
  get(name: string): Promise<Uint8Array | null>;
  /** The head with its tag, or null before the first commit. */
  readHead(): Promise<Head | null>;
  /**
   * Replaces the head if its tag is still `expected` (null: if there is none). `conflict` means
   * that another writer was there first. A rejection means that the outcome is not known: read
   * the head.
   */
  swapHead(body: Uint8Array, expected: string | null): Promise<SwapResult>;
  /** Names that begin with `prefix`, in byte order, with their age. */
  list(prefix: string): Promise<readonly ObjectInfo[]>;
  /** Removes objects; one that is not there is no error. Never the head. */
  remove(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface Head {
  readonly body: Uint8Array;
  readonly tag: string;
}

export type SwapResult =
  { readonly outcome: 'swapped'; readonly tag: string } | { readonly outcome: 'conflict' };

export interface ObjectInfo {
  readonly name: string;
  readonly bytes: number;
  /** Milliseconds since it was written, by the store's clock. */
  readonly ageMs: number;
}
