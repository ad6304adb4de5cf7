import type { KinesisClient, _Record } from '@aws-sdk/client-kinesis';
import { messageOf, WeirError } from '#protocol/errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { DeadLetterTarget } from '../ports/failure-policy.ts';
import type { IngressMessage, IngressSink, Positions, RejectedRecord } from '../ports/ingress.ts';
import type { KinesisStart } from '../ports/kinesis-settings.ts';
import { readyOr } from '../ports/pause.ts';
import { userRecords } from './aggregation.ts';
import { kinesisErrors } from './errors.ts';
import type { KinesisStream } from './kinesis-ingress.ts';
import { ended, formatPosition, knownShards, positionKey, type ShardPosition } from './position.ts';
import { StreamRequests } from './requests.ts';
import { ShardReader } from './shard-reader.ts';
import { StreamShards } from './shards.ts';

export interface StreamReaderParts {
  readonly ingress: string;
  readonly sink: IngressSink;
  readonly client: KinesisClient;
  readonly start: KinesisStart;
  readonly properties: Readonly<Record<string, string>>;
  readonly deadLetter: DeadLetterTarget | null;
  readonly clock: Clock;
  readonly random: Random;
  /** No more is read; requests under way are given up. */
  readonly ended: AbortSignal;
  readonly onRejected: (record: Pick<RejectedRecord, 'path' | 'offset' | 'reason'>) => void;
  /** What hinders the reading of a shard or of the stream; null: nothing any more. */
  readonly trouble: (where: string, error: WeirError | null) => void;
}

/** Work per turn of the event loop, so that sockets and timers do not wait. */
const turnMs = 2;
const recordsBetweenLooks = 32;
const discoveryMs = 10_000;
const recordsMax = 10_000;
const readEveryMs = 200;
/** So old may the look at the stream's birth be when records are taken. */
const birthAgeMs = 1_000;

/** Reads one stream: all shards that may be read now, and those that come to it. */
export class StreamReader {
  readonly #stream: KinesisStream;
  readonly #parts: StreamReaderParts;
  readonly #requests: StreamRequests;
  readonly #shards: StreamShards;
  readonly #readers = new Map<string, ShardReader>();
  readonly #running = new Set<Promise<void>>();
  #createdMs = 0;
  /** Monotonic milliseconds at which the stream was seen to be the one that it was. */
  #bornSeenAt = -Infinity;
  /** Wakes the discovery: a shard that ended has children to be read. */
  #wake: () => void = () => undefined;

  constructor(stream: KinesisStream, parts: StreamReaderParts) {
    this.#stream = stream;
    this.#parts = parts;
    this.#requests = new StreamRequests(parts.client, stream.stream, parts.ended);
    this.#shards = new StreamShards(stream.stream);
  }

  /** Finds the shards and where to read each; all of it is in the first cut already. */
  async begin(positions: Positions): Promise<void> {
    const { stream } = this.#stream;
    this.#createdMs = await this.#requests.createdMs();
    const known = knownShards(positions, stream);
    const other = known.find(({ createdMs }) => createdMs !== this.#createdMs);
    if (other !== undefined) throw this.#replaced(other.createdMs);
    const listed = await this.#requests.shards();
    this.#shards.begin(listed, known, this.#parts.start, this.#parts.clock.now());
    for (const [shard, position] of this.#shards.all()) this.#move(shard, position, []);
  }

  /** Until it is stopped; never rejects. */
  async run(): Promise<void> {
    const { trouble } = this.#parts;
    while (!this.#isStopped) {
      for (const shard of this.#shards.readable()) {
        if (!this.#readers.has(shard)) this.#read(shard);
      }
      await this.#untilLook();
      if (this.#isStopped) break;
      try {
        await this.#look();
        trouble(this.#stream.stream, null);
      } catch (error) {
        if (this.#isStopped) break;
        const failure =
          error instanceof WeirError
            ? error
            : kinesisErrors.READ_FAILED(`${this.#stream.stream}: ${messageOf(error)}`);
        trouble(this.#stream.stream, failure);
      }
    }
    await Promise.all(this.#running);
  }

  lagsMs(): number[] {
    return [...this.#readers.values()].flatMap(({ lagMs }) => (lagMs === null ? [] : [lagMs]));
  }

  /** A new stream of the name may have positions that look like those of the old. */
  async #checkBirth(): Promise<void> {
    const since = this.#parts.clock.monotonic();
    const createdMs = await this.#requests.createdMs();
    if (createdMs !== this.#createdMs) throw this.#replaced(this.#createdMs, createdMs);
    this.#bornSeenAt = since;
  }

  async #look(): Promise<void> {
    await this.#checkBirth();
    const fresh = this.#shards.found(await this.#requests.shards());
    if (this.#isStopped) return;
    for (const shard of fresh) this.#move(shard, this.#shards.position(shard), []);
  }

  #read(shard: string): void {
    const { clock, random, ended: end, trouble, properties } = this.#parts;
    const count = (name: string, otherwise: number): number =>
      Number(properties[`flink.shard.getrecords.${name}`] ?? otherwise);
    const where = `${this.#stream.stream}/${shard}`;
    const reader = new ShardReader({
      ...{ shard, requests: this.#requests, clock, random, ended: end },
      position: () => this.#shards.position(shard),
      take: (records) => this.#take(shard, records),
      onEnd: () => {
        this.#move(shard, ended, []);
        this.#wake();
      },
      onFailure: (error) => trouble(where, error),
      onWorking: () => trouble(where, null),
      recordsMax: count('maxrecordcount', recordsMax),
      everyMs: count('intervalmillis', readEveryMs),
    });
    this.#readers.set(shard, reader);
    const running = reader.run().finally(() => {
      this.#running.delete(running);
      this.#readers.delete(shard);
    });
    this.#running.add(running);
  }

  /** False if it was stopped on the way. */
  async #take(shard: string, records: readonly _Record[]): Promise<boolean> {
    const { sink, clock, ended: end } = this.#parts;
    const isOld = clock.monotonic() - this.#bornSeenAt > birthAgeMs;
    if (records.length > 0 && isOld) await this.#checkBirth();
    let lookAt = clock.monotonic() + turnMs;
    for (const [i, record] of records.entries()) {
      if (this.#isStopped) return false;
      if (sink.full) {
        await readyOr(end, sink.whenOpen());
        if (this.#isStopped) return false;
      }
      this.#accept(shard, record);
      if ((i + 1) % recordsBetweenLooks !== 0 || clock.monotonic() < lookAt) continue;
      await new Promise((resolve) => setImmediate(resolve));
      lookAt = clock.monotonic() + turnMs;
    }
    return !this.#isStopped;
  }

  #accept(shard: string, record: _Record): void {
    const sequence = record.SequenceNumber as string;
    const after: ShardPosition = { type: 'after', sequence };
    const key = record.PartitionKey as string;
    const value = record.Data ?? new Uint8Array(0);
    const { valueType: typename, targets } = this.#stream;
    let messages: IngressMessage[];
    try {
      messages = userRecords(key, value).flatMap(({ partitionKey: id, data }) =>
        targets.map((type) => ({ type, id, typename, value: data })),
      );
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      const path = `${this.#stream.stream}/${shard}`;
      const rejected = { path, offset: sequence, reason: error, key, value };
      this.#giveUp(shard, rejected, after);
      return;
    }
    this.#move(shard, after, messages);
  }

  /** It leaves as a dead letter, where the module says so; it is told in any case. */
  #giveUp(shard: string, record: RejectedRecord, after: ShardPosition): void {
    const { deadLetter, sink, onRejected } = this.#parts;
    const key = this.#keyOf(shard);
    const isOut =
      deadLetter !== null && sink.giveUp(record, deadLetter, key, formatPosition(after));
    if (isOut) this.#shards.move(shard, after);
    else this.#move(shard, after, []);
    onRejected(record);
  }

  #move(shard: string, position: ShardPosition, messages: readonly IngressMessage[]): void {
    this.#parts.sink.accept(messages, this.#keyOf(shard), formatPosition(position));
    this.#shards.move(shard, position);
  }

  #keyOf(shard: string): string {
    return positionKey(this.#createdMs, this.#stream.stream, shard);
  }

  #replaced(before: number, now = this.#createdMs): WeirError {
    const [old, made] = [before, now].map((ms) => new Date(ms).toISOString());
    return kinesisErrors.STREAM_REPLACED(
      `ingress ${this.#parts.ingress}: the stream ${this.#stream.stream} was made at ${made}, ` +
        `the state knows one of ${old}`,
    );
  }

  get #isStopped(): boolean {
    return this.#parts.ended.aborted;
  }

  /** Until it is time to look for shards, or one has ended. */
  async #untilLook(): Promise<void> {
    const { clock, properties, ended: end } = this.#parts;
    const everyMs = Number(properties['flink.shard.discovery.intervalmillis'] ?? discoveryMs);
    const woken = Promise.withResolvers<void>();
    this.#wake = woken.resolve;
    const timer = clock.setTimer(everyMs, woken.resolve);
    await readyOr(end, woken.promise);
    timer.cancel();
  }
}
