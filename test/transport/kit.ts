import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, ListenOptions, Socket } from 'node:net';
import type {
  Bytes,
  DecodedReply,
  InvocationBatch,
  InvocationNode,
  StateSlot,
  ValueSlice,
} from '#protocol/messages.ts';
import { decodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { encodeReply } from '#protocol/codec/reply.ts';
import type { Clock, Random } from '#runtime/ports/clock.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import type {
  LastReply,
  RequestFailure,
  RequestSink,
  Transport,
  TransportObserver,
} from '#runtime/ports/transport.ts';

export const quietObserver: TransportObserver = {
  attempt: () => {},
  failure: () => {},
  retry: () => {},
};

/** The reply of a function that does nothing. */
export const none: DecodedReply = {
  kind: 'effects',
  mutations: [],
  messages: [],
  delayed: [],
  egress: [],
};

/** Half of every delay: repeatable, and still growing. */
export const evenRandom: Random = { next: () => 0.5, hex: (bytes) => '0'.repeat(bytes * 2) };

export const common = {
  functions: 'test/*',
  kind: 'io.statefun.transports.v1/async',
  clock: systemClock,
  random: evenRandom,
  observer: quietObserver,
};

/** A batch for `test/echo` with one message per value and, if given, one state `seen`. */
export function batchOf(
  id: string,
  values: readonly Bytes[] = ['hello'],
  type = 'test/echo',
  state?: string,
): InvocationBatch {
  let first: InvocationNode | null = null;
  for (const value of values.toReversed()) {
    first = { caller: null, typename: 'test/text', value, next: first };
  }
  const body = Buffer.from(state ?? '');
  const slot: StateSlot = {
    name: 'seen',
    typename: 'test/text',
    present: state !== undefined,
    body,
    start: 0,
    end: body.length,
  };
  return {
    target: { type, id },
    states: [slot],
    stateCount: 1,
    first: first!,
    count: values.length,
  };
}

export interface Answer {
  readonly token: unknown;
  /** The text of each message that the reply sends, copied at once. */
  readonly texts: readonly string[];
  readonly kind: DecodedReply['kind'];
  readonly lastReply: LastReply | undefined;
}

export interface Failed {
  readonly token: unknown;
  readonly failure: RequestFailure;
}

export function textOf(value: ValueSlice): string {
  return value.body.toString('latin1', value.start, value.end);
}

/** Keeps what is reported, and lets one wait for it. */
export class RecordingSink implements RequestSink {
  readonly answers: Answer[] = [];
  readonly failures: Failed[] = [];
  insideSend = false;
  reportedInsideSend = 0;

  answered(token: unknown, reply: DecodedReply, lastReply?: () => LastReply): void {
    if (this.insideSend) this.reportedInsideSend++;
    const texts =
      reply.kind === 'effects' ? reply.messages.map((message) => textOf(message.value)) : [];
    this.answers.push({ token, texts, kind: reply.kind, lastReply: lastReply?.() });
  }

  failed(token: unknown, failure: RequestFailure): void {
    if (this.insideSend) this.reportedInsideSend++;
    this.failures.push({ token, failure });
  }

  send(transport: Transport, batch: InvocationBatch, token: unknown = batch.target.id): void {
    this.insideSend = true;
    transport.send(batch, token, this);
    this.insideSend = false;
  }

  async reports(count: number): Promise<void> {
    await until(() => this.answers.length + this.failures.length >= count);
  }
}

export async function until(condition: () => boolean, limitMs = 30_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited too long for a condition');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** The reply of a function that sends each argument, with its own id in front, to `test/out`. */
export function echo(body: Buffer): Buffer {
  const batch = decodeInvocationBatch(body);
  return encodeReply({
    kind: 'effects',
    mutations: [],
    messages: batch.invocations.map(({ argument }) => ({
      target: { type: 'test/out', id: batch.target.id },
      value: { typename: 'test/text', value: `${batch.target.id}:${textOf(argument)}` },
    })),
    delayed: [],
    egress: [],
  });
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function answerEcho(response: ServerResponse, body: Buffer): void {
  const reply = echo(body);
  response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(reply);
}

export interface Seen {
  readonly url: string;
  readonly method: string;
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly socket: Socket;
}

export type Handler = (response: ServerResponse, body: Buffer, seen: Seen) => unknown;

/** A real HTTP server whose behaviour a test may change at any time. */
export class FunctionServer {
  readonly seen: Seen[] = [];
  readonly sockets = new Set<Socket>();
  handler: Handler;
  readonly server: Server;

  constructor(handler: Handler = answerEcho) {
    this.handler = handler;
    this.server = createServer((request, response) => {
      void this.#handle(request, response);
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request).catch(() => null);
    if (body === null) return;
    const seen: Seen = {
      url: request.url ?? '',
      method: request.method ?? '',
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      body,
      socket: request.socket,
    };
    this.seen.push(seen);
    try {
      await this.handler(response, body, seen);
    } catch {
      response.writeHead(500).end(); // as every function server does
    }
  }

  async listen(where: ListenOptions = { port: 0, host: '127.0.0.1' }): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(where, resolve);
    });
    const address = this.server.address();
    return typeof address === 'string' ? 0 : (address as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A clock that stands still until a test moves it. */
export class StandingClock implements Clock {
  #now = 0;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return 1_000_000 + this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  setTimer(delayMs: number, action: () => void): { cancel: () => void } {
    const timer = { at: this.#now + delayMs, action };
    this.#timers.push(timer);
    return { cancel: () => (this.#timers = this.#timers.filter((other) => other !== timer)) };
  }

  get timers(): number {
    return this.#timers.length;
  }

  /** Moves to the next timer within `limitMs` and runs it; moves to the limit if there is none. */
  step(limitMs: number): boolean {
    let next = this.#timers[0];
    for (const timer of this.#timers) if (timer.at < next!.at) next = timer;
    if (next === undefined || next.at > limitMs) {
      this.#now = Math.max(this.#now, limitMs);
      return false;
    }
    this.#timers.splice(this.#timers.indexOf(next), 1);
    this.#now = Math.max(this.#now, next.at);
    next.action();
    return true;
  }

  advanceTo(ms: number): void {
    while (this.step(ms));
  }
}
