/** A fetched record, as far as the filter looks at it. */
interface FetchedRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/** Of a control record: version 0 (two bytes), then the type; 0 is abort, 1 is commit. */
const abortType = 0;

/**
 * The records of a fetched partition that belong to no aborted transaction, control records
 * included. `abortedTransactions` are those that overlap what was fetched, in no certain order.
 *
 * A record that is in a transaction is aborted if an aborted transaction of its producer began at
 * or before it, and that one has not ended yet. It ends with the producer's abort marker.
 */
export function withoutAborted<T extends FetchedRecord>(fetched: {
  readonly messages: readonly T[];
  readonly abortedTransactions?: readonly AbortedTransaction[] | null;
}): readonly T[] {
  const { messages, abortedTransactions } = fetched;
  if (abortedTransactions == null || abortedTransactions.length === 0) return messages;
  const coming = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, from: BigInt(firstOffset) }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const aborting = new Set<string>();
  let next = 0;
  return messages.filter(({ offset, key, isControlRecord, batchContext }) => {
    const at = BigInt(offset);
    for (; next < coming.length; next++) {
      const { producerId, from } = coming[next] as (typeof coming)[number];
      if (from > at) break;
      aborting.add(producerId);
    }
    const { producerId, inTransaction } = batchContext;
    if (isControlRecord) {
      const type = key !== null && key.length >= 4 ? key.readInt16BE(2) : -1;
      if (type === abortType) aborting.delete(producerId);
      return true;
    }
    return !(inTransaction && aborting.has(producerId));
  });
}
