/**
 * The writing end of an event log folder: append-only files of JSON lines, each named by the
 * logical byte offset of its first byte, so that the writer's position is one number.
 *
 *     00000000000000000000.jsonl   bytes 0 .. 8388650        complete: a later file exists
 *     00000000000008388651.jsonl   bytes 8388651 ..          the one being written
 *
 * The writer is given a stream that is the same byte for byte in every life of the process. So it
 * needs no notion of what was written last: it drops the bytes that the log already holds, however
 * they end, and goes on with the next one. A torn line is completed, none is written twice, and
 * two writers by mistake write the same bytes to the same places.
 */
import fs from 'node:fs';
import path from 'node:path';
import { datagenErrors } from './errors.ts';

export const defaultRollBytes = 8 * 1024 * 1024;
/** So many of the log's last bytes are compared with the stream before anything is added. */
const verifyBytes = 64 * 1024;
const fileName = /^(\d{20})\.jsonl$/;

interface EventLogOptions {
  /** A file ends with the first line that reaches this size, in bytes. */
  readonly rollBytes?: number;
}

export class EventLog {
  readonly folder: string;
  readonly #rollBytes: number;
  #descriptor: number;
  /** Logical offset of the current file's first byte. */
  #fileStart: number;
  /** Logical offset behind the last byte written. */
  #end: number;
  /** Logical offset of the stream that is being given. */
  #position = 0;
  /** Lines that were given and not written yet; they begin at `#end`. */
  #pending = '';
  /** What the log holds in `[#end - #tail.length, #end)` as it was opened. */
  readonly #tail: Buffer;
  readonly #tailStart: number;

  /** Opens the folder, making it if need be. Throws WEIR_DATAGEN_BAD_LOG. */
  constructor(folder: string, options: EventLogOptions = {}) {
    this.folder = folder;
    this.#rollBytes = options.rollBytes ?? defaultRollBytes;
    fs.mkdirSync(folder, { recursive: true });
    this.#fileStart = logFileStarts(folder).at(-1) ?? 0;
    this.#descriptor = this.#openFile();
    const size = fs.fstatSync(this.#descriptor).size;
    this.#end = this.#fileStart + size;
    this.#tail = Buffer.alloc(Math.min(size, verifyBytes));
    this.#tailStart = this.#end - this.#tail.length;
    fs.readSync(this.#descriptor, this.#tail, 0, this.#tail.length, size - this.#tail.length);
  }

  /** Logical offset behind the last byte on disk: where the log ends. */
  get end(): number {
    return this.#end;
  }

  /** Logical offset behind the last line given; larger than `end` before a `flush`. */
  get position(): number {
    return this.#position;
  }

  /** Bytes given and not written yet. */
  get pendingBytes(): number {
    return this.#pending.length;
  }

  /** The next line given begins at this logical offset of the stream. */
  startAt(position: number): void {
    this.#position = position;
  }

  /**
   * The stream's next line, ASCII, with its end. Bytes that the log already holds are compared as
   * far as they are known; throws WEIR_DATAGEN_OTHER_STREAM if they differ.
   */
  append(line: string): void {
    const start = this.#position;
    this.#position += line.length;
    if (start < this.#fileStart && this.#position > this.#fileStart) {
      throw this.#otherStream(this.#fileStart);
    }
    const held = this.#end + this.#pending.length - start;
    if (held > 0) this.#verify(line, start);
    if (held < line.length) this.#pending += held > 0 ? line.slice(held) : line;
    const full = this.#position - this.#fileStart >= this.#rollBytes;
    // Never within bytes that are on disk: another roll size may have been used for them.
    if (full && this.#position >= this.#end) this.#roll();
  }

  /** Writes what is pending. */
  flush(): void {
    const bytes = Buffer.from(this.#pending, 'latin1');
    for (let written = 0; written < bytes.length;) {
      const at = this.#end - this.#fileStart;
      const count = fs.writeSync(this.#descriptor, bytes, written, bytes.length - written, at);
      written += count;
      this.#end += count;
      // At once, so that what a full disk interrupts is neither lost nor written twice.
      this.#pending = this.#pending.slice(count);
    }
  }

  /** Makes what was flushed survive a power failure. */
  sync(): void {
    fs.fdatasyncSync(this.#descriptor);
  }

  /** Bytes in the folder: what nobody has consumed and removed yet. */
  backlogBytes(): number {
    return this.#end - (logFileStarts(this.folder)[0] ?? this.#fileStart);
  }

  close(): void {
    fs.closeSync(this.#descriptor);
  }

  #roll(): void {
    this.flush();
    this.sync();
    fs.closeSync(this.#descriptor);
    this.#fileStart = this.#position;
    this.#descriptor = this.#openFile();
  }

  #openFile(): number {
    const name = `${String(this.#fileStart).padStart(20, '0')}.jsonl`;
    // Read and write at positions, created if missing, never truncated.
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT;
    return fs.openSync(path.join(this.folder, name), flags, 0o644);
  }

  #verify(line: string, start: number): void {
    const from = Math.max(start, this.#tailStart);
    const to = Math.min(start + line.length, this.#tailStart + this.#tail.length);
    if (from >= to) return;
    const held = this.#tail.toString('latin1', from - this.#tailStart, to - this.#tailStart);
    if (held === line.slice(from - start, to - start)) return;
    throw this.#otherStream(from);
  }

  #otherStream(offset: number): Error {
    const what = `the log at offset ${offset} is not that of this stream`;
    return datagenErrors.OTHER_STREAM(`${this.folder}: ${what}`);
  }
}

/** The logical offsets at which the folder's files begin, ascending. */
export function logFileStarts(folder: string): number[] {
  const starts: number[] = [];
  for (const name of fs.readdirSync(folder)) {
    const match = fileName.exec(name);
    if (match) starts.push(Number(match[1]));
    else if (name.endsWith('.jsonl')) {
      throw datagenErrors.BAD_LOG(`${path.join(folder, name)} is not named by a 20-digit offset`);
    }
  }
  return starts.sort((a, b) => a - b);
}
