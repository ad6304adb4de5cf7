import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { InvocationBatch } from '#protocol/messages.ts';
import type { EndpointStatus, RequestSink, Transport } from '#runtime/ports/transport.ts';
import type { FrameRange } from './batch-frames.ts';
import { BatchLane, freshPostsMax } from './batch-lane.ts';
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
/** URLs with a lane of their own; a function's name may be part of the URL. */
const lanesMax = 1024;

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
  readonly concurrency: number;
  readonly #options: BatchedTransportOptions;
  readonly #settings: HttpSettings;
  readonly #client: HttpClient;
  readonly #standardHeaders: string[];
  readonly #batchHeaders: string[];
  readonly #lifecycle: RequestLifecycle<BatchedPayload>;
  readonly #lanes = new Map<string, BatchLane>();

  /** Throws a `WeirError` for a URL, certificate or option that can't be used. */
  constructor(options: BatchedTransportOptions) {
    this.#options = options;
    this.#settings = httpSettings(options);
    this.concurrency = bounded(options, 'concurrency', 1024, 1_000_000);
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

  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void {
    let path: string;
    let range: FrameRange;
    let isInSlab: boolean;
    try {
      path = this.#client.url.pathOf(batch.target.type);
      const lane = this.#lane(path);
      isInSlab = lane.batching && this.#lifecycle.health.state === 'up';
      range = isInSlab ? lane.encode(batch) : ownRange(encodeInvocationBatch(batch));
    } catch (error) {
      this.#lifecycle.refuse(error, token, sink);
      return;
    }
    const request = this.#lifecycle.begin(batch.target.type, { path, range }, token, sink);
    // Held back after all: the next batch will be written over this place.
    if (isInSlab && request.isHeld) {
      request.payload.range = ownRange(Buffer.from(range.slab.subarray(range.start, range.end)));
    }
  }

  status(): EndpointStatus {
    return endpointStatus(this.#options, this.#client.url.shown, this.#lifecycle);
  }

  async close(): Promise<void> {
    this.#lifecycle.close();
    for (const lane of this.#lanes.values()) lane.close();
    await this.#client.close();
  }

  #start(request: BatchedRequest): void {
    const lane = this.#lane(request.payload.path);
    // What comes back after an outage may be another image: ask it anew whether it batches.
    if (this.#lifecycle.health.state === 'down') lane.batching = false;
    if (lane.batching) {
      lane.add(request);
      return;
    }
    this.#client.post(
      new StandardExchange(
        request,
        this.#lifecycle,
        this.#standardHeaders,
        this.#settings,
        (headers) => {
          lane.batching = headerOf(headers, batchHeader) === '1';
        },
      ),
    );
  }

  #lane(path: string): BatchLane {
    const known = this.#lanes.get(path);
    if (known !== undefined) return known;
    if (this.#lanes.size >= lanesMax) {
      for (const [other, lane] of this.#lanes) if (lane.idle) this.#lanes.delete(other);
    }
    const options = this.#options;
    const lane = new BatchLane({
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
    this.#lanes.set(path, lane);
    return lane;
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
