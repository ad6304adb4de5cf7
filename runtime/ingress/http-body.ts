import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { HttpRefusal, unavailable } from './http-answer.ts';
import { ingressErrors } from './errors.ts';

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** Bytes that bodies may hold in memory together (E7); beyond it requests are told to come back. */
export class BodyBudget {
  readonly #maxBytes: number;
  #usedBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  take(bytes: number): void {
    if (this.#usedBytes + bytes > this.#maxBytes) {
      throw unavailable(
        ingressErrors.BUSY(`request bodies already hold ${this.#usedBytes} bytes of memory`),
      );
    }
    this.#usedBytes += bytes;
  }

  give(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}

/** The share of the budget that one request holds, until it is released. */
export class BodyShare {
  readonly #budget: BodyBudget;
  #bytes = 0;

  constructor(budget: BodyBudget) {
    this.#budget = budget;
  }

  take(bytes: number): void {
    this.#budget.take(bytes);
    this.#bytes += bytes;
  }

  release(): void {
    this.#budget.give(this.#bytes);
    this.#bytes = 0;
  }
}

/** The decoded body, of `maxBytes` at most. Throws HttpRefusals (400, 413, 415, 503). */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
  share: BodyShare,
): Promise<Buffer> {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const gzip = encoding === 'gzip' || encoding === 'x-gzip';
  if (!gzip && encoding !== 'identity') {
    const what = `content encoding ${JSON.stringify(encoding)}`;
    throw new HttpRefusal(415, ingressErrors.UNSUPPORTED_ENCODING(what), {
      'accept-encoding': 'gzip',
    });
  }
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > maxBytes) throw tooLarge(`a body of ${length} bytes`, maxBytes);
  const raw = await collect(request, maxBytes, share);
  if (!gzip) return raw;
  // Before inflating: a bomb must not get memory first and a refusal afterwards.
  share.take(maxBytes);
  try {
    return await inflate(raw, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge('a body that inflates further', maxBytes);
    }
    const what = `the body is not valid gzip: ${String(error)}`;
    throw new HttpRefusal(400, ingressErrors.BAD_REQUEST(what));
  }
}

function tooLarge(what: string, maxBytes: number): HttpRefusal {
  return new HttpRefusal(413, ingressErrors.BODY_TOO_LARGE(`${what}; the limit is ${maxBytes}`));
}

function collect(request: IncomingMessage, maxBytes: number, share: BodyShare): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const done = (finish: () => void) => {
      request.removeAllListeners('data');
      // What still comes is thrown away, so that the client gets to read the answer; the
      // server's request timeout ends it.
      request.resume();
      finish();
    };
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      try {
        if (bytes > maxBytes) throw tooLarge('the body is longer', maxBytes);
        share.take(part.length);
        parts.push(part);
      } catch (error) {
        parts.length = 0;
        done(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    });
    request.once('end', () => done(() => resolve(Buffer.concat(parts, bytes))));
    const cut = () =>
      new HttpRefusal(400, ingressErrors.BAD_REQUEST('the request ended before its body did'));
    request.once('error', () => reject(cut()));
    request.once('close', () => reject(cut()));
  });
}
