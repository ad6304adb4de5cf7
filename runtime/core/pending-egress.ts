import { family, globalGroup, removed } from '../ports/cut.ts';
import type { EgressBatch, EgressRecord } from '../ports/egress.ts';
import type { Log } from './log.ts';
import { copyBytes } from './state-table.ts';

const chunkBytes = 1 << 16;

/** Some pending records of one egress, packed: `u32 typename bytes, typename, u32 bytes, value`. */
export interface EgressChunk {
  readonly firstSequence: number;
  readonly count: number;
  readonly bytes: Buffer;
  /** The cut that holds it. */
  readonly cut: number;
}

/**
 * The pending records of one egress (E3, E4): packed while they come, closed when a cut is taken,
 * published when that cut is committed, and forgotten when a later cut knows that they are out.
 */
export class PendingEgress {
  readonly id: string;
  readonly number: number;
  /** Sequence number of the next record. */
  nextSequence = 0;
  /** Everything below is published, and where that ended. */
  publishedSequence = 0;
  position: string | null = null;
  bytes = 0;
  /** Wall-clock independent time is the host's; here only what waits. */
  readonly #closed: EgressChunk[] = [];
  /** Where the open chunk is packed; reused, so that only what is used of it is kept. */
  #open = noBytes;
  #used = 0;
  #openFirst = 0;
  readonly #typenames = new Map<string, Buffer>();

  constructor(id: string, number: number) {
    this.id = id;
    this.number = number;
  }

  get hasOpen(): boolean {
    return this.#used > 0;
  }

  get pending(): number {
    return this.nextSequence - this.publishedSequence;
  }

  append(log: Log, typename: string, value: Uint8Array, start: number, end: number): void {
    const name = this.#encoded(typename);
    const size = 8 + name.length + (end - start);
    if (this.#used + size > this.#open.length) this.#makeRoom(log, size);
    if (this.#used === 0) this.#openFirst = this.nextSequence;
    const chunk = this.#open;
    let at = chunk.writeUInt32LE(name.length, this.#used);
    copyBytes(name, 0, chunk, at, name.length);
    at = chunk.writeUInt32LE(end - start, at + name.length);
    copyBytes(value, start, chunk, at, end - start);
    this.#used += size;
    this.bytes += size;
    this.nextSequence++;
  }

  /** The open chunk grows up to its size, then it is closed. */
  #makeRoom(log: Log, size: number): void {
    if (this.#used > 0 && this.#used + size > chunkBytes) this.close(log);
    const wanted = Math.max(this.#used + size, Math.min(this.#open.length * 4, chunkBytes), 1024);
    if (wanted <= this.#open.length) return;
    const larger = Buffer.allocUnsafeSlow(wanted);
    copyBytes(this.#open, 0, larger, 0, this.#used);
    this.#open = larger;
  }

  /** Puts the open chunk into the log: before a cut is taken, and when it is full. */
  close(log: Log): void {
    if (this.#used === 0) return;
    // A copy of what is used: while an egress is down, a few records of every cut are kept, and
    // the unused rest of their buffers would be memory that no bound counts (E7).
    const bytes = Buffer.allocUnsafeSlow(this.#used);
    copyBytes(this.#open, 0, bytes, 0, this.#used);
    const chunk: EgressChunk = {
      firstSequence: this.#openFirst,
      count: this.nextSequence - this.#openFirst,
      bytes,
      cut: log.generation,
    };
    this.#used = 0;
    if (this.#open.length > chunkBytes) this.#open = noBytes;
    this.#closed.push(chunk);
    log.begin(family.egress, globalGroup, 12, 4 + chunk.bytes.length);
    this.#writeKey(log, chunk);
    log.chunk.writeUInt32LE(chunk.count, log.cursor + 12);
    copyBytes(chunk.bytes, 0, log.chunk, log.cursor + 16, chunk.bytes.length);
  }

  /** A chunk of the recovered cut; in any order. */
  restore(chunk: EgressChunk): void {
    const last = this.#closed.at(-1);
    this.#closed.push(chunk);
    // They mostly come in order, and after a long outage there are many.
    if (last !== undefined && last.firstSequence > chunk.firstSequence) {
      this.#closed.sort((a, b) => a.firstSequence - b.firstSequence);
    }
    this.bytes += chunk.bytes.length;
    this.nextSequence = Math.max(this.nextSequence, chunk.firstSequence + chunk.count);
  }

  /**
   * What may be published now that `committedCut` is committed (E4), at most about `bytesMax`
   * bytes; null if there is nothing. Stays pending until `published` is called.
   */
  publishable(
    committedCut: number,
    bytesMax: number,
    life: { lineage: string; epoch: number },
  ): EgressBatch | null {
    let count = 0;
    let bytes = 0;
    let last = 0;
    for (const chunk of this.#closed) {
      if (chunk.cut > committedCut || (last > 0 && bytes + chunk.bytes.length > bytesMax)) break;
      count += chunk.count;
      bytes += chunk.bytes.length;
      last++;
    }
    if (last === 0) return null;
    const chunks = this.#closed.slice(0, last);
    const firstSequence = (chunks[0] as EgressChunk).firstSequence;
    return { ...life, firstSequence, count, records: () => unpack(chunks) };
  }

  /** Everything below `sequence` is out, durably: the next cut forgets it. */
  published(log: Log, sequence: number, position: string): void {
    while (this.#closed.length > 0) {
      const chunk = this.#closed[0] as EgressChunk;
      if (chunk.firstSequence + chunk.count > sequence) break;
      this.#closed.shift();
      this.bytes -= chunk.bytes.length;
      log.begin(family.egress | removed, globalGroup, 12, 0);
      this.#writeKey(log, chunk);
    }
    this.publishedSequence = sequence;
    this.position = position;
    this.#logPublished(log, position);
  }

  #logPublished(log: Log, position: string): void {
    const text = Buffer.from(position);
    log.begin(family.published, globalGroup, 4, 8 + text.length);
    const at = log.chunk.writeUInt32LE(this.number, log.cursor);
    text.copy(log.chunk, log.chunk.writeDoubleLE(this.publishedSequence, at));
  }

  #writeKey(log: Log, chunk: EgressChunk): void {
    const at = log.chunk.writeUInt32LE(this.number, log.cursor);
    log.chunk.writeDoubleLE(chunk.firstSequence, at);
  }

  #encoded(typename: string): Buffer {
    let name = this.#typenames.get(typename);
    if (name === undefined) {
      name = Buffer.from(typename);
      // Typenames come from functions: the cache must not grow with whatever they send.
      if (this.#typenames.size < 256) this.#typenames.set(typename, name);
    }
    return name;
  }
}

const noBytes = Buffer.alloc(0);

function* unpack(chunks: readonly EgressChunk[]): Generator<EgressRecord> {
  for (const { bytes } of chunks) {
    let at = 0;
    let typename = '';
    let name = bytes.subarray(0, 0);
    while (at < bytes.length) {
      const nameEnd = at + 4 + bytes.readUInt32LE(at);
      const encoded = bytes.subarray(at + 4, nameEnd);
      if (!name.equals(encoded)) {
        name = encoded;
        typename = name.toString();
      }
      const valueStart = nameEnd + 4;
      at = valueStart + bytes.readUInt32LE(nameEnd);
      yield { typename, value: bytes.subarray(valueStart, at) };
    }
  }
}
