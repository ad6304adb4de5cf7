import { decodeReply } from '#protocol/codec/reply.ts';
import type { DecodedReply } from '#protocol/messages.ts';
import type { Clock } from '#runtime/ports/clock.ts';
import type { FrameRange, AnswerFrames } from './batch-frames.ts';
import { AnswerParser } from './batch-frames.ts';
import type { LastReply } from '#runtime/ports/transport.ts';
import { attemptFailure, lastReplyOf, statusFailure, undecodable } from './failure.ts';
import type { AttemptFailure } from './failure.ts';
import { HttpExchange, type Headers } from './http-client.ts';
import { hasElement, headerOf } from './http-reply.ts';
import type { HttpSettings } from './http-transport.ts';
import type { PendingRequest } from './pending-request.ts';
import type { RequestLifecycle } from './request-lifecycle.ts';

export const batchContentType = 'application/vnd.weir.batch.v1';
export const batchHeader = 'weir-batch';

const refusedBodyBytesMax = 64 * 1024;
/** How long the body of a POST may stay open after its last answer. */
const drainMs = 1_000;
/** Requests that were sent together time out together, not one timer each. */
const sameTimeMs = 10;

/** What a request of the batched transport carries through its attempts. */
export interface BatchedPayload {
  readonly path: string;
  /** The encoded request. */
  range: FrameRange;
}

export type BatchedRequest = PendingRequest<BatchedPayload>;

/** What a POST needs to know of the transport that sends it. */
export interface BatchPostContext {
  readonly path: string;
  readonly headers: string[];
  readonly clock: Clock;
  readonly settings: HttpSettings;
  readonly lifecycle: RequestLifecycle<BatchedPayload>;
  /** The server does not batch (any more). */
  notBatching(): void;
  /** The POST does no longer count against those in flight. */
  ended(post: BatchPost): void;
}

/** One POST with many requests; each is answered, fails or times out on its own (E8). */
export class BatchPost extends HttpExchange implements AnswerFrames {
  readonly body: Buffer;
  /** Monotonic milliseconds. */
  sentAt: number;
  readonly #context: BatchPostContext;
  /** By request id; null once answered or given up. */
  readonly #requests: (BatchedRequest | null)[];
  readonly #parser: AnswerParser;
  #left: number;
  /** Monotonic milliseconds. */
  #lastAnswerAt = -Infinity;
  /** Highest id of the requests that were answered. */
  #reached = -1;
  #status = 0;
  #contentType = '';
  #knowsBatching = false;
  #accepted = false;
  #refusedBody: Buffer[] = [];
  #refusedBytes = 0;
  #ended = false;

  constructor(context: BatchPostContext, requests: BatchedRequest[], body: Buffer) {
    super();
    this.#context = context;
    this.#requests = requests;
    this.#left = requests.length;
    this.#parser = new AnswerParser(this, context.settings.payloadMaxBytes);
    this.body = body;
    this.sentAt = context.clock.monotonic();
  }

  get path(): string {
    return this.#context.path;
  }

  get headers(): string[] {
    return this.#context.headers;
  }

  /** The shortest time that one of the requests has left; those without any are given up. */
  override limitMs(): number {
    const { lifecycle, settings } = this.#context;
    let shortest = settings.attemptTimeoutMs;
    for (const [id, request] of this.#requests.entries()) {
      if (request === null) continue;
      const remaining = lifecycle.remainingMs(request);
      if (remaining > 0) shortest = Math.min(shortest, remaining);
      else lifecycle.expired(this.#takeAt(id)!);
    }
    return this.#left === 0 ? 0 : shortest;
  }

  protected override expired(): void {
    this.#end();
  }

  protected override timedOut(): void {
    if (this.#left === 0) {
      this.finish(true); // every answer is there, but the server does not end the body
      return;
    }
    const { lifecycle, settings, clock } = this.#context;
    const now = clock.monotonic();
    // A server that does not keep up goes on answering, and has not come to those behind yet.
    const moves = this.#lastAnswerAt > (this.sentAt + now) / 2;
    const message = `${this.where()} did not answer in time`;
    let next = Infinity;
    for (const [id, request] of this.#requests.entries()) {
      if (request === null) continue;
      const attemptEndsAt = this.sentAt + settings.attemptTimeoutMs;
      const leftMs = Math.min(attemptEndsAt - now, lifecycle.remainingMs(request));
      if (leftMs > sameTimeMs) next = Math.min(next, leftMs);
      else {
        const inLine = moves && id > this.#reached;
        this.#failOne(id, { ...attemptFailure('timeout', message), inLine });
      }
    }
    if (this.#left > 0) this.rearm(clock, next);
    else {
      this.finish(true);
      this.#end();
    }
  }

  protected override failed(failure: AttemptFailure): void {
    this.#parser.stop();
    for (const id of this.#requests.keys()) this.#failOne(id, failure);
    this.#end();
  }

  protected override responseStarted(status: number, headers: Headers): void {
    this.#status = status;
    this.#contentType = headerOf(headers, 'content-type');
    this.#knowsBatching = headerOf(headers, batchHeader) === '1';
    this.#accepted = status === 200 && hasElement(this.#contentType, batchContentType);
    const encoding = headerOf(headers, 'content-encoding').toLowerCase();
    if (this.#accepted && encoding !== '' && encoding !== 'identity') {
      const message = `${this.where()}: a batched answer may not be encoded (${encoding})`;
      this.fail(attemptFailure('content-encoding', message));
    }
  }

  protected override responseData(chunk: Buffer): void {
    if (this.#accepted) {
      this.#parser.feed(chunk);
      return;
    }
    this.#refusedBody.push(chunk);
    this.#refusedBytes += chunk.length;
    if (this.#refusedBytes > refusedBodyBytesMax) this.#refuse(true);
  }

  protected override responseEnded(): void {
    if (!this.#accepted) {
      this.#refuse(false);
      return;
    }
    this.finish();
    if (this.#left === 0) {
      this.#end();
      return;
    }
    const what = this.#parser.between ? 'without a frame for this request' : 'within a frame';
    this.failed(attemptFailure('reset', `${this.where()}: the answer ended ${what}`));
  }

  frame(requestId: number, status: number, body: Buffer, start: number, end: number): void {
    const request = this.#known(requestId);
    if (request === null) return;
    this.#lastAnswerAt = this.#context.clock.monotonic();
    this.repliedTo();
    this.#reached = Math.max(this.#reached, requestId);
    const last = (): LastReply =>
      lastReplyOf(this.#status, this.#contentType, body.subarray(start, end));
    if (status !== 0) {
      const reason = body.toString('utf8', start, Math.min(end, start + 1024));
      const failure =
        status === 1
          ? attemptFailure('function', `the function failed: ${reason}`, last())
          : attemptFailure(
              'protocol',
              `${this.where()}: unknown status ${status} in a frame`,
              last(),
            );
      this.#failOne(requestId, failure);
      this.#answeredOne();
      return;
    }
    let reply: DecodedReply;
    try {
      reply = decodeReply(body, start, end);
    } catch (error) {
      this.#failOne(requestId, undecodable(error, last()));
      this.#answeredOne();
      return;
    }
    this.#takeAt(requestId);
    this.#answeredOne();
    this.#context.lifecycle.answered(request, reply, last);
  }

  tooLarge(requestId: number, bytes: number): void {
    if (this.#known(requestId) === null) return;
    const limit = this.#context.settings.payloadMaxBytes;
    const message = `${this.where()}: a reply of ${bytes} bytes where payload_max_bytes is ${limit}`;
    this.#failOne(requestId, attemptFailure('too-large', message));
    this.#answeredOne();
  }

  broken(message: string): void {
    this.fail(attemptFailure('protocol', `${this.where()}: ${message}`));
  }

  /** The request of an id; null if it was given up before. An id that never was breaks the POST. */
  #known(requestId: number): BatchedRequest | null {
    const request = this.#requests[requestId];
    if (request === undefined) {
      this.#parser.stop();
      this.broken(`an answer to request ${requestId} of ${this.#requests.length}`);
      return null;
    }
    return request;
  }

  #takeAt(id: number): BatchedRequest | null {
    const request = this.#requests[id]!;
    if (request !== null) this.#left--;
    this.#requests[id] = null;
    return request;
  }

  #failOne(id: number, failure: AttemptFailure): void {
    const request = this.#takeAt(id);
    if (request === null) return;
    unpin(request);
    this.#context.lifecycle.failed(request, failure);
  }

  #answeredOne(): void {
    if (this.#left > 0 || this.over) return;
    this.rearm(this.#context.clock, drainMs);
    this.#end();
  }

  /** The answer is no batched one: as a rule another image runs there now. */
  #refuse(abort: boolean): void {
    const body = Buffer.concat(this.#refusedBody);
    const last = lastReplyOf(this.#status, this.#contentType, body);
    if (!this.#knowsBatching) this.#context.notBatching();
    if (!this.#knowsBatching && this.#status >= 400) {
      this.finish(abort);
      this.#end();
      for (const id of this.#requests.keys()) {
        const request = this.#takeAt(id);
        if (request === null) continue;
        unpin(request);
        this.#context.lifecycle.startAgain(request);
      }
    } else if (this.#status !== 200) {
      this.fail(statusFailure(this.where(), last), abort);
    } else {
      const message = `${this.where()}: a batch was answered as ${JSON.stringify(last.contentType)}`;
      this.fail(attemptFailure('content-type', message, last), abort);
    }
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#context.ended(this);
  }
}

/** A request that waits for its retry must not keep the slab of a whole POST alive. */
function unpin(request: BatchedRequest): void {
  const { slab, start, end } = request.payload.range;
  const copy = Buffer.from(slab.subarray(start, end));
  request.payload.range = { slab: copy, start: 0, end: copy.length };
}
