import {
  decodeKafkaRecord as decodeKafka,
  decodeKinesisRecord as decodeKinesis,
  encodeKafkaRecord,
  encodeKinesisRecord,
  kafkaRecordTypename,
  kinesisRecordTypename,
} from '#protocol/egress-records.ts';
import type { TypedValue } from '#protocol/messages.ts';
import { sdkErrors } from './errors.ts';
import type { KafkaRecord, KinesisRecord, RecordValue } from './context.ts';
import type { ValueType } from './value-type.ts';

/** A record for a Kafka egress in its envelope. */
export function kafkaRecord<T>(record: KafkaRecord<T>): TypedValue {
  const { topic, key } = record;
  const what = 'a Kafka record';
  requireText(topic, `${what}: the topic`);
  if (key !== undefined) requireText(key, `${what}: the key`);
  const value = encodeKafkaRecord({ topic, key: key ?? '', value: valueBytes(record, what) });
  return { typename: kafkaRecordTypename, value };
}

/** A record for a Kinesis egress in its envelope. */
export function kinesisRecord<T>(record: KinesisRecord<T>): TypedValue {
  const { stream, partitionKey, explicitHashKey } = record;
  const what = 'a Kinesis record';
  requireText(stream, `${what}: the stream`);
  requireText(partitionKey, `${what}: the partition key`);
  if (explicitHashKey !== undefined) requireText(explicitHashKey, `${what}: the hash key`);
  const value = encodeKinesisRecord({
    stream,
    partitionKey,
    explicitHashKey: explicitHashKey ?? '',
    value: valueBytes(record, what),
  });
  return { typename: kinesisRecordTypename, value };
}

function requireText(value: unknown, what: string): void {
  if (typeof value !== 'string' || value === '') {
    throw sdkErrors.VALUE(`${what} is not a non-empty string`);
  }
}

// Nothing is guessed: a number without a type could mean its text, or bytes of several widths.
function valueBytes(record: RecordValue<unknown>, what: string): Uint8Array {
  const { type, value } = record;
  if (type !== undefined) {
    const encoded = type.encode(value);
    return typeof encoded === 'string' ? Buffer.from(encoded, 'latin1') : encoded;
  }
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (value instanceof Uint8Array) return value;
  throw sdkErrors.VALUE(`${what}: a ${typeof value} is no value without a type`, {
    hint: 'Give text, bytes, or `type` and `value`.',
  });
}

/** A record that a Kafka egress got, as tests look at it. */
export interface DecodedKafkaRecord {
  readonly topic: string;
  /** Null if it has none. */
  readonly key: string | null;
  readonly bytes: Buffer;
  /** The value as UTF-8 text. */
  text(): string;
  /** The value decoded. */
  as<T>(type: ValueType<T>): T;
}

/** A record that a Kinesis egress got, as tests look at it. */
export interface DecodedKinesisRecord extends Omit<DecodedKafkaRecord, 'topic' | 'key'> {
  readonly stream: string;
  readonly partitionKey: string;
  readonly explicitHashKey: string | null;
}

/** Throws `WEIR_SDK_UNDECODABLE` if it is no Kafka record: the egress would refuse it. */
export function decodeKafkaRecord(typename: string, body: Buffer): DecodedKafkaRecord {
  requireTypename(kafkaRecordTypename, typename);
  const { topic, key, value } = decodeKafka(body);
  return { topic, key: key === '' ? null : key, ...valueViews(value) };
}

/** Throws `WEIR_SDK_UNDECODABLE` if it is no Kinesis record: the egress would refuse it. */
export function decodeKinesisRecord(typename: string, body: Buffer): DecodedKinesisRecord {
  requireTypename(kinesisRecordTypename, typename);
  const record = decodeKinesis(body);
  const { stream, partitionKey, value } = record;
  const explicitHashKey = record.explicitHashKey === '' ? null : record.explicitHashKey;
  return { stream, partitionKey, explicitHashKey, ...valueViews(value) };
}

function requireTypename(expected: string, typename: string): void {
  if (typename === expected) return;
  throw sdkErrors.UNDECODABLE(`a record of type ${typename}, where ${expected} is needed`);
}

function valueViews(value: Uint8Array) {
  const bytes = Buffer.from(value);
  return {
    bytes,
    text: () => bytes.toString('utf8'),
    as: <T>(type: ValueType<T>) => type.decode(bytes, 0, bytes.length),
  };
}
