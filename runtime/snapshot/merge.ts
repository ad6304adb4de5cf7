import { family } from '../ports/cut.ts';
import { eachRecord, familyOf, isRemoval, RecordIndex } from './record-index.ts';
import { recordLength } from './records.ts';

/** Large enough that headers cost nothing, small enough to be a step of a recovery. */
const blockBytes = 1024 * 1024;

/** Whether the record at `at` means nothing any more, such as a state that is long expired. */
export type IsDead = (log: Uint8Array, at: number) => boolean;

/** Records appended to buffers of about a mebibyte. */
class BlockWriter {
  readonly #blocks: Uint8Array[] = [];
  #block = new Uint8Array(0);
  #used = 0;

  append(log: Uint8Array, at: number, length: number): void {
    if (this.#used + length > this.#block.length) {
      this.#seal();
      // Most key groups of most states are small: whole blocks for all would be 128 MiB of zeros.
      const wanted = Math.min(blockBytes, Math.max(4096, this.#block.length * 4));
      this.#block = new Uint8Array(Math.max(wanted, length));
    }
    this.#block.set(log.subarray(at, at + length), this.#used);
    this.#used += length;
  }

  end(): Uint8Array[] {
    this.#seal();
    return this.#blocks;
  }

  #seal(): void {
    if (this.#used > 0) this.#blocks.push(this.#block.subarray(0, this.#used));
    this.#used = 0;
  }
}

/**
 * One key group's base with later changes merged in: the latest record of each (family, key),
 * without removals, void and dead ones. `changes` are the group's records in the order of their
 * cuts. Names come before everything else, in the order in which they first occurred, so that a
 * reader of the result knows each before its use, as in the logs.
 */
export function mergeGroup(
  base: readonly Uint8Array[],
  changes: Uint8Array,
  isDead: IsDead,
): Uint8Array[] {
  const index = new RecordIndex(changes);
  eachRecord(changes, (at) => {
    if (familyOf(changes, at) !== family.void) index.add(at);
  });
  const names = new BlockWriter();
  const others = new BlockWriter();
  const keep = (log: Uint8Array, at: number) => {
    if (isRemoval(log, at) || isDead(log, at)) return;
    const writer = familyOf(log, at) === family.name ? names : others;
    writer.append(log, at, recordLength(log, at));
  };
  const written = new Uint8Array(index.size);
  for (const block of base) {
    eachRecord(block, (at) => {
      if (familyOf(block, at) === family.void) return;
      const entry = index.find(block, at);
      if (entry < 0) {
        keep(block, at);
      } else if (written[entry] === 0) {
        // In the place of the old one, so that a name that was written again stays where it was.
        written[entry] = 1;
        keep(changes, index.latest(entry));
      }
    });
  }
  for (let entry = 0; entry < index.size; entry++) {
    if (written[entry] === 0) keep(changes, index.latest(entry));
  }
  return [...names.end(), ...others.end()];
}
