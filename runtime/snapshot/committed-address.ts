import { family, globalGroup, recordHeaderBytes } from '../ports/cut.ts';
import { groupOfHash, hashId } from '../ports/key-group.ts';
import type { HeadState } from './head.ts';
import { readingHead } from './inspect.ts';
import { eachRecord, familyOf } from './record-index.ts';
import { recordKeyBytes } from './records.ts';
import { objectsInOrder } from './recovery.ts';
import type { ObjectRef } from './segment.ts';
import { readManifest, readSegment } from './store-reads.ts';

/** Before the id in the key of a state and of a parked address: the number of its owner, u32. */
const numberBytes = 4;
const keyedById: ReadonlySet<number> = new Set([family.state, family.parked]);

/**
 * What the last committed cut holds of the addresses with this id, as blocks of whole records in
 * the order in which a recovery applies them: the names, the states and parked entries of this id,
 * and the messages of its key group (whose payload only the engine reads). Nothing if there is no
 * cut. Throws the errors of `snapshotErrors` for what is damaged or missing.
 *
 * Work: the bases of two groups of 129, and every delta. Memory: one object at a time, and what is
 * kept. A reader, so it holds up no writer.
 */
export async function committedAddress(stateUrl: string, id: string): Promise<Uint8Array[]> {
  const wanted = new Wanted(id);
  return readingHead(stateUrl, async (store, head) => {
    const kept: Uint8Array[] = [];
    if (head === null) return kept;
    for (const ref of await objectsOf(head, wanted.group, (at) => readManifest(store, at))) {
      for (const block of await readSegment(store, ref)) kept.push(...wanted.of(block));
    }
    for (const { records } of head.inline) kept.push(...wanted.of(records));
    return kept;
  });
}

async function objectsOf(
  head: HeadState,
  group: number,
  manifestOf: (ref: NonNullable<HeadState['manifest']>) => ReturnType<typeof readManifest>,
): Promise<ObjectRef[]> {
  if (head.manifest === null) return [];
  const manifest = await manifestOf(head.manifest);
  const bases = manifest.bases.filter((base) => [globalGroup, group].includes(base.group));
  return objectsInOrder({ ...manifest, bases });
}

/** Which records are about one id. */
class Wanted {
  readonly group: number;
  readonly #id: Buffer;

  constructor(id: string) {
    this.#id = Buffer.from(id);
    this.group = groupOfHash(hashId(id));
  }

  /** Copies of the wanted records, without the memory of the rest: one block, or none. */
  of(block: Uint8Array): Uint8Array[] {
    const found: Uint8Array[] = [];
    eachRecord(block, (at, length) => {
      if (this.#matches(block, at)) found.push(block.subarray(at, at + length));
    });
    return found.length === 0 ? [] : [Buffer.concat(found)];
  }

  #matches(block: Uint8Array, at: number): boolean {
    const kind = familyOf(block, at);
    if (kind === family.name) return true;
    if (block[at + 5] !== this.group) return false;
    if (kind === family.message || kind === family.delayed) return true;
    if (!keyedById.has(kind)) return false;
    const start = at + recordHeaderBytes + numberBytes;
    const end = at + recordHeaderBytes + recordKeyBytes(block, at);
    return this.#id.equals(block.subarray(start, end));
  }
}
