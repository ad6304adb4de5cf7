import type { InvocationBatch } from '#protocol/messages.ts';
import type { TimerHandle } from '#runtime/ports/clock.ts';
import { FrameWriter, type FrameRange } from './batch-frames.ts';
import { BatchPost, type BatchedRequest, type BatchPostContext } from './batch-post.ts';
import type { HttpClient } from './http-client.ts';

/**
 * POSTs in flight that hold back the next one. While they are under way further requests gather,
 * and few large POSTs cost less than many small ones; two, so that the function process always has
 * one at hand while the answer to the other travels.
 */
export const freshPostsMax = 2;
/**
 * A POST that is older holds back nobody: as a rule one slow function keeps it open, and that must
 * not stop the others (E8). The number of connections bounds such POSTs.
 */
const freshForMs = 5;

export interface PostQueueOptions {
  readonly context: Omit<BatchPostContext, 'notBatching' | 'ended'>;
  readonly client: HttpClient;
  readonly maxRequestsPerPost: number;
  readonly maxPostBytes: number;
  readonly freshPosts: number;
}

/** Gathers the requests of one URL and sends them together. */
export class PostQueue {
  /** What the server is known to understand. */
  batching = false;
  readonly #options: PostQueueOptions;
  readonly #context: BatchPostContext;
  readonly #writer = new FrameWriter();
  #open: BatchedRequest[] = [];
  /** Full POSTs that wait for their turn; bounded by the transport's concurrency (E7). */
  readonly #full: BatchPost[] = [];
  readonly #fresh = new Set<BatchPost>();
  #flushing = false;
  #timer: TimerHandle | null = null;
  #closed = false;

  constructor(options: PostQueueOptions) {
    this.#options = options;
    this.#context = {
      ...options.context,
      notBatching: () => {
        this.batching = false;
      },
      ended: (post) => {
        if (this.#fresh.delete(post)) this.#flushSoon();
      },
    };
  }

  /** Whether nothing is left of it; then it may be forgotten. */
  get idle(): boolean {
    return this.#open.length === 0 && this.#full.length === 0 && this.#fresh.size === 0;
  }

  /** Encodes a batch where `add` can take it without another copy, if it is the next call. */
  encode(batch: InvocationBatch): FrameRange {
    return this.#writer.encode(batch);
  }

  /** Sends the request with the next POST. */
  add(request: BatchedRequest): void {
    const { range } = request.payload;
    const bytes = 8 + range.end - range.start;
    const { maxRequestsPerPost, maxPostBytes } = this.#options;
    const isFull =
      this.#open.length >= maxRequestsPerPost || this.#writer.bytes + bytes > maxPostBytes;
    if (isFull && this.#open.length > 0) this.#full.push(this.#seal());
    this.#writer.take(range, this.#open.length);
    this.#open.push(request);
    this.#flushSoon();
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #seal(): BatchPost {
    const requests = this.#open;
    this.#open = [];
    return new BatchPost(this.#context, requests, this.#writer.seal());
  }

  /** At the end of this turn of the event loop: what the turn still brings goes along. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      if (!this.#closed) this.#flush();
    });
  }

  #flush(): void {
    while (this.#full.length > 0 || this.#open.length > 0) {
      if (this.#options.client.isBusy) {
        this.#flushAfter(freshForMs); // here they still gather; in the client's queue they would not
        return;
      }
      if (this.#fresh.size >= this.#options.freshPosts && !this.#dropOld()) return;
      const post = this.#full.shift() ?? this.#seal();
      post.sentAt = this.#context.clock.monotonic();
      this.#fresh.add(post);
      this.#options.client.post(post);
    }
  }

  /** Makes room if a POST is no longer fresh, else comes back when one will be. */
  #dropOld(): boolean {
    const now = this.#context.clock.monotonic();
    const [oldest] = this.#fresh; // in the order in which they were sent
    if (oldest === undefined) return true;
    const waitMs = oldest.sentAt + freshForMs - now;
    if (waitMs <= 0) {
      this.#fresh.delete(oldest);
      return true;
    }
    this.#flushAfter(waitMs);
    return false;
  }

  #flushAfter(waitMs: number): void {
    this.#timer ??= this.#context.clock.setTimer(waitMs, () => {
      this.#timer = null;
      if (!this.#closed) this.#flush();
    });
  }
}
