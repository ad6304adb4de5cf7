import { globalGroup, keyGroups, recordHeaderBytes } from '../ports/cut.ts';

/** Reads of the fields that every record has; the layout is that of `ports/cut.ts`. */

export function recordLength(log: Uint8Array, at: number): number {
  return (
    ((log[at] as number) |
      ((log[at + 1] as number) << 8) |
      ((log[at + 2] as number) << 16) |
      ((log[at + 3] as number) << 24)) >>>
    0
  );
}

export function recordKeyBytes(log: Uint8Array, at: number): number {
  return (log[at + 6] as number) | ((log[at + 7] as number) << 8);
}

/**
 * Counts the records of `log`, or returns -1 if it is not a sequence of whole, well-formed ones:
 * an engine must never be handed bytes that it would read out of step.
 */
export function countRecords(log: Uint8Array): number {
  let count = 0;
  let at = 0;
  while (at < log.length) {
    if (at + recordHeaderBytes > log.length) return -1;
    const length = recordLength(log, at);
    const group = log[at + 5] as number;
    if (length < recordHeaderBytes + recordKeyBytes(log, at) || length > log.length - at) return -1;
    if (group >= keyGroups && group !== globalGroup) return -1;
    at += length;
    count++;
  }
  return count;
}
