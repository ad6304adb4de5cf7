import { family, keyGroups, type Cut } from '#runtime/ports/cut.ts';

const keyBytes = 16;
const chunkBytes = 1 << 20;

/** A cut of state records with the keys `from`, `from` + 1, … in chunks as the engine's. */
export function cutOf(number: number, from: number, records: number, length: number): Cut {
  const chunks: { bytes: Uint8Array<ArrayBuffer>; length: number }[] = [];
  let chunk = Buffer.alloc(0);
  let used = 0;
  const seal = () => {
    if (used > 0) chunks.push({ bytes: chunk, length: used });
  };
  for (let i = 0; i < records; i++) {
    if (used + length > chunk.length) {
      seal();
      chunk = Buffer.allocUnsafeSlow(chunkBytes);
      used = 0;
    }
    const key = from + i;
    chunk.writeUInt32LE(length, used);
    chunk[used + 4] = family.state;
    chunk[used + 5] = key % keyGroups;
    chunk.writeUInt16LE(keyBytes, used + 6);
    chunk.write(String(key).padStart(keyBytes, '0'), used + 8, 'latin1');
    chunk.writeDoubleLE(Infinity, used + 8 + keyBytes);
    chunk.fill(key & 255, used + 16 + keyBytes, used + length);
    used += length;
  }
  seal();
  return { number, chunks, bytes: records * length, records };
}
