import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { InvocationBatch } from '#protocol/messages.ts';
import type { EndpointStatus, RequestSink, Transport } from '#runtime/ports/transport.ts';
import type { FrameRange } from './batch-frames.ts';
import { PostQueue, freshPostsMax } from './post-queue.ts';
import { batchContentType, batchHeader, type BatchedPayload } from './batch-post.ts';
import type { BatchedRequest } from './batch-post.ts';
import { transportErrors } from './errors.ts';
import type { HttpClient } from './http-client.ts';
import { headerOf, standardContentType } from './http-reply.ts';
import { endpointStatus, httpClient, httpSettings, standardHeaders } from './http-transport.ts';
import { StandardExchange } from './http-transport.ts';
import type { HttpSettings, HttpTransportOptions } from './http-transport.ts';
import { RequestLifecycle } from './request-lifecycle.ts';

/** The protocol's bounds of one POST. */
const maxRequestsPerPost = 256;
const maxPostBytes = 8 * 1024 * 1024;
/** URLs with a queue of their own; a function's name may be part of the URL. */
const queuesMax = 1024;

export interface BatchedTransportOptions extends HttpTransportOptions {
  /** Requests outstanding at most; 1,024 by default. */
  readonly concurrency?: number;
  /** Requests in one POST; 256 by default and at most. */
  readonly maxRequestsPerPost?: number;
  /** Bytes of one POST, unless a single request is larger; 8 MiB by default and at most. */
  readonly maxPostBytes?: number;
  /** POSTs in flight that hold back the next one; 2 by default. */
  readonly freshPosts?: number;
}

/**
 * Many requests in one POST (docs/batched-transport.md). Negotiated: standard requests offer it by
 * a header, and a server that knows it says so; against any other it remains the standard protocol.
 */
export class BatchedTransport implements Transport {
  readonly #options: BatchedTransportOptions;
  readonly #concurrency: number;
  readonly #settings: HttpSettings;
  readonly #client: HttpClient;
  readonly #standardHeaders: string[];
  readonly #batchHeaders: string[];
  readonly #lifecycle: RequestLifecycle<BatchedPayload>;
  readonly #queues = new Map<string, PostQueue>();

  /** Throws a `WeirError` for a URL, certificate or option that can't be used. */
  constructor(options: BatchedTransportOptions) {
    this.#options = options;
    this.#settings = httpSettings(options);
    this.#concurrency = bounded(options, 'concurrency', 1024, 1_000_000);
    bounded(options, 'maxRequestsPerPost', maxRequestsPerPost, maxRequestsPerPost);
    bounded(options, 'maxPostBytes', maxPostBytes, maxPostBytes);
    bounded(options, 'freshPosts', freshPostsMax, 64);
    this.#client = httpClient(options, this.#settings);
    this.#standardHeaders = [...standardHeaders(this.#client.url), batchHeader, '1'];
    this.#batchHeaders = this.#standardHeaders.map((value) =>
      value === standardContentType ? batchContentType : value,
    );
    // Frames are read while they arrive; nothing is won by packing them.
    this.#batchHeaders[this.#batchHeaders.indexOf('gzip,deflate')] = 'identity';
    this.#lifecycle = new RequestLifecycle<BatchedPayload>({
      clock: options.clock,
      random: options.random,
      observer: options.observer,
      budgetMs: this.#settings.callTimeoutMs,
      start: (request) => {
        this.#start(request);
      },
    });
  }

  /** Those that hang while others are answered do not count, as far as one can tell: one of a POST. */
  get concurrency(): number {
    return this.#concurrency + this.#client.places.overtaken;
  }

  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void {
    let path: string;
    let range: FrameRange;
    try {
      path = this.#client.url.pathOf(batch.target.type);
      const queue = this.#queue(path);
      // What is held goes later, and another that is let through now would be written over its place.
      const goesNow = queue.batching && !this.#lifecycle.holds;
      range = goesNow ? queue.encode(batch) : ownRange(encodeInvocationBatch(batch));
    } catch (error) {
      this.#lifecycle.refuse(error, token, sink);
      return;
    }
    this.#lifecycle.begin(batch.target.type, { path, range }, token, sink);
  }

  status(): EndpointStatus {
    return endpointStatus(this.#options, this.#client.url.shown, this.#lifecycle);
  }

  async close(): Promise<void> {
    this.#lifecycle.close();
    for (const queue of this.#queues.values()) queue.close();
    await this.#client.close();
  }

  #start(request: BatchedRequest): void {
    const queue = this.#queue(request.payload.path);
    // What comes back after an outage may be another image: ask it anew whether it batches.
    if (this.#lifecycle.health.state === 'down') queue.batching = false;
    if (queue.batching) {
      queue.add(request);
      return;
    }
    this.#client.post(
      new StandardExchange(
        request,
        this.#lifecycle,
        this.#standardHeaders,
        this.#settings,
        (headers) => {
          queue.batching = headerOf(headers, batchHeader) === '1';
        },
      ),
    );
  }

  #queue(path: string): PostQueue {
    const known = this.#queues.get(path);
    if (known !== undefined) return known;
    if (this.#queues.size >= queuesMax) {
      for (const [other, queue] of this.#queues) if (queue.idle) this.#queues.delete(other);
    }
    const options = this.#options;
    const queue = new PostQueue({
      context: {
        path,
        headers: this.#batchHeaders,
        clock: options.clock,
        settings: this.#settings,
        lifecycle: this.#lifecycle,
      },
      client: this.#client,
      maxRequestsPerPost: options.maxRequestsPerPost ?? maxRequestsPerPost,
      maxPostBytes: options.maxPostBytes ?? maxPostBytes,
      freshPosts: options.freshPosts ?? freshPostsMax,
    });
    this.#queues.set(path, queue);
    return queue;
  }
}

function ownRange(body: Buffer): FrameRange {
  return { slab: body, start: 0, end: body.length };
}

type Numeric = 'concurrency' | 'maxRequestsPerPost' | 'maxPostBytes' | 'freshPosts';

function bounded(
  options: BatchedTransportOptions,
  name: Numeric,
  otherwise: number,
  most: number,
): number {
  const value = options[name] ?? otherwise;
  if (!Number.isSafeInteger(value) || value < 1 || value > most) {
    throw transportErrors.BAD_OPTION(
      `${name} of ${options.functions} is ${value}; whole, from 1 to ${most}`,
    );
  }
  return value;
}
