import type { IncomingMessage } from 'node:http';
import { WeirError, messageOf } from '#protocol/errors.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { IngressMessage, IngressSink, OfferOptions, OfferResult } from '../ports/ingress.ts';
import { ingressErrors } from './errors.ts';
import { HttpRefusal, unavailable } from './http-answer.ts';

/** Stored in every cut for a day: longer ones belong into the body. */
const maxIdempotencyKeyBytes = 1024;

/** What every HTTP ingress does with the messages of a request. */
export class HttpIntake {
  readonly sink: IngressSink;
  #paused = false;

  constructor(sink: IngressSink) {
    this.sink = sink;
  }

  pause(): void {
    this.#paused = true;
  }

  /** Refuses while nothing may be taken (E7). Ask before reading a body, and again after it. */
  ensureOpen(): void {
    if (this.#paused) throw unavailable(ingressErrors.STOPPING('the runtime is stopping'));
    if (this.sink.full) throw unavailable(ingressErrors.BUSY('the queues of the runtime are full'));
  }

  /** Gives a whole request to the engine, in one step: all of it is taken, or nothing. */
  offer(messages: readonly IngressMessage[], options: OfferOptions): OfferResult {
    this.ensureOpen();
    try {
      const result = this.sink.offer(messages, options);
      failPoint('request-accepted');
      return result;
    } catch (error) {
      if (error instanceof WeirError) throw new HttpRefusal(400, error);
      throw error;
    }
  }

  /** Resolves when the request may be acknowledged (E4). */
  async durable(): Promise<void> {
    try {
      await this.sink.durable();
      failPoint('request-durable');
    } catch (error) {
      const what = `the commit failed: ${messageOf(error)}`;
      throw unavailable(ingressErrors.NOT_COMMITTED(what, { cause: error }));
    }
  }

  ensureKnown(functionType: string): void {
    if (this.sink.knows(functionType)) return;
    const known = this.sink.functionTypes().slice(0, 20).join(', ');
    const error = ingressErrors.UNKNOWN_FUNCTION(
      `nothing serves the function type ${JSON.stringify(functionType)}`,
      { hint: `Known function types: ${known === '' ? 'none' : known}.` },
    );
    throw new HttpRefusal(404, error);
  }
}

/** The request's Idempotency-Key, if it has one. Throws a 400. */
export function idempotencyKeyOf(request: IncomingMessage): { idempotencyKey?: string } {
  const idempotencyKey = singleHeader(request, 'idempotency-key');
  if (idempotencyKey === undefined) return {};
  const bytes = Buffer.byteLength(idempotencyKey);
  if (bytes === 0 || bytes > maxIdempotencyKeyBytes) {
    throw badRequest(
      `the Idempotency-Key has ${bytes} bytes; it takes 1 to ${maxIdempotencyKeyBytes}`,
    );
  }
  return { idempotencyKey };
}

/** A header that may come once, as UTF-8. Throws a 400. */
export function singleHeader(request: IncomingMessage, name: string): string | undefined {
  const values = request.headersDistinct[name];
  if (values === undefined) return undefined;
  if (values.length > 1) throw badRequest(`the header ${name} comes ${values.length} times`);
  const bytes = Buffer.from(values[0]!, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw badRequest(`the header ${name} is not UTF-8`);
  }
}

export function badRequest(message: string): HttpRefusal {
  return new HttpRefusal(400, ingressErrors.BAD_REQUEST(message));
}
