import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import type { DecodedReply, InvocationBatch } from '#protocol/messages.ts';
import type { TimerHandle } from '#runtime/ports/clock.ts';
import type { EndpointStatus, RequestSink, Transport } from '#runtime/ports/transport.ts';
import { AttemptWatch } from './attempt-watch.ts';
import { retryDelayMs } from './backoff.ts';
import { AnswerParser, FrameWriter, type AnswerFrames, type FrameRange } from './batch-frames.ts';
import { embeddedConcurrency, embeddedKind, type EmbeddedOptions } from './embedded-transport.ts';
import { transportErrors } from './errors.ts';
import { attemptFailure, undecodable, type AttemptFailure } from './failure.ts';
import { endpointStatus } from './http-transport.ts';
import type { PendingRequest } from './pending-request.ts';
import { RequestLifecycle } from './request-lifecycle.ts';
import type { WorkerFrames } from './worker-frames.ts';

export interface EmbeddedWorkerData {
  readonly module: string;
  readonly functions: readonly string[];
}

export type EmbeddedWorkerMessage =
  | { readonly ready: true }
  | { readonly ready: false; readonly code: string | null; readonly message: string }
  | WorkerFrames;

interface Payload {
  range: FrameRange;
  /** Was with a worker when that died: perhaps it was the reason. */
  isSuspect: boolean;
}

type Request = PendingRequest<Payload>;

/** A suspect has the worker for itself so long at most; then others go on beside it. */
const suspectAloneMs = 1_000;

/**
 * Functions in a worker thread: they use a second core, and can't stall the engine. One encoded
 * buffer crosses per turn and direction, transferred; objects never do.
 *
 * A worker that dies takes down all that it held. Those requests are sent again one by one, each
 * alone, so that the one that kills the worker is found and can park (E8).
 */
export class EmbeddedWorkerTransport implements Transport, AnswerFrames {
  readonly concurrency: number;
  readonly #options: EmbeddedOptions;
  readonly #lifecycle: RequestLifecycle<Payload>;
  readonly #watch: AttemptWatch<Payload>;
  readonly #writer = new FrameWriter();
  /** By request id; null is free, 'late' was given up and its answer is still to come. */
  #slots: (Request | 'late' | null)[] = [];
  #free: number[] = [];
  #running = 0;
  /** Waiting for a worker, or for the suspects to be through; bounded by `concurrency` (E7). */
  #waiting: Request[] = [];
  #suspects: Request[] = [];
  #suspectAloneUntil = 0;
  #worker: Worker | null = null;
  #isReady = false;
  /** Just started: whoever never was with a dying worker goes first, or a killer starves all. */
  #isFresh = false;
  /** In a row, without an answer between them; the restarts slow down with them. */
  #deaths = 0;
  #heardAt = 0;
  #restartTimer: TimerHandle | null = null;
  #flushing = false;
  #hasOpen = false;
  #closed = false;

  private constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.concurrency = options.concurrency ?? embeddedConcurrency;
    const budgetMs = options.callTimeoutMs ?? 120_000;
    const attemptTimeoutMs = options.attemptTimeoutMs ?? budgetMs / 2;
    this.#lifecycle = new RequestLifecycle<Payload>({
      clock: options.clock,
      random: options.random,
      observer: options.observer,
      budgetMs,
      start: (request) => {
        (request.payload.isSuspect ? this.#suspects : this.#waiting).push(request);
        this.#watch.add(request);
        this.#flushSoon();
      },
    });
    this.#watch = new AttemptWatch(options.clock, this.#lifecycle, attemptTimeoutMs, (request) => {
      this.#timedOut(request, attemptTimeoutMs);
    });
  }

  /** Imports the module in a worker. Rejects with `WEIR_TRANSPORT_EMBEDDED_MODULE`. */
  static async open(this: void, options: EmbeddedOptions): Promise<EmbeddedWorkerTransport> {
    const transport = new EmbeddedWorkerTransport(options);
    try {
      await new Promise<void>((resolve, reject) => {
        transport.#startWorker(resolve, reject);
      });
    } catch (error) {
      await transport.close();
      throw error;
    }
    return transport;
  }

  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void {
    let body: Buffer;
    try {
      body = encodeInvocationBatch(batch);
    } catch (error) {
      this.#lifecycle.refuse(error, token, sink);
      return;
    }
    const range = { slab: body, start: 0, end: body.length };
    this.#lifecycle.begin(batch.target.type, { range, isSuspect: false }, token, sink);
  }

  status(): EndpointStatus {
    const { functions, module } = this.#options;
    return endpointStatus(
      { functions: functions.join(', '), kind: embeddedKind },
      pathToFileURL(module).href,
      this.#lifecycle,
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#lifecycle.close();
    this.#watch.close();
    this.#restartTimer?.cancel();
    await this.#worker?.terminate();
  }

  // ---- requests ------------------------------------------------------------------------------

  /** At the end of this turn of the event loop: what the turn still brings goes along. */
  #flushSoon(): void {
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#closed || !this.#isReady) return;
    const now = this.#options.clock.monotonic();
    const isAlone = this.#suspectAloneUntil > now;
    const isFirst = this.#isFresh && this.#waiting.length > 0;
    this.#isFresh = false;
    if (this.#suspects.length > 0 && !isFirst) {
      if (this.#running === 0 || !isAlone) this.#sendSuspect(now);
    } else if (!isAlone) {
      for (const request of this.#waiting) this.#put(request);
      this.#waiting.length = 0;
    }
    if (!this.#hasOpen) return;
    this.#hasOpen = false;
    const body = this.#writer.seal();
    // A copy: what the worker holds when it dies is sent again from our own bytes.
    const frames = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer;
    const message: WorkerFrames = { frames, bytes: body.length };
    this.#worker!.postMessage(message, [frames]);
  }

  /** Sends a suspect when the others have ended, or have had their time to. */
  #sendSuspect(now: number): void {
    if (this.#running > 0 && this.#suspectAloneUntil === 0) {
      this.#suspectAloneUntil = now + suspectAloneMs;
      this.#flushAfterSuspect();
      return;
    }
    this.#suspectAloneUntil = now + suspectAloneMs;
    this.#put(this.#suspects.shift()!);
    this.#flushAfterSuspect();
  }

  #flushAfterSuspect(): void {
    this.#options.clock.setTimer(suspectAloneMs + 1, () => {
      this.#flushSoon();
    });
  }

  #put(request: Request): void {
    const id = this.#free.pop() ?? this.#slots.length;
    this.#slots[id] = request;
    this.#running++;
    request.attemptAt = this.#options.clock.monotonic();
    this.#writer.take(request.payload.range, id);
    this.#hasOpen = true;
  }

  #timedOut(request: Request, attemptTimeoutMs: number): void {
    const id = this.#slots.indexOf(request);
    if (id < 0) {
      this.#waitedTooLong(request);
      return;
    }
    this.#slots[id] = 'late';
    this.#running--;
    const message = `${request.functionType} did not settle within ${attemptTimeoutMs} ms`;
    // Not a word from it since: it is stuck in a loop that never ends, with all that it holds.
    const isStuck = this.#heardAt < request.attemptAt;
    request.payload.isSuspect ||= isStuck;
    this.#lifecycle.failed(request, attemptFailure('timeout', message));
    if (isStuck) void this.#worker?.terminate();
  }

  /** Its attempt has not begun; only its budget counts. */
  #waitedTooLong(request: Request): void {
    if (this.#lifecycle.remainingMs(request) > 0) {
      this.#watch.add(request);
      return;
    }
    this.#waiting = this.#waiting.filter((other) => other !== request);
    this.#suspects = this.#suspects.filter((other) => other !== request);
    this.#lifecycle.expired(request);
  }

  // ---- answers -------------------------------------------------------------------------------

  frame(id: number, status: number, body: Buffer, start: number, end: number): void {
    const request = this.#settled(id);
    if (request === null) return;
    if (status !== 0) {
      const message = `${request.functionType} failed: ${body.toString('utf8', start, end)}`;
      this.#lifecycle.failed(request, attemptFailure('function', message));
      return;
    }
    let reply: DecodedReply;
    try {
      reply = decodeReply(body, start, end);
    } catch (error) {
      this.#lifecycle.failed(request, undecodable(error));
      return;
    }
    this.#deaths = 0; // it works; the next death has another reason
    this.#lifecycle.answered(request, reply);
  }

  tooLarge(id: number, bytes: number): void {
    const request = this.#settled(id);
    if (request === null) return;
    const message = `${request.functionType} answered with ${bytes} bytes`;
    this.#lifecycle.failed(request, attemptFailure('too-large', message));
  }

  /** Something else in the worker posts messages, too. */
  broken(): void {
    void this.#worker?.terminate();
  }

  #settled(id: number): Request | null {
    const slot = this.#slots[id] ?? null;
    if (slot === null) return null;
    this.#slots[id] = null;
    this.#free.push(id);
    if (slot === 'late') return null;
    this.#running--;
    slot.payload.isSuspect = false;
    if (this.#running === 0) this.#suspectAloneUntil = 0;
    if (this.#suspects.length > 0 || this.#waiting.length > 0) this.#flushSoon();
    return this.#watch.delete(slot) ? slot : null;
  }

  // ---- the worker ----------------------------------------------------------------------------

  #startWorker(onReady: () => void, onRefused: (error: Error) => void): void {
    const { module, functions, clock } = this.#options;
    const workerData: EmbeddedWorkerData = { module, functions };
    const worker = new Worker(new URL('./embedded.worker.ts', import.meta.url), { workerData });
    const parser = new AnswerParser(this, 0xffff_ffff);
    let why = '';
    this.#worker = worker;
    worker.on('message', (message: EmbeddedWorkerMessage | null | undefined) => {
      if (this.#closed) return;
      this.#heardAt = clock.monotonic();
      if (typeof message !== 'object' || message === null) {
        this.broken();
      } else if ('frames' in message) {
        parser.feed(Buffer.from(message.frames, 0, message.bytes));
      } else if (message.ready) {
        this.#isReady = true;
        this.#isFresh = true;
        this.#flushSoon();
        onReady();
      } else {
        why = message.message;
        const { EMBEDDED_MODULE } = transportErrors;
        onRefused(EMBEDDED_MODULE(message.message));
        void worker.terminate();
      }
    });
    worker.on('error', (error: unknown) => {
      why = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => {
      onRefused(transportErrors.WORKER_DIED(`${module}: the worker ended (${why || code})`));
      if (!this.#closed) this.#died(why === '' ? `exit code ${code}` : why);
    });
  }

  #died(why: string): void {
    const { clock, random, module } = this.#options;
    const wasReady = this.#isReady;
    this.#isReady = false;
    this.#worker = null;
    const held = this.#slots.filter((slot) => slot !== null && slot !== 'late');
    this.#slots = [];
    this.#free = [];
    this.#running = 0;
    this.#suspectAloneUntil = 0;
    if (this.#hasOpen) this.#writer.seal();
    this.#hasOpen = false;
    this.#deaths++;
    this.#restartTimer = clock.setTimer(retryDelayMs(this.#deaths, random), () => {
      this.#startWorker(
        () => {},
        () => {},
      );
    });
    const message = `the worker of ${module} ended: ${why}`;
    const failure = attemptFailure('worker', message);
    for (const request of held) {
      this.#watch.delete(request);
      request.payload.isSuspect = true;
      // Alone with the worker when it died: this one did it, and may be blamed.
      this.#lifecycle.failed(request, held.length === 1 ? guilty(failure) : failure);
    }
    if (wasReady) return; // the others were not touched, and wait for the next worker
    for (const request of [...this.#suspects.splice(0), ...this.#waiting.splice(0)]) {
      this.#watch.delete(request);
      this.#lifecycle.failed(request, failure);
    }
  }
}

function guilty(failure: AttemptFailure): AttemptFailure {
  return { ...failure, reached: true, message: `${failure.message}, with only this in it` };
}
