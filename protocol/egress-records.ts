import { protocolErrors } from './codec/errors.ts';
import { messageOf } from './errors.ts';
import { io } from './generated/egress-records.js';

const { KafkaProducerRecord, KinesisEgressRecord } = io.statefun.sdk.egress;

/** The typename that a Kafka egress takes, and no other. */
export const kafkaRecordTypename = 'type.googleapis.com/io.statefun.sdk.egress.KafkaProducerRecord';
/** The typename that a Kinesis egress takes, and no other. */
export const kinesisRecordTypename =
  'type.googleapis.com/io.statefun.sdk.egress.KinesisEgressRecord';

export interface KafkaRecord {
  readonly topic: string;
  /** Empty: the record has no key. */
  readonly key: string;
  readonly value: Uint8Array;
}

export interface KinesisRecord {
  readonly stream: string;
  readonly partitionKey: string;
  /** Empty: the stream hashes the partition key. */
  readonly explicitHashKey: string;
  readonly value: Uint8Array;
}

export function encodeKafkaRecord(record: KafkaRecord): Uint8Array {
  const { topic, key, value } = record;
  return KafkaProducerRecord.encode({ topic, key, valueBytes: value }).finish();
}

/**
 * The record in `body[start, end)`; its value is a view of `body`. Throws `BAD_VALUE` if it is no
 * record, or has no topic.
 */
export function decodeKafkaRecord(body: Uint8Array, start = 0, end = body.length): KafkaRecord {
  const decoded = decode('a Kafka record', KafkaProducerRecord, body.subarray(start, end));
  const { topic, key, valueBytes } = decoded;
  return { topic: required('a Kafka record', 'topic', topic), key, value: valueBytes };
}

export function encodeKinesisRecord(record: KinesisRecord): Uint8Array {
  const { stream, partitionKey, explicitHashKey, value } = record;
  const fields = { stream, partitionKey, explicitHashKey, valueBytes: value };
  return KinesisEgressRecord.encode(fields).finish();
}

/**
 * The record in `body[start, end)`; its value is a view of `body`. Throws `BAD_VALUE` if it is no
 * record, or has no stream or partition key.
 */
export function decodeKinesisRecord(body: Uint8Array, start = 0, end = body.length): KinesisRecord {
  const what = 'a Kinesis record';
  const decoded = decode(what, KinesisEgressRecord, body.subarray(start, end));
  return {
    stream: required(what, 'stream', decoded.stream),
    partitionKey: required(what, 'partition key', decoded.partitionKey),
    explicitHashKey: decoded.explicitHashKey,
    value: decoded.valueBytes,
  };
}

function decode<T>(what: string, message: { decode(body: Uint8Array): T }, body: Uint8Array): T {
  try {
    return message.decode(body);
  } catch (error) {
    throw protocolErrors.BAD_VALUE(`${body.length} bytes are not ${what}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function required(what: string, field: string, value: string): string {
  if (value === '') {
    throw protocolErrors.BAD_VALUE(`The bytes are not ${what}: it has no ${field}`);
  }
  return value;
}
