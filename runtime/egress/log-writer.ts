/**
 * Writes lines at a given logical offset of a log, exactly once.
 *
 * - Every byte goes to an explicit offset, never to wherever a file ends: a writer that wakes up
 *   late can only write what is there already.
 * - What is there is compared first. Equal bytes stay untouched: a visible line never changes.
 *   Behind them only what is missing is written.
 * - Bytes of zero behind the position are pages that a power failure kept from the disk: no line
 *   holds any, so they are ours to fill. Anything else is somebody else's, and an error.
 * - A line never spans files. Where existing files begin decides; the size limit only for new ones.
 */
import type { FileHandle } from 'node:fs/promises';
import { constants, open, unlink } from 'node:fs/promises';
import { egressErrors } from './errors.ts';
import type { LogFile, LogFiles } from './log-files.ts';

interface LogWriterOptions {
  readonly files: LogFiles;
  /** A file that would grow beyond it is complete, and the next one begins. */
  readonly maxFileBytes: number;
  /** Beyond it the oldest complete files are removed; null: all are kept. */
  readonly retainBytes: number | null;
}

const newline = 10;

export class LogWriter {
  readonly #options: LogWriterOptions;
  readonly #files: LogFiles;
  #list: LogFile[] = [];
  /** The file that was touched last, with what `sync` must make durable. */
  #open: { readonly start: number; readonly file: FileHandle } | null = null;
  #unsynced = false;
  #at = 0;
  /** After a failed sync the system may take lost pages for clean: everything is written anew. */
  #distrust = false;

  constructor(options: LogWriterOptions) {
    this.#options = options;
    this.#files = options.files;
  }

  /** Checks that `position` can be written at. `fresh`: nothing was ever published. */
  async open(position: number, fresh: boolean): Promise<void> {
    await this.#files.prepare();
    this.#list = await this.#files.list();
    const end = this.#end();
    if (fresh && end > 0) {
      throw egressErrors.FILE_NOT_EMPTY(
        `${this.#files.path} holds ${end} bytes, but this is a fresh start: it is not this state's`,
      );
    }
    if (end < position) {
      throw egressErrors.FILE_SHORTER(
        `${this.#files.path} ends at byte ${end}, but ${position} bytes were published to it`,
      );
    }
    await this.#checkFiles(position);
  }

  /** Begins a batch at `position`: takes stock, since others may have touched the files. */
  async begin(position: number): Promise<void> {
    this.#list = await this.#files.list();
    this.#at = position;
    if (this.#end() < position) {
      throw egressErrors.FILE_SHORTER(
        `${this.#files.path} ends at byte ${this.#end()}, but ${position} bytes were published`,
      );
    }
  }

  /** Writes whole lines; `ends` are the indexes behind their newlines. */
  async write(bytes: Buffer, ends: readonly number[]): Promise<void> {
    let from = 0;
    let line = 0;
    while (from < bytes.length) {
      while (ends[line]! <= from) line++;
      const file = this.#fileAt(this.#at);
      if (file === undefined || file.end <= this.#at) {
        from += await this.#append(bytes, from, ends, line, file);
      } else {
        const length = Math.min(bytes.length - from, file.end - this.#at);
        await this.#compare(file, bytes.subarray(from, from + length));
        from += length;
        this.#at += length;
      }
    }
  }

  /** Makes everything durable that was written or found; returns the position behind it. */
  async sync(): Promise<number> {
    await this.#syncOpen();
    this.#distrust = false;
    return this.#at;
  }

  /** Removes the oldest complete files beyond `retainBytes`; only what lies before `position`. */
  async retain(position: number): Promise<void> {
    const { retainBytes } = this.#options;
    if (retainBytes === null) return;
    while (this.#list.length > 1) {
      const [oldest, second] = [this.#list[0]!, this.#list[1]!];
      if (second.start > position || this.#end() - second.start < retainBytes) return;
      await unlink(oldest.path);
      this.#list.shift();
    }
  }

  /** After a failure: nothing that is in memory about the files is believed any more. */
  async distrust(): Promise<void> {
    this.#distrust = true;
    await this.close();
  }

  async close(): Promise<void> {
    const opened = this.#open;
    this.#open = null;
    await opened?.file.close();
  }

  #end(): number {
    return this.#list.at(-1)?.end ?? 0;
  }

  #fileAt(offset: number): LogFile | undefined {
    return this.#list.findLast((file) => file.start <= offset);
  }

  async #checkFiles(position: number): Promise<void> {
    const first = this.#list[0];
    if (first !== undefined && first.start > position && this.#options.retainBytes === null) {
      throw egressErrors.FILE_SHORTER(
        `${this.#files.path} begins with byte ${first.start}; byte ${position} is gone`,
      );
    }
    for (const [index, file] of this.#list.entries()) {
      const next = this.#list[index + 1];
      if (next !== undefined && next.start !== file.end) {
        throw egressErrors.FILE_DAMAGED(
          `${file.path} ends at byte ${file.end}, but the next file begins at byte ${next.start}`,
        );
      }
    }
    const file = this.#fileAt(position);
    if (file === undefined || file.start === position) return;
    const before = Buffer.alloc(1);
    const opened = await this.#opened(file.start);
    await opened.read(before, 0, 1, position - file.start - 1);
    if (before[0] !== newline) {
      throw egressErrors.FILE_DAMAGED(
        `byte ${position} of ${this.#files.path}, up to which lines were published, is inside a line`,
      );
    }
  }

  /** Writes behind the end of everything; returns how many bytes it took. */
  async #append(
    bytes: Buffer,
    from: number,
    ends: readonly number[],
    line: number,
    current: LogFile | undefined,
  ): Promise<number> {
    // Retention removed what this life is given again: it was published, and is gone on purpose.
    const first = this.#list[0];
    if (current === undefined && first !== undefined) {
      const length = Math.min(bytes.length - from, first.start - this.#at);
      this.#at += length;
      return length;
    }
    const start = current === undefined ? this.#at : current.start;
    const atLineStart = from === (line === 0 ? 0 : ends[line - 1]!);
    const used = this.#at - start;
    // A line that was begun goes on in its file, and a file holds at least one line.
    let last = !atLineStart || used === 0 ? line : -1;
    for (let i = Math.max(line, last + 1); i < ends.length; i++) {
      if (used + ends[i]! - from > this.#options.maxFileBytes) break;
      last = i;
    }
    if (last === -1) {
      await this.#begin(this.#at);
      return 0;
    }
    if (current === undefined) await this.#begin(this.#at);
    const part = bytes.subarray(from, ends[last]);
    await this.#put(start, this.#at, part);
    this.#at += part.length;
    this.#list[this.#list.length - 1] = { ...this.#list.at(-1)!, end: this.#at };
    return part.length;
  }

  /** Begins a file. The one before it is complete by that, so it must be durable first. */
  async #begin(start: number): Promise<void> {
    await this.#opened(start);
    this.#unsynced = true;
    this.#list.push({ start, end: start, path: this.#files.pathOf(start) });
    await this.#files.syncNames();
  }

  async #compare(file: LogFile, bytes: Buffer): Promise<void> {
    const there = Buffer.allocUnsafe(bytes.length);
    const opened = await this.#opened(file.start);
    let read = 0;
    while (read < bytes.length) {
      const within = this.#at - file.start + read;
      const { bytesRead } = await opened.read(there, read, bytes.length - read, within);
      if (bytesRead === 0) throw egressErrors.FILE_SHORTER(`${file.path} shrinks while it is read`);
      read += bytesRead;
    }
    // Found bytes may still be in memory only: they count as published after the sync.
    this.#unsynced = true;
    const equal = there.equals(bytes);
    if (equal && !this.#distrust) return;
    for (let i = 0; !equal && i < bytes.length; i++) {
      if (there[i] === bytes[i] || there[i] === 0) continue;
      throw egressErrors.FOREIGN_BYTES(
        `byte ${this.#at + i} of ${this.#files.path} (in ${file.path}) is not what was published: ` +
          'somebody else wrote there, or the state is another one',
      );
    }
    await this.#put(file.start, this.#at, bytes);
  }

  async #put(start: number, at: number, bytes: Buffer): Promise<void> {
    const file = await this.#opened(start);
    this.#unsynced = true;
    for (let done = 0; done < bytes.length;) {
      const position = at - start + done;
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position);
      done += bytesWritten;
    }
  }

  async #opened(start: number): Promise<FileHandle> {
    if (this.#open?.start === start) return this.#open.file;
    await this.#syncOpen();
    await this.close();
    // Not for appending: that would write at the end of the file, whatever the offset.
    const file = await open(this.#files.pathOf(start), constants.O_RDWR | constants.O_CREAT, 0o644);
    this.#open = { start, file };
    return file;
  }

  async #syncOpen(): Promise<void> {
    if (!this.#unsynced) return;
    await this.#open?.file.datasync();
    this.#unsynced = false;
  }
}
