import { family, globalGroup, removed } from '../ports/cut.ts';
import type { CommittedReply } from '../ports/ingress.ts';
import type { Log } from './log.ts';
import { writeText } from './message.ts';

/** What is remembered of a request with an idempotency key. */
export interface Remembered {
  readonly key: string;
  readonly atMs: number;
  /** The caller id that its reply is addressed to, or empty. */
  readonly replyTo: string;
  reply: CommittedReply | null;
}

/** Keys and kept replies, beyond which the oldest go although they would be remembered longer. */
const keptBytesMax = 256 << 20;

/**
 * The idempotency keys of all ingresses: remembered in the cut (E3) for at least `ttlMs`, or as
 * the last `keysMax` of them, whichever ends first, but never more than `bytesMax` of them and
 * their replies: whoever sends large bodies with ever new keys must not take all memory (E7). Keys are never forgotten one by one from the
 * middle, so a key that is not there was last seen before all that are.
 */
export class IdempotencyKeys {
  readonly #entries = new Map<string, Remembered>();
  readonly #byReply = new Map<string, Remembered>();
  readonly #log: Log;
  readonly #keysMax: number;
  readonly #ttlMs: number;
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(log: Log, keysMax: number, ttlMs: number, bytesMax = keptBytesMax) {
    this.#log = log;
    this.#keysMax = keysMax;
    this.#ttlMs = ttlMs;
    this.#bytesMax = bytesMax;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Remembered | undefined {
    return this.#entries.get(key);
  }

  remember(key: string, atMs: number, replyTo: string): void {
    this.#evict(atMs);
    const entry: Remembered = { key, atMs, replyTo, reply: null };
    this.#insert(entry);
    this.#write(entry);
  }

  /** Keeps the reply with the request that it answers, so that a repeated request gets it too. */
  keepReply(reply: CommittedReply): void {
    const entry = this.#byReply.get(reply.replyTo);
    if (entry === undefined || entry.reply !== null) return;
    entry.reply = reply;
    this.#bytes += reply.value.length;
    this.#write(entry);
  }

  restore(entry: Remembered): void {
    this.#insert(entry);
  }

  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#bytes -= bytesOf(entry);
    this.#entries.delete(key);
    if (entry.replyTo !== '') this.#byReply.delete(entry.replyTo);
  }

  /** After a recovery the entries came in the order of the log; eviction wants that of time. */
  sortByTime(): void {
    const entries = [...this.#entries.values()].sort((a, b) => a.atMs - b.atMs);
    this.#entries.clear();
    for (const entry of entries) this.#entries.set(entry.key, entry);
  }

  #insert(entry: Remembered): void {
    const earlier = this.#entries.get(entry.key);
    if (earlier !== undefined) this.#bytes -= bytesOf(earlier);
    this.#bytes += bytesOf(entry);
    this.#entries.set(entry.key, entry);
    if (entry.replyTo !== '') this.#byReply.set(entry.replyTo, entry);
  }

  #evict(nowMs: number): void {
    for (const [key, entry] of this.#entries) {
      const fits = this.#entries.size < this.#keysMax && this.#bytes < this.#bytesMax;
      if (fits && entry.atMs + this.#ttlMs > nowMs) return;
      this.forget(key);
      const bytes = Buffer.byteLength(key);
      this.#log.begin(family.idempotency | removed, globalGroup, bytes, 0);
      this.#log.chunk.utf8Write(key, this.#log.cursor, bytes);
    }
  }

  #write(entry: Remembered): void {
    const keyBytes = Buffer.byteLength(entry.key);
    const { reply, replyTo } = entry;
    const sizes = [replyTo, reply?.typename ?? ''].map((text) => Buffer.byteLength(text));
    const payload = 8 + 8 + 1 + (sizes[0] as number) + (sizes[1] as number);
    const value = reply?.value ?? '';
    this.#log.begin(family.idempotency, globalGroup, keyBytes, payload + value.length);
    const chunk = this.#log.chunk;
    chunk.utf8Write(entry.key, this.#log.cursor, keyBytes);
    let at = chunk.writeDoubleLE(entry.atMs, this.#log.cursor + keyBytes);
    at = writeText(chunk, at, replyTo, sizes[0] as number);
    at = writeText(chunk, at, reply?.typename ?? '', sizes[1] as number);
    at = chunk.writeUInt8(reply === null ? 0 : 1, at);
    chunk.latin1Write(value, at, value.length);
  }
}

function bytesOf({ key, reply }: Remembered): number {
  return key.length + (reply === null ? 0 : reply.value.length);
}
