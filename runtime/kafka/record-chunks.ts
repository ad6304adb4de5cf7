import type { Message, TopicMessages } from 'kafkajs';
import { decodeKafkaRecord } from '#protocol/egress-records.ts';
import type { EgressBatch } from '../ports/egress.ts';

/**
 * All records of one call for one partition make one batch there, and a broker takes 1 MiB of it:
 * a call that stays below that as a whole can't exceed it for any partition.
 */
const chunkBytes = 512 * 1024;
/** What a record costs beside its key and value, at most. */
export const recordOverheadBytes = 100;

/** The records of a batch from its `skip`-th on, in calls that a broker takes. */
export function* recordChunks(batch: EgressBatch, skip: number): Generator<TopicMessages[]> {
  let byTopic = new Map<string, Message[]>();
  let bytes = 0;
  let index = 0;
  for (const { value: body } of batch.records()) {
    if (index++ < skip) continue;
    const { topic, key, value } = decodeKafkaRecord(body);
    const size = key.length * 3 + value.length + recordOverheadBytes;
    if (bytes > 0 && bytes + size > chunkBytes) {
      yield asList(byTopic);
      byTopic = new Map();
      bytes = 0;
    }
    const message = { key: key === '' ? null : key, value: viewOf(value) };
    const list = byTopic.get(topic);
    if (list === undefined) byTopic.set(topic, [message]);
    else list.push(message);
    bytes += size;
  }
  if (bytes > 0) yield asList(byTopic);
}

function asList(byTopic: ReadonlyMap<string, Message[]>): TopicMessages[] {
  return [...byTopic].map(([topic, messages]) => ({ topic, messages }));
}

function viewOf(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
