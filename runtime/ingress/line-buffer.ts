/** One line, as `LineBuffer.next` describes it: `bytes[start, end)`, without its newline. */
export interface Line {
  start: number;
  end: number;
  /** Logical offset of its first byte. */
  from: number;
  /** Logical offset behind its newline. */
  after: number;
  /** How the line begins if it is longer than the limit (then it is not in `bytes`), else null. */
  tooLong: Buffer | null;
}

/** Bytes kept of a line that is too long, to be able to say which one it was. */
const keptOfTooLong = 1024;
const newline = 10;

/**
 * Cuts a stream of bytes into lines without decoding it.
 *
 *     |  taken  |   complete lines …   | unfinished |   free   |
 *     0        #read             (newline)        #filled   length
 *
 * The buffer grows up to the longest line that is accepted; a longer one is passed over in pieces,
 * so that memory stays bounded (E7).
 */
export class LineBuffer {
  /** Valid until the next `room` call. */
  bytes: Buffer;
  readonly #line: Line = { start: 0, end: 0, from: 0, after: 0, tooLong: null };
  readonly #chunkBytes: number;
  readonly #maxLineBytes: number;
  #read = 0;
  #filled = 0;
  /** Where the search for a newline goes on, so that a long line is not searched again. */
  #searched = 0;
  /** Logical offset of `bytes[#read]`. */
  #offset: number;
  /** Set while a line that is too long is passed over. */
  #passing: { readonly from: number; readonly beginning: Buffer } | null = null;

  /** `offset`: the logical offset of the first byte; the other two are sizes in bytes. */
  constructor(offset: number, chunkBytes: number, maxLineBytes: number) {
    this.#offset = offset;
    this.#chunkBytes = chunkBytes;
    this.#maxLineBytes = maxLineBytes;
    this.bytes = Buffer.allocUnsafeSlow(chunkBytes);
  }

  /** Logical offset behind everything that was put in: where the source is read next. */
  get end(): number {
    return this.#offset + this.#filled - this.#read;
  }

  /** Makes room for more; read into `bytes` from the returned index to its end, then `filled`. */
  room(): number {
    if (this.#read > 0) {
      this.bytes.copyWithin(0, this.#read, this.#filled);
      this.#filled -= this.#read;
      this.#searched -= this.#read;
      this.#read = 0;
    }
    if (this.#filled === this.bytes.length) this.#resize(this.bytes.length * 2);
    else if (this.#filled === 0 && this.bytes.length > this.#chunkBytes) {
      this.#resize(this.#chunkBytes);
    }
    return this.#filled;
  }

  filled(count: number): void {
    this.#filled += count;
  }

  /** The next complete line, or null if more bytes are needed. The same object every time. */
  next(): Line | null {
    const at = this.bytes.indexOf(newline, this.#searched);
    // Behind #filled lie old bytes: a newline there is none.
    if (at !== -1 && at < this.#filled) return this.#take(at, at + 1);
    this.#searched = this.#filled;
    if (this.#passing !== null || this.#filled - this.#read > this.#maxLineBytes) this.#passOver();
    return null;
  }

  /** What is left at the end of the data counts as a line, if there is anything. */
  last(): Line | null {
    if (this.#filled === this.#read && this.#passing === null) return null;
    return this.#take(this.#filled, this.#filled);
  }

  #take(end: number, after: number): Line {
    const line = this.#line;
    line.start = this.#read;
    line.end = end;
    line.from = this.#offset;
    line.tooLong = null;
    if (this.#passing !== null) {
      line.from = this.#passing.from;
      line.tooLong = this.#passing.beginning;
      this.#passing = null;
    } else if (end - this.#read > this.#maxLineBytes) {
      line.tooLong = this.#beginning();
    }
    this.#offset += after - this.#read;
    line.after = this.#offset;
    this.#read = after;
    this.#searched = after;
    return line;
  }

  #passOver(): void {
    this.#passing ??= { from: this.#offset, beginning: this.#beginning() };
    this.#offset += this.#filled - this.#read;
    this.#read = this.#filled;
  }

  #beginning(): Buffer {
    return Buffer.from(this.bytes.subarray(this.#read, this.#read + keptOfTooLong));
  }

  /** Only after `room` moved what is left to the front. */
  #resize(length: number): void {
    const other = Buffer.allocUnsafeSlow(length);
    this.bytes.copy(other, 0, 0, this.#filled);
    this.bytes = other;
  }
}
