import { family, recordHeaderBytes } from '../ports/cut.ts';
import type { IsDead } from './merge.ts';
import { familyOf } from './record-index.ts';
import { recordKeyBytes, recordLength } from './records.ts';

/** A wall clock that is a little ahead for a while must not cost anybody a value. */
const marginMs = 3_600_000;

/**
 * Finds state values that expired (a state's payload begins with its expiry: f64, wall-clock ms,
 * Infinity for never). Nobody is shown them any more; a value that lives on by being read has a
 * later record that says so.
 */
export function expiredState(nowMs: number): IsDead {
  return (log, at) => {
    if (familyOf(log, at) !== family.state) return false;
    const payload = at + recordHeaderBytes + recordKeyBytes(log, at);
    if (payload + 8 > at + recordLength(log, at)) return false;
    return (
      new DataView(log.buffer, log.byteOffset + payload, 8).getFloat64(0, true) < nowMs - marginMs
    );
  };
}
