import type { Ingress, IngressMessage, IngressSink } from '#runtime/ports/ingress.ts';
import { messageBytes, poisonAt } from './bench-functions.ts';

/** Messages per turn of the event loop at most, so that sockets and timers get theirs. */
const perTurn = 500;

export interface LoadOptions {
  readonly functionType: string;
  readonly keys: number;
  /** Keys in order instead of by chance: every address once. */
  readonly sequential?: boolean;
  /** Every so many messages one is for an address of its own, whose function fails each time. */
  readonly poisonEvery?: number;
  /** The function never answers those, instead. */
  readonly poisonHangs?: boolean;
  /** Other messages than the ones of `functionType`; `atMs`: when it was to be sent, monotonic. */
  readonly next?: (sent: number, atMs: number) => IngressMessage;
}

/**
 * Messages from nowhere: as many as are allowed to be outstanding (closed loop), or so many per
 * second (open loop, each with the time it should have been sent, so that a stall counts against
 * every message that it delays).
 */
export class LoadSource implements Ingress {
  readonly id = 'bench/load';
  sent = 0;
  done = 0;
  /** Messages that fail each time, each for an address of its own. */
  poisoned = 0;
  /** Only so many of the keys are used; all by default. */
  keys: number;
  /** Every so many messages one is poisoned, from now on. */
  poisonEvery: number;
  #sink: IngressSink | null = null;
  #running = false;
  readonly #options: LoadOptions;
  readonly #payload = Buffer.alloc(messageBytes, 0x78);
  /** Kept where they are few; a million strings would be the collector's work, not the runtime's. */
  readonly #ids: readonly string[];
  #seed = 12345;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.keys = options.keys;
    this.poisonEvery = options.poisonEvery ?? Infinity;
    const kept = options.keys <= 100_000 ? options.keys : 0;
    this.#ids = Array.from({ length: kept }, (_, i) => `id-${i}`);
  }

  open(sink: IngressSink): Promise<void> {
    this.#sink = sink;
    return Promise.resolve();
  }

  pause(): void {
    this.#running = false;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Call it for every message that has gone its whole way. */
  finished(count: number): void {
    this.done += count;
  }

  /** Keeps `window` messages outstanding, until `messagesMax` were sent or `pause` is called. */
  closedLoop(window: number, messagesMax = Infinity): Promise<void> {
    this.#running = true;
    return new Promise((resolve) => {
      const turn = (): void => {
        if (!this.#running || this.sent >= messagesMax) return resolve();
        const room = Math.min(perTurn, window - (this.sent - this.done), messagesMax - this.sent);
        const now = performance.now();
        for (let i = 0; i < room && this.#sink?.full === false; i++) this.#send(now);
        setImmediate(turn);
      };
      turn();
    });
  }

  /** Sends `perSecond` messages a second, until `pause` is called. */
  openLoop(perSecond: number): Promise<void> {
    this.#running = true;
    const start = performance.now();
    const first = this.sent;
    return new Promise((resolve) => {
      const turn = (): void => {
        if (!this.#running) return resolve();
        const due = ((performance.now() - start) * perSecond) / 1000;
        for (let i = 0; i < perTurn && this.sent - first < due; i++) {
          this.#send(start + ((this.sent - first) * 1000) / perSecond);
        }
        setTimeout(turn, 1);
      };
      turn();
    });
  }

  #send(at: number): void {
    const { functionType, sequential, next, poisonHangs = false } = this.#options;
    if (next !== undefined) {
      const message = next(this.sent, at);
      this.sent++;
      this.#sink?.accept([message], 'load', this.sent);
      return;
    }
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    const key = sequential === true ? this.sent % this.keys : this.#seed % this.keys;
    this.#payload.writeDoubleLE(at, 0);
    this.#payload.writeUInt32LE(this.#seed, 8);
    const poisoned = this.sent % this.poisonEvery === this.poisonEvery - 1;
    this.#payload[poisonAt] = !poisoned ? 0 : poisonHangs ? 2 : 1;
    // Nobody waits for it: it never goes its whole way.
    if (poisoned) {
      this.done++;
      this.poisoned++;
    }
    const message: IngressMessage = {
      type: functionType,
      id: poisoned ? `poison-${this.sent}` : (this.#ids[key] ?? `id-${key}`),
      typename: 'bench/payload',
      value: this.#payload,
    };
    this.sent++;
    this.#sink?.accept([message], 'load', this.sent);
  }
}
