import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  DeleteObjectsCommand,
  S3Client,
  S3ServiceException,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { messageOf, type WeirError } from '#protocol/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { snapshotErrors } from './errors.ts';
import type { S3Place } from './s3-url.ts';
import { UsageMeter } from '../ports/store-usage.ts';

/** A request that got no answer by then is given up; the caller tries again. */
const requestMs = 10_000;
/** More for what is large: the slowest connection that is still waited for, bytes per millisecond. */
const slowestBytesPerMs = 512;
const connectMs = 3_000;
const socketsMax = 64;

/** A stored object, or part of one. */
export interface S3Object {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly tag: string;
  /** Of the whole object. */
  readonly bytes: number;
}

export type S3Condition = { readonly ifMatch: string } | { readonly ifNoneMatch: '*' };

/**
 * The few requests of object storage that snapshots rest on, each sent once: whether it is sent
 * again is decided by those who know what it is for. The SDK's own retries are off, since a
 * repeated conditional write meets its own first attempt and takes it for a rival's (E5).
 */
export class S3Requests {
  readonly meter = new UsageMeter();
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #clock: Clock;
  /** The store's clock minus ours, in milliseconds, as its last answer told. */
  #skewMs = 0;

  constructor(place: S3Place, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
    this.#client = new S3Client({
      ...(place.endpoint === null ? {} : { endpoint: place.endpoint }),
      ...(place.region === null ? {} : { region: place.region }),
      forcePathStyle: place.pathStyle,
      maxAttempts: 1,
      followRegionRedirects: false,
      requestHandler: {
        connectionTimeout: connectMs,
        httpAgent: { keepAlive: true, maxSockets: socketsMax },
        httpsAgent: { keepAlive: true, maxSockets: socketsMax },
      },
    });
    this.#client.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        this.#noteDate(result.response);
        return result;
      },
      { step: 'deserialize', name: 'weirDate', priority: 'low' },
    );
  }

  /** Writes an object, and resolves with its tag; null if the condition does not hold. */
  async put(key: string, body: Uint8Array, condition: S3Condition): Promise<string | null> {
    this.meter.writes++;
    this.meter.bytesWritten += body.length;
    const { bucket, prefix } = this.#place;
    const command = new PutObjectCommand({
      Bucket: bucket,
      Key: prefix + key,
      Body: body,
      ContentLength: body.length,
      ContentType: 'application/octet-stream',
      ...('ifMatch' in condition ? { IfMatch: condition.ifMatch } : { IfNoneMatch: '*' }),
    });
    try {
      const { ETag: tag } = await this.#send(`writing ${key}`, body.length, (abortSignal) =>
        this.#client.send(command, { abortSignal }),
      );
      if (tag === undefined) throw this.#failure(`writing ${key}`, 'the answer has no ETag');
      return tag;
    } catch (error) {
      const cause = causeOf(error);
      if (statusOf(cause) === 412) return null;
      // The object that was to be replaced is gone, which is another state of things too. A 409
      // (a race that the store did not decide) is no answer: the outcome is not known.
      if ('ifMatch' in condition && nameOf(cause) === 'NoSuchKey') return null;
      throw error;
    }
  }

  /** An object, or its bytes from `from` to before `to`; null if there is none. */
  async get(
    key: string,
    range?: { readonly from: number; readonly to: number; readonly tag?: string },
  ): Promise<S3Object | null> {
    this.meter.reads++;
    const { bucket, prefix } = this.#place;
    const command = new GetObjectCommand({
      Bucket: bucket,
      Key: prefix + key,
      ...(range === undefined ? {} : { Range: `bytes=${range.from}-${range.to - 1}` }),
      ...(range?.tag === undefined ? {} : { IfMatch: range.tag }),
    });
    const bytesMax = range === undefined ? 0 : range.to - range.from;
    const what = `reading ${key}`;
    try {
      return await this.#send(what, bytesMax, async (abortSignal) => {
        const {
          Body: stream,
          ETag: tag,
          ContentLength: length,
          ContentRange: of,
        } = await this.#client.send(command, { abortSignal });
        if (stream === undefined || tag === undefined || length === undefined) {
          throw this.#failure(what, 'the answer has no body, ETag or length');
        }
        const body = await collect(stream as AsyncIterable<Uint8Array>, length, abortSignal);
        if (body === null) throw this.#failure(what, 'the body was cut off');
        this.meter.bytesRead += length;
        const whole = of === undefined ? length : Number(/\/(\d+)$/.exec(of)?.[1]);
        return { body, tag, bytes: whole };
      });
    } catch (error) {
      const cause = causeOf(error);
      if (nameOf(cause) === 'NoSuchKey') return null;
      throw error;
    }
  }

  /** One page of keys that begin with `start`, without the prefix of the place. */
  async list(start: string, continuation?: string): Promise<S3Page> {
    this.meter.lists++;
    const { bucket, prefix } = this.#place;
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: prefix + start,
      ...(continuation === undefined ? {} : { ContinuationToken: continuation }),
    });
    const page: ListObjectsV2CommandOutput = await this.#send('listing', 0, (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    );
    const now = this.#clock.now() + this.#skewMs;
    return {
      objects: (page.Contents ?? []).map(
        ({ Key: key = '', Size: bytes = 0, LastModified: at }) => ({
          name: key.slice(prefix.length),
          bytes,
          ageMs: at === undefined ? 0 : Math.max(0, now - at.getTime()),
        }),
      ),
      next: page.IsTruncated === true ? (page.NextContinuationToken ?? null) : null,
    };
  }

  /** Deletes up to 1,000 objects; one that is not there is no error. */
  async remove(keys: readonly string[]): Promise<void> {
    this.meter.removes++;
    const { bucket, prefix } = this.#place;
    const command = new DeleteObjectsCommand({
      Bucket: bucket,
      Delete: { Objects: keys.map((key) => ({ Key: prefix + key })), Quiet: true },
    });
    const { Errors: errors = [] } = await this.#send('removing objects', 0, (abortSignal) =>
      this.#client.send(command, { abortSignal }),
    );
    const [first] = errors;
    if (first === undefined || first.Code === 'NoSuchKey') return;
    throw this.#failure('removing objects', `${first.Code}: ${first.Message}`);
  }

  close(): void {
    this.#client.destroy();
  }

  /** Sends with a time limit; what fails is a `STORE_FAILED` with the SDK's error as its cause. */
  async #send<T>(what: string, bytes: number, send: (signal: AbortSignal) => Promise<T>) {
    const controller = new AbortController();
    const limitMs = requestMs + bytes / slowestBytesPerMs;
    const timer = this.#clock.setTimer(limitMs, () => controller.abort());
    try {
      return await send(controller.signal);
    } catch (error) {
      if (error instanceof Error && error.name === 'WeirError') throw error;
      const late = `no answer within ${Math.round(limitMs / 1_000)} s`;
      throw this.#failure(what, controller.signal.aborted ? late : told(error), error);
    } finally {
      timer.cancel();
    }
  }

  #noteDate(response: unknown): void {
    const headers = (response as { headers?: Record<string, string> }).headers;
    const date = Date.parse(headers?.['date'] ?? '');
    if (Number.isFinite(date)) this.#skewMs = date - this.#clock.now();
  }

  #failure(what: string, reason: string, cause?: unknown): WeirError {
    const { bucket, prefix } = this.#place;
    return snapshotErrors.STORE_FAILED(`s3://${bucket}/${prefix}: ${what}: ${reason}`, { cause });
  }
}

export interface S3Page {
  readonly objects: readonly {
    readonly name: string;
    readonly bytes: number;
    /** By the store's clock. */
    readonly ageMs: number;
  }[];
  /** Names the next page; null behind the last. */
  readonly next: string | null;
}

/** A body in a buffer of its own, which can be transferred; null if it is not of that length. */
async function collect(
  stream: AsyncIterable<Uint8Array>,
  length: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const body = new Uint8Array(length);
  let at = 0;
  for await (const chunk of stream) {
    if (at + chunk.length > length || signal.aborted) return null;
    body.set(chunk, at);
    at += chunk.length;
  }
  return at === length ? body : null;
}

/** What the store or the connection said, in one line. */
function told(error: unknown): string {
  const status = statusOf(error);
  const text = messageOf(error).split('\n')[0]?.slice(0, 300) ?? '';
  const name = error instanceof Error ? error.name : '';
  return `${status === undefined ? '' : `${status} `}${name}: ${text}`;
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

function nameOf(error: unknown): string {
  return error instanceof S3ServiceException ? error.name : '';
}
