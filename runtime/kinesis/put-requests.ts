/** One record on its way to a stream. */
export interface OutgoingRecord {
  readonly partitionKey: string;
  /** Empty: the stream hashes the partition key. */
  readonly explicitHashKey: string;
  readonly data: Uint8Array;
}

/** Bounds of one PutRecords request. */
export const requestRecordsMax = 500;
export const requestBytesMax = 5 << 20;
/** Of one record, with its partition key. */
export const recordBytesMax = 1 << 20;

/**
 * Which of the waiting records, in order, the next request takes: at most one of each partition
 * key. A request may be done in part, and a later record of a key must not overtake one that was
 * refused.
 */
export function nextRequest(waiting: readonly OutgoingRecord[], recordsMax: number): number[] {
  const taken: number[] = [];
  const keys = new Set<string>();
  let bytes = 0;
  for (const [i, record] of waiting.entries()) {
    if (taken.length === recordsMax) break;
    if (keys.has(record.partitionKey)) continue;
    bytes += bytesOf(record);
    if (bytes > requestBytesMax && taken.length > 0) break;
    keys.add(record.partitionKey);
    taken.push(i);
  }
  return taken;
}

export function bytesOf({ partitionKey, data }: OutgoingRecord): number {
  return data.length + Buffer.byteLength(partitionKey);
}
