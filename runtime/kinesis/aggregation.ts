import { createHash } from 'node:crypto';
import protobuf from 'protobufjs/light.js';
import { messageOf } from '#protocol/errors.ts';
import { kinesisErrors } from './errors.ts';

/** One record that a producer sent. */
export interface UserRecord {
  readonly partitionKey: string;
  readonly data: Uint8Array;
}

/*
 * Records that the Kinesis Producer Library packed into one:
 *
 *     F3 89 9A C2 | protobuf AggregatedRecord | MD5 of the protobuf (16 bytes)
 *
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
const magic = Buffer.from('f3899ac2', 'hex');
const md5Bytes = 16;

const root = protobuf.Root.fromJSON({
  nested: {
    Record: {
      fields: {
        partitionKeyIndex: { rule: 'required', type: 'uint64', id: 1 },
        data: { rule: 'required', type: 'bytes', id: 3 },
      },
    },
    AggregatedRecord: {
      fields: {
        partitionKeyTable: { rule: 'repeated', type: 'string', id: 1 },
        records: { rule: 'repeated', type: 'Record', id: 3 },
      },
    },
  },
});
const AggregatedRecord = root.lookupType('AggregatedRecord');

interface Aggregated {
  readonly partitionKeyTable: readonly string[];
  readonly records: readonly { readonly partitionKeyIndex: unknown; readonly data: Uint8Array }[];
}

/**
 * The records that producers sent: one, or those that were packed into it. What only begins like
 * packed records is one record, as the checksum tells. Throws UNDECODABLE where checksum and content
 * contradict each other.
 */
export function userRecords(partitionKey: string, data: Uint8Array): readonly UserRecord[] {
  const body = packedBody(data);
  if (body === null) return [{ partitionKey, data }];
  let decoded: Aggregated;
  try {
    decoded = AggregatedRecord.decode(body) as unknown as Aggregated;
  } catch (error) {
    throw kinesisErrors.UNDECODABLE(`packed records can't be read: ${messageOf(error)}`);
  }
  return decoded.records.map(({ partitionKeyIndex, data: content }) => {
    const key = decoded.partitionKeyTable[Number(partitionKeyIndex)];
    if (key !== undefined) return { partitionKey: key, data: content };
    throw kinesisErrors.UNDECODABLE(`a packed record has the unknown key ${partitionKeyIndex}`);
  });
}

function packedBody(data: Uint8Array): Buffer | null {
  const view = Buffer.from(data.buffer, data.byteOffset, data.length);
  if (view.length < magic.length + md5Bytes || !view.subarray(0, 4).equals(magic)) return null;
  const body = view.subarray(magic.length, view.length - md5Bytes);
  const md5 = createHash('md5').update(body).digest();
  return md5.equals(view.subarray(view.length - md5Bytes)) ? body : null;
}
