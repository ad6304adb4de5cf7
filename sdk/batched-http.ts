import type { ServerResponse } from 'node:http';
import type { Sliced } from './batch-turns.ts';
import type { FunctionServer } from './function-server.ts';
import { answerText, batchHeader, batchType, batchVersion } from './http-answers.ts';
import { sdkErrors } from './errors.ts';
import { RequestScope } from './request-scope.ts';

const requestHeadBytes = 8;
const answerHeadBytes = 9;
const statusDone = 0;
const statusFailed = 1;

/**
 * Answers a batch: many requests for different addresses in one body, as frames
 * `u32 length | u32 request id | ToFunction`, answered by frames
 * `u32 length | u32 request id | u8 status | bytes` in the order in which they are done. What is
 * done in one turn of the event loop goes out in one write.
 */
export function answerBatch(server: FunctionServer, body: Buffer, response: ServerResponse): void {
  const frames = findFrames(body);
  if (typeof frames === 'string') {
    answerText(response, 400, `${sdkErrors.code('REQUEST')}: ${frames}`);
    return;
  }
  new BatchedAnswer(server, body, frames, response).start();
}

/** Where the frames of a body begin, or what is wrong with them. */
export function findFrames(body: Buffer): number[] | string {
  const frames: number[] = [];
  let position = 0;
  while (position < body.length) {
    if (body.length - position < requestHeadBytes) return 'the body ends within a frame head';
    const length = body.readUInt32LE(position);
    if (length < 4) return `a frame of ${length} bytes has no request id (at byte ${position})`;
    if (length > body.length - position - 4) {
      return `a frame of ${length} bytes at byte ${position} goes beyond the end of the body`;
    }
    frames.push(position);
    position += 4 + length;
  }
  return frames.length === 0 ? 'the body has no frame' : frames;
}

class BatchedAnswer implements Sliced {
  readonly #server: FunctionServer;
  readonly #body: Buffer;
  readonly #frames: readonly number[];
  readonly #response: ServerResponse;
  readonly #scope = new RequestScope();
  #next = 0;
  #open: number;
  /** Frames that are done and not yet written: head, bytes, head, bytes, … */
  #ready: Buffer[] = [];
  #readyBytes = 0;
  #flushScheduled = false;
  #gone = false;

  constructor(
    server: FunctionServer,
    body: Buffer,
    frames: readonly number[],
    response: ServerResponse,
  ) {
    this.#server = server;
    this.#body = body;
    this.#frames = frames;
    this.#open = frames.length;
    this.#response = response;
  }

  start(): void {
    this.#response.once('close', () => {
      this.#gone = !this.#response.writableFinished;
      if (this.#gone) this.#scope.abandon();
    });
    this.#server.turns.add(this);
  }

  runUntil(endMs: number): boolean {
    while (this.#next < this.#frames.length) {
      // Nobody waits any more, and the runtime sends again what it did not get.
      if (this.#gone) return true;
      this.#run(this.#frames[this.#next++] as number);
      if (performance.now() > endMs) break;
    }
    this.#flush();
    return this.#next === this.#frames.length;
  }

  #run(start: number): void {
    const length = this.#body.readUInt32LE(start);
    const id = this.#body.readUInt32LE(start + 4);
    const request = this.#body.subarray(start + requestHeadBytes, start + 4 + length);
    try {
      const reply = this.#server.registry.invoke(request, this.#scope);
      if (reply instanceof Promise) {
        reply.then(
          (bytes) => this.#finishLater(id, statusDone, bytes),
          (error: unknown) => this.#finishLater(id, statusFailed, this.#reason(error)),
        );
      } else {
        this.#finish(id, statusDone, reply);
      }
    } catch (error) {
      this.#finish(id, statusFailed, this.#reason(error));
    }
  }

  #reason(error: unknown): Buffer {
    return Buffer.from(this.#server.report(error));
  }

  #finish(id: number, status: number, bytes: Buffer): void {
    const head = Buffer.allocUnsafe(answerHeadBytes);
    head.writeUInt32LE(5 + bytes.length, 0);
    head.writeUInt32LE(id, 4);
    head[8] = status;
    this.#ready.push(head, bytes);
    this.#readyBytes += answerHeadBytes + bytes.length;
    this.#open--;
  }

  #finishLater(id: number, status: number, bytes: Buffer): void {
    this.#finish(id, status, bytes);
    if (this.#flushScheduled) return;
    this.#flushScheduled = true;
    setImmediate(() => {
      this.#flushScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#gone || this.#readyBytes === 0) return;
    const bytes = Buffer.concat(this.#ready, this.#readyBytes);
    this.#ready = [];
    this.#readyBytes = 0;
    const response = this.#response;
    const last = this.#open === 0;
    if (!response.headersSent) this.#writeHead(last ? bytes.length : null);
    if (last) response.end(bytes);
    else response.write(bytes);
  }

  // With a length nothing needs to be chunked: all requests were done at once.
  #writeHead(bytes: number | null): void {
    const headers = ['content-type', batchType, batchHeader, batchVersion];
    if (bytes !== null) headers.push('content-length', String(bytes));
    this.#response.writeHead(200, headers);
  }
}
