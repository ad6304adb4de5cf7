import { family, recordHeaderBytes, removed, type LogChunk } from '../ports/cut.ts';

const chunkBytes = 1 << 20;
/** The first chunk of a cut is no larger than cuts have lately been: most are a few records. */
const firstChunkBytesMin = 1 << 14;
/** Location = chunk index * 2^20 + offset; a record beyond a chunk has one of its own, at 0. */
const offsetBits = 20;
const locatableChunks = 1 << (32 - offsetBits);

/**
 * The open cut (E3): records are appended when their change is applied, so that taking the cut
 * costs nothing. A record of the open cut can be voided or overwritten by its location; the
 * chunks are given away when the cut is taken.
 *
 * `begin` reserves a record and leaves the cursor behind its header; the caller writes key and
 * payload into `bytes` from `cursor` on, exactly as many as it announced.
 */
export class Log {
  /** Number of the open cut. Entries remember it to know whether their location is still valid. */
  generation = 1;
  bytes = 0;
  records = 0;
  /** The current chunk, and where the record begun last wants its key. */
  chunk: Buffer;
  cursor = 0;
  /** Location of the record begun last. */
  location = 0;
  /**
   * What an entry remembers as the cut that holds it: `generation`, or a number that never is one
   * where the location would not fit into 32 bits. Then a later record supersedes this one, instead
   * of overwriting something else.
   */
  mark = 1;
  #used = 0;
  #chunks: Buffer[] = [];
  #lengths: number[] = [];
  #spare: Buffer | null = null;
  #firstChunkBytes = firstChunkBytesMin;

  constructor() {
    this.chunk = allocate(firstChunkBytesMin);
    this.#chunks.push(this.chunk);
    this.#lengths.push(0);
  }

  begin(kind: number, group: number, keyBytes: number, payloadBytes: number): void {
    const length = recordHeaderBytes + keyBytes + payloadBytes;
    if (this.#used + length > this.chunk.length) this.#nextChunk(length);
    const chunk = this.chunk;
    const at = this.#used;
    chunk[at] = length & 255;
    chunk[at + 1] = (length >>> 8) & 255;
    chunk[at + 2] = (length >>> 16) & 255;
    chunk[at + 3] = length >>> 24;
    chunk[at + 4] = kind;
    chunk[at + 5] = group;
    chunk[at + 6] = keyBytes & 255;
    chunk[at + 7] = keyBytes >>> 8;
    this.location = (this.#chunks.length - 1) * (1 << offsetBits) + at;
    this.mark = this.#chunks.length > locatableChunks ? -1 : this.generation;
    this.cursor = at + recordHeaderBytes;
    this.#used = at + length;
    this.bytes += length;
    this.records++;
  }

  /** Appends "this number is no more" for the families whose key is one f64. */
  removeNumber(kindFamily: number, group: number, key: number): void {
    this.begin(kindFamily | removed, group, 8, 0);
    this.chunk.writeDoubleLE(key, this.cursor);
  }

  /** Makes a record of the open cut count for nothing. */
  void(location: number): void {
    const chunk = this.#chunks[Math.floor(location / (1 << offsetBits))];
    if (chunk === undefined) throw new Error(`no log record at ${location}`);
    chunk[(location & ((1 << offsetBits) - 1)) + 4] = family.void;
    this.records--;
  }

  /** Leaves the cursor at the key of a record of the open cut, to be overwritten in place. */
  chunkAt(location: number): Buffer {
    return this.#chunks[Math.floor(location / (1 << offsetBits))] as Buffer;
  }

  offsetAt(location: number): number {
    return location & ((1 << offsetBits) - 1);
  }

  /** Ends the open cut: its chunks, and a new generation begins. */
  take(): LogChunk[] {
    this.#lengths[this.#chunks.length - 1] = this.#used;
    const taken: LogChunk[] = [];
    this.#chunks.forEach((chunk, i) => {
      const length = this.#lengths[i] as number;
      if (length > 0) taken.push({ bytes: owned(chunk), length });
    });
    // Twice the last cut, and falling slowly: a load that comes in waves keeps its large chunks.
    const wanted = Math.max(firstChunkBytesMin, this.bytes * 2, this.#firstChunkBytes >>> 1);
    this.#firstChunkBytes = Math.min(chunkBytes, wanted);
    this.chunk = this.#spare ?? allocate(this.#firstChunkBytes);
    this.#spare = null;
    this.#chunks = [this.chunk];
    this.#lengths = [0];
    this.#used = 0;
    this.bytes = 0;
    this.records = 0;
    this.generation++;
    return taken;
  }

  /** Allocates the next chunk ahead, so that neither a step nor a cut waits for fresh memory. */
  prepare(): void {
    this.#spare ??= allocate(this.#firstChunkBytes);
  }

  #nextChunk(atLeast: number): void {
    this.#lengths[this.#chunks.length - 1] = this.#used;
    const spare = this.#spare;
    if (spare !== null && spare.length >= atLeast) {
      this.chunk = spare;
      this.#spare = null;
    } else this.chunk = allocate(Math.max(chunkBytes, atLeast));
    this.#chunks.push(this.chunk);
    this.#lengths.push(0);
    this.#used = 0;
  }
}

/** A buffer with memory of its own: pooled memory could not be transferred to another thread. */
function allocate(bytes: number): Buffer {
  return Buffer.allocUnsafeSlow(bytes);
}

function owned(chunk: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(chunk.buffer as ArrayBuffer, 0, chunk.length);
}
