import { describe, expect, it } from 'vitest';
import {
  decodeKafkaRecord,
  decodeKinesisRecord,
  encodeKafkaRecord,
  encodeKinesisRecord,
  kafkaRecordTypename,
  kinesisRecordTypename,
} from '#protocol/egress-records.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const badValue: unknown = expect.objectContaining({ code: 'WEIR_PROTOCOL_BAD_VALUE' });

describe('egress records', () => {
  it('have the typenames of the protocol', () => {
    const prefix = 'type.googleapis.com/io.statefun.sdk.egress.';
    expect(kafkaRecordTypename).toBe(`${prefix}KafkaProducerRecord`);
    expect(kinesisRecordTypename).toBe(`${prefix}KinesisEgressRecord`);
  });

  it('are the bytes of the protocol, for Kafka', () => {
    const record = { topic: 'scores', key: 'a-7', value: Buffer.from([0, 255]) };
    const bytes = hex('0a 03 61 2d 37 12 02 00 ff 1a 06 73 63 6f 72 65 73');
    expect(Buffer.from(encodeKafkaRecord(record))).toEqual(bytes);
    const decoded = decodeKafkaRecord(Buffer.concat([hex('ff'), bytes, hex('ff')]), 1, 18);
    expect({ ...decoded, value: Buffer.from(decoded.value) }).toEqual(record);
  });

  it('are the bytes of the protocol, for Kinesis', () => {
    const record = {
      stream: 's',
      partitionKey: 'ü',
      explicitHashKey: '9',
      value: Buffer.from('v'),
    };
    const bytes = hex('0a 02 c3 bc 12 01 76 1a 01 73 22 01 39');
    expect(Buffer.from(encodeKinesisRecord(record))).toEqual(bytes);
    const decoded = decodeKinesisRecord(new Uint8Array(bytes));
    expect({ ...decoded, value: Buffer.from(decoded.value) }).toEqual(record);
  });

  it('may lack a key, a value and a hash key, and hold unknown fields', () => {
    expect(decodeKafkaRecord(hex('1a 01 74 22 03 0a 01 6b'))).toMatchObject({
      topic: 't',
      key: '',
      value: { length: 0 },
    });
    expect(decodeKinesisRecord(hex('0a 01 6b 1a 01 73'))).toMatchObject({
      explicitHashKey: '',
      value: { length: 0 },
    });
  });

  it.each([
    ['nothing', ''],
    ['a record without a topic', '0a 01 6b'],
    ['a truncated record', '1a 05 74'],
    ['text that is not UTF-8', '1a 01 ff'],
    ['plain JSON', Buffer.from('{"topic":"t"}').toString('hex')],
  ])('refuse %s', (_, bytes) => {
    expect(() => decodeKafkaRecord(hex(bytes))).toThrow(badValue);
    expect(() => decodeKinesisRecord(hex(bytes))).toThrow(badValue);
  });

  it('refuse a Kinesis record without a partition key', () => {
    expect(() => decodeKinesisRecord(hex('1a 01 73'))).toThrow(/has no partition key/);
  });
});
