import type { EgressBatch, EgressRecord } from '#runtime/ports/egress.ts';

/** A batch as the engine gives it: each value is overwritten once the next record is asked for. */
export function batchOf(records: readonly EgressRecord[], firstSequence = 0): EgressBatch {
  return {
    firstSequence,
    count: records.length,
    lineage: 'lineage-1',
    epoch: 1,
    *records() {
      for (const record of records) {
        const value = Uint8Array.from(record.value);
        yield { typename: record.typename, value };
        value.fill(0x58);
      }
    },
  };
}

export function jsonRecord(json: unknown, typename = 'test/json'): EgressRecord {
  return { typename, value: Buffer.from(JSON.stringify(json)) };
}

export async function until(condition: () => boolean, what = 'condition'): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
