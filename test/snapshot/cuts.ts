import { family, globalGroup, recordHeaderBytes, removed, type Cut } from '#runtime/ports/cut.ts';

/** A change of one record, as tests speak of it. */
export interface Change {
  readonly family: number;
  readonly group: number;
  readonly key: string;
  /** Null removes the key. */
  readonly payload: string | null;
}

export function encodeRecord({ family, group, key, payload }: Change): Buffer {
  const keyBytes = Buffer.from(key);
  const payloadBytes = Buffer.from(payload ?? '');
  const record = Buffer.alloc(recordHeaderBytes + keyBytes.length + payloadBytes.length);
  record.writeUInt32LE(record.length, 0);
  record[4] = family | (payload === null ? removed : 0);
  record[5] = group;
  record.writeUInt16LE(keyBytes.length, 6);
  keyBytes.copy(record, 8);
  payloadBytes.copy(record, 8 + keyBytes.length);
  return record;
}

/** A cut whose chunks are buffers of their own, with some room behind the records. */
export function cutOf(number: number, changes: readonly Change[], perChunk = 50): Cut {
  const chunks: { bytes: Uint8Array<ArrayBuffer>; length: number }[] = [];
  for (let i = 0; i < changes.length; i += perChunk) {
    const log = Buffer.concat(changes.slice(i, i + perChunk).map(encodeRecord));
    const bytes = new Uint8Array(log.length + 16).fill(0xee);
    bytes.set(log);
    chunks.push({ bytes, length: log.length });
  }
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return { number, chunks, bytes, records: changes.length };
}

/** What recovery must give: the latest payload of each (family, key). */
export type Model = Map<string, string>;

export function applyChange(model: Model, change: Change): void {
  if (change.family === family.void) return;
  const key = `${change.family}/${change.group}/${change.key}`;
  if (change.payload === null) model.delete(key);
  else model.set(key, change.payload);
}

export async function modelOf(blocks: AsyncIterable<Uint8Array>): Promise<Model> {
  const model: Model = new Map();
  for await (const block of blocks)
    for (const change of decodeRecords(block)) applyChange(model, change);
  return model;
}

export function decodeRecords(block: Uint8Array): Change[] {
  const log = Buffer.from(block.buffer, block.byteOffset, block.length);
  const changes: Change[] = [];
  for (let at = 0; at < log.length;) {
    const length = log.readUInt32LE(at);
    const kind = log[at + 4] as number;
    const keyEnd = at + 8 + log.readUInt16LE(at + 6);
    changes.push({
      family: kind & 0x7f,
      group: log[at + 5] as number,
      key: log.toString('utf8', at + 8, keyEnd),
      payload: (kind & removed) !== 0 ? null : log.toString('utf8', keyEnd, at + length),
    });
    at += length;
  }
  return changes;
}

/** Changes as an engine makes them, drawn from `random`: names, states, messages, counters. */
export function randomChanges(random: () => number, count: number, keys: number): Change[] {
  const below = (n: number) => Math.floor(random() * n);
  const changes: Change[] = [];
  for (let i = 0; i < count; i++) {
    const key = below(keys);
    const payload = `${random()}`.repeat(1 + below(3));
    const draw = random();
    if (draw < 0.05) {
      changes.push({
        family: family.name,
        group: globalGroup,
        key: `n${key % 20}`,
        payload: 'name',
      });
    } else if (draw < 0.08) {
      changes.push({ family: family.counters, group: globalGroup, key: '', payload });
    } else if (draw < 0.12) {
      changes.push({ family: family.void, group: key & 127, key: `v${key}`, payload });
    } else if (draw < 0.3) {
      changes.push({ family: family.message, group: key & 127, key: `s${key}`, payload: null });
    } else if (draw < 0.5) {
      changes.push({ family: family.message, group: key & 127, key: `s${key}`, payload });
    } else {
      const gone = random() < 0.25;
      changes.push({
        family: family.state,
        group: key & 127,
        key: `s${key}`,
        payload: gone ? null : payload,
      });
    }
  }
  return changes;
}
