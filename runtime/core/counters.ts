import { family, globalGroup } from '../ports/cut.ts';
import type { Engine } from './engine.ts';
import type { Log } from './log.ts';

/** Counters that must go on where they were after a recovery; written into every cut. */
export function writeCounters(log: Log, engine: Engine): void {
  const egresses = [...engine.egresses.values()].map((egress) => [egress.id, egress.nextSequence]);
  const text = Buffer.from(JSON.stringify({ nextUid: engine.mailboxes.nextUid, egresses }));
  log.begin(family.counters, globalGroup, 0, text.length);
  text.copy(log.chunk, log.cursor);
}

export interface Counters {
  readonly nextUid: number;
  /** Egress id and the sequence number of its next record. */
  readonly egresses: readonly (readonly [string, number])[];
}
