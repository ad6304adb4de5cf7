/**
 * The Kinesis egress: at least once. Records of committed cuts arrive here (E4); what a kill or a
 * lost answer leaves unknown is written again, in the order in which it was sent, per partition key.
 * Kinesis has no transactions: who reads must recognise repeats, by an id in the record where the
 * module asks for one.
 */
import { PutRecordsCommand, type KinesisClient } from '@aws-sdk/client-kinesis';
import { decodeKinesisRecord, kinesisRecordTypename } from '#protocol/egress-records.ts';
import { messageOf } from '#protocol/errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Egress, EgressBatch } from '../ports/egress.ts';
import type { KinesisAccess } from '../ports/kinesis-settings.ts';
import { pause } from '../ports/pause.ts';
import { kinesisClient } from './client.ts';
import { kinesisErrors } from './errors.ts';
import {
  nextRequest,
  recordBytesMax,
  requestRecordsMax,
  type OutgoingRecord,
} from './put-requests.ts';

export interface KinesisEgressOptions extends KinesisAccess {
  readonly id: string;
  /** Most records of one request. */
  readonly maxOutstandingRecords: number;
  /** Whether a record is wrapped in JSON with an id that is the same when it is written again. */
  readonly deduplicationId: boolean;
  readonly clock: Clock;
  readonly random: Random;
}

/** Fruitless requests in a row after which the whole batch is given back, to be told and tried again. */
const fruitlessMax = 12;
const firstRetryMs = 50;
const longestRetryMs = 5_000;
const keyCharactersMax = 256;
const hashKeyEnd = 2n ** 128n;
/** What the envelope adds to the data, which is base64 in it. */
const envelopeBytes = 256;

export class KinesisEgress implements Egress {
  readonly id: string;
  readonly #options: KinesisEgressOptions;
  readonly #client: KinesisClient;
  readonly #ended = new AbortController();

  constructor(options: KinesisEgressOptions) {
    this.id = options.id;
    this.#options = options;
    this.#client = kinesisClient(options);
  }

  /** Streams are named by the records: there is nothing to open. */
  open(): Promise<void> {
    return Promise.resolve();
  }

  validate(typename: string, value: Uint8Array, start: number, end: number): void {
    if (typename !== kinesisRecordTypename) {
      throw kinesisErrors.WRONG_TYPE(`egress ${this.id}: a record is ${typename}`);
    }
    const {
      stream,
      partitionKey,
      explicitHashKey,
      value: data,
    } = decodeKinesisRecord(value, start, end);
    if (partitionKey.length > keyCharactersMax) {
      throw kinesisErrors.BAD_KEY(
        `a partition key for ${stream} has ${partitionKey.length} characters`,
      );
    }
    if (explicitHashKey !== '' && !isHashKey(explicitHashKey)) {
      throw kinesisErrors.BAD_KEY(
        `${JSON.stringify(explicitHashKey)} is no hash key (for ${stream})`,
      );
    }
    const bytes = this.#options.deduplicationId
      ? Math.ceil(data.length / 3) * 4 + envelopeBytes
      : data.length;
    const all = bytes + Buffer.byteLength(partitionKey);
    if (all <= recordBytesMax) return;
    throw kinesisErrors.RECORD_TOO_LARGE(
      `egress ${this.id}: a record for ${stream} has ${all} bytes, ${recordBytesMax} are allowed`,
    );
  }

  async publish(batch: EgressBatch): Promise<string> {
    const end = batch.firstSequence + batch.count;
    for (const [stream, records] of this.#byStream(batch)) await this.#put(stream, records);
    return String(end);
  }

  close(): Promise<void> {
    this.#ended.abort();
    this.#client.destroy();
    return Promise.resolve();
  }

  #byStream(batch: EgressBatch): Map<string, OutgoingRecord[]> {
    const streams = new Map<string, OutgoingRecord[]>();
    let sequence = batch.firstSequence;
    for (const { value } of batch.records()) {
      const { stream, value: data, ...keys } = decodeKinesisRecord(value);
      const id = `${batch.lineage}/${this.id}/${sequence++}`;
      const records = streams.get(stream) ?? [];
      streams.set(stream, records);
      records.push({ ...keys, data: this.#options.deduplicationId ? envelope(id, data) : data });
    }
    return streams;
  }

  /** Writes what waits, request by request; what is refused waits at its place. */
  async #put(stream: string, records: OutgoingRecord[]): Promise<void> {
    let waiting = records;
    let fruitless = 0;
    const recordsMax = Math.min(requestRecordsMax, this.#options.maxOutstandingRecords);
    while (waiting.length > 0) {
      const taken = nextRequest(waiting, recordsMax);
      const refused = await this.#request(stream, waiting, taken);
      const done = new Set(taken.filter((i) => !refused.has(i)));
      waiting = waiting.filter((_, i) => !done.has(i));
      fruitless = done.size > 0 ? 0 : fruitless + 1;
      if (refused.size === 0) continue;
      if (fruitless >= fruitlessMax) {
        const [reason] = refused.values();
        throw kinesisErrors.PUBLISH_FAILED(
          `egress ${this.id}: ${stream} refused ${refused.size} records: ${reason}`,
        );
      }
      await this.#pause(fruitless + 1);
    }
  }

  /** The records that were not written, with the reason. */
  async #request(
    stream: string,
    waiting: readonly OutgoingRecord[],
    taken: readonly number[],
  ): Promise<Map<number, string>> {
    const command = new PutRecordsCommand({
      StreamName: stream,
      Records: taken.map((i) => {
        const { partitionKey, explicitHashKey, data } = waiting[i] as OutgoingRecord;
        return {
          PartitionKey: partitionKey,
          Data: data,
          ...(explicitHashKey === '' ? {} : { ExplicitHashKey: explicitHashKey }),
        };
      }),
    });
    const refused = new Map<number, string>();
    try {
      const { Records = [] } = await this.#client.send(command, {
        abortSignal: this.#ended.signal,
      });
      taken.forEach((i, place) => {
        const result = Records[place];
        if (result !== undefined && result.ErrorCode === undefined) return;
        refused.set(i, `${result?.ErrorCode ?? 'no answer'}: ${result?.ErrorMessage ?? ''}`);
      });
    } catch (error) {
      if (this.#ended.signal.aborted) throw error;
      // Perhaps it was written, and the answer was lost: that is what at least once means.
      for (const i of taken) refused.set(i, messageOf(error));
    }
    return refused;
  }

  async #pause(failures: number): Promise<void> {
    const { clock, random } = this.#options;
    const ceiling = Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10));
    await pause(clock, ceiling * (0.5 + random.next() / 2), this.#ended.signal);
  }
}

function isHashKey(text: string): boolean {
  return /^(0|[1-9][0-9]{0,38})$/.test(text) && BigInt(text) < hashKeyEnd;
}

function envelope(id: string, data: Uint8Array): Uint8Array {
  const base64 = Buffer.from(data.buffer, data.byteOffset, data.length).toString('base64');
  return Buffer.from(JSON.stringify({ id, data: base64 }));
}
