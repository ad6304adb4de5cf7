import { inflate, inflateRaw, gunzip, type ZlibOptions } from 'node:zlib';
import { messageOf } from '#protocol/errors.ts';
import type { LastReply } from '#runtime/ports/transport.ts';
import { attemptFailure, lastReplyOf, statusFailure } from './failure.ts';
import { HttpExchange, type Headers } from './http-client.ts';

/** Of a reply that is refused anyway, this much is read to keep its connection. */
const refusedBodyBytesMax = 64 * 1024;

export const standardContentType = 'application/octet-stream';

/** A header as one string. */
export function headerOf(headers: Headers, name: string): string {
  const value = headers[name];
  if (value === undefined) return '';
  return typeof value === 'string' ? value : value.join(',');
}

/** Whether one element of the list is exactly `wanted`: parameters are not accepted. */
export function hasElement(list: string, wanted: string): boolean {
  if (list === wanted) return true;
  return list.split(',').some((element) => element.trim().toLowerCase() === wanted);
}

export interface HttpReply {
  readonly status: number;
  readonly headers: Headers;
  /** Decoded, of an accepted status and content type. */
  readonly body: Buffer;
  readonly lastReply: () => LastReply;
}

/**
 * Reads one whole reply of the standard protocol: any 2xx, the exact content type, at most
 * `payloadMaxBytes` decoded bytes.
 */
export abstract class ReplyExchange extends HttpExchange {
  readonly #payloadMaxBytes: number;
  #status = 0;
  #headers: Headers = {};
  #contentType = '';
  #refused = false;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(payloadMaxBytes: number) {
    super();
    this.#payloadMaxBytes = payloadMaxBytes;
  }

  protected abstract replied(reply: HttpReply): void;
  /** Sees the headers of every reply, accepted or not, before anything else is reported. */
  protected headersSeen?(headers: Headers): void;

  protected override responseStarted(status: number, headers: Headers): void {
    this.#status = status;
    this.#headers = headers;
    this.#contentType = headerOf(headers, 'content-type');
    this.headersSeen?.(headers);
    this.#refused =
      status < 200 || status > 299 || !hasElement(this.#contentType, standardContentType);
    if (!this.#refused && Number(headers['content-length'] ?? 0) > this.#payloadMaxBytes) {
      this.#tooLarge(`${headerOf(headers, 'content-length')} bytes`);
    }
  }

  protected override responseData(chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    if (this.#refused) {
      if (this.#bytes > refusedBodyBytesMax) this.#refuse(true);
    } else if (this.#bytes > this.#payloadMaxBytes) {
      this.#tooLarge('more');
    }
  }

  protected override responseEnded(): void {
    if (this.#refused) {
      this.#refuse(false);
      return;
    }
    const encoding = headerOf(this.#headers, 'content-encoding').trim().toLowerCase();
    if (encoding === '' || encoding === 'identity') this.#deliver(this.#joined());
    else this.#decompress(encoding);
  }

  /** A refused reply that never ends is still what it is: its status says more than "timeout". */
  protected override timedOut(limitMs: number): void {
    if (this.#refused) this.#refuse(true);
    else super.timedOut(limitMs);
  }

  #joined(): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
  }

  #deliver(body: Buffer): void {
    this.repliedTo();
    this.finish();
    this.replied({
      status: this.#status,
      headers: this.#headers,
      body,
      lastReply: () => lastReplyOf(this.#status, this.#contentType, body),
    });
  }

  #refuse(abort: boolean): void {
    const last = lastReplyOf(this.#status, this.#contentType, this.#joined());
    if (this.#status < 200 || this.#status > 299) {
      this.fail(statusFailure(this.where(), last), abort);
      return;
    }
    const got = this.#contentType === '' ? 'no content type' : JSON.stringify(last.contentType);
    this.fail(attemptFailure('content-type', `${this.where()} answered with ${got}`, last), abort);
  }

  #tooLarge(size: string): void {
    const message = `${this.where()}: ${size} where payload_max_bytes is ${this.#payloadMaxBytes}`;
    this.fail(attemptFailure('too-large', message));
  }

  /** In zlib's thread pool, and never to more than the limit: a small bomb must not block or fill. */
  #decompress(encoding: string): void {
    const packed = this.#joined();
    const options: ZlibOptions = { maxOutputLength: this.#payloadMaxBytes };
    const done = (error: Error | null, body: Buffer): void => {
      if (this.over) return;
      if (error === null) this.#deliver(body);
      else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        this.#tooLarge('more, decoded,');
      } else this.#badEncoding(`${encoding} body is damaged: ${messageOf(error)}`, packed);
    };
    if (encoding === 'gzip' || encoding === 'x-gzip') gunzip(packed, options, done);
    else if (encoding === 'deflate' && hasZlibHeader(packed)) inflate(packed, options, done);
    else if (encoding === 'deflate') inflateRaw(packed, options, done);
    else this.#badEncoding(`content-encoding ${JSON.stringify(encoding)} was not offered`, packed);
  }

  #badEncoding(what: string, packed: Buffer): void {
    const last = lastReplyOf(this.#status, this.#contentType, packed);
    this.fail(attemptFailure('content-encoding', `${this.where()}: ${what}`, last), false);
  }
}

/** Some servers send deflate without the zlib wrapper (RFC 9110, 8.4.1.2). */
function hasZlibHeader(body: Buffer): boolean {
  return body.length >= 2 && (body[0]! & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0;
}
