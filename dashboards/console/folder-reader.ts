import { open, readdir, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

const namePattern = /^(\d{20})\.jsonl$/;
const chunkBytes = 256 * 1024;
const lineBytesMax = 1024 * 1024;
const newline = 0x0a;

/** What one read brought. */
export interface LinesRead {
  /** Whole lines, each with its newline; a view that the next read overwrites. */
  readonly lines: Buffer;
  /** Logical offset of the first byte of `lines`. */
  readonly offset: number;
}

/**
 * Follows an event log folder: JSON-lines files named by the logical offset of their first byte.
 * It reads on from any offset, and old files may vanish at any time: what was removed unread is
 * counted in `missedBytes` instead of stopping the reader.
 */
export class FolderReader {
  /** Logical offset of the next byte to be read; always the start of a line. */
  position: number;
  /** Bytes that were removed, or unreadable, before they could be read. */
  missedBytes = 0;
  private readonly folder: string;
  private file: { readonly handle: FileHandle; readonly start: number } | undefined;
  private skipping = false;
  private buffer = Buffer.allocUnsafe(chunkBytes);

  constructor(folder: string, position = 0) {
    this.folder = folder;
    this.position = position;
  }

  /** The next whole lines, or null at the end (also while the folder does not exist yet). */
  async read(): Promise<LinesRead | null> {
    for (let attempts = 0; attempts < 8; attempts++) {
      if (this.file === undefined && !(await this.openAt())) return null;
      const found = await this.readLines();
      if (found !== null) return found;
      if (!(await this.advance())) return null;
    }
    return null;
  }

  /**
   * True when the log is shorter than what was already read: it was begun anew under the same
   * name, so what was counted belongs to another run.
   */
  async wasBegunAnew(): Promise<boolean> {
    if (this.position === 0) return false;
    try {
      const end = await this.end();
      return end > 0 && end < this.position;
    } catch {
      return false;
    }
  }

  /** Starts over at `position`. */
  async seek(position: number): Promise<void> {
    await this.close();
    this.position = position;
    this.missedBytes = 0;
    this.skipping = false;
  }

  /** Logical offset of the end of the log; 0 if there is none. */
  async end(): Promise<number> {
    const last = (await this.starts()).at(-1);
    return last === undefined ? 0 : last + (await stat(this.path(last))).size;
  }

  /** Offsets of the files that are there, ascending. */
  async starts(): Promise<number[]> {
    let names: string[];
    try {
      names = await readdir(this.folder);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
    const starts = names.flatMap((name) => {
      const digits = namePattern.exec(name)?.[1];
      return digits === undefined ? [] : [Number(digits)];
    });
    return starts.sort((a, b) => a - b);
  }

  /** Removes files that end more than `keepBytes` before `position` (whole files only). */
  async trim(position: number, keepBytes: number): Promise<void> {
    const starts = await this.starts();
    for (const [index, start] of starts.entries()) {
      const next = starts[index + 1];
      if (next === undefined || next > position - keepBytes) return;
      await rm(this.path(start), { force: true });
    }
  }

  path(start: number): string {
    return join(this.folder, `${String(start).padStart(20, '0')}.jsonl`);
  }

  async close(): Promise<void> {
    const file = this.file;
    this.file = undefined;
    await file?.handle.close();
  }

  private async openAt(): Promise<boolean> {
    const starts = await this.starts();
    const start = starts.findLast((candidate) => candidate <= this.position) ?? starts[0];
    if (start === undefined) return false;
    if (start > this.position) {
      this.missedBytes += start - this.position;
      this.position = start;
    }
    try {
      this.file = { handle: await open(this.path(start), 'r'), start };
      return true;
    } catch (error) {
      // Removed between the listing and the open: the next round finds the file after it.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  private async readLines(): Promise<LinesRead | null> {
    const { handle, start } = this.file!;
    for (;;) {
      const at = this.position - start;
      const { bytesRead } = await handle.read(this.buffer, 0, this.buffer.length, at);
      if (bytesRead === 0) return null;
      if (this.skipping) {
        this.skip(bytesRead);
        continue;
      }
      const end = this.buffer.lastIndexOf(newline, bytesRead - 1) + 1;
      if (end > 0) {
        const offset = this.position;
        this.position += end;
        return { lines: this.buffer.subarray(0, end), offset };
      }
      if (bytesRead < this.buffer.length) return null;
      // A line longer than the limit is skipped: it must not stop the reader.
      if (this.buffer.length >= lineBytesMax) this.skipping = true;
      else this.buffer = Buffer.allocUnsafe(this.buffer.length * 2);
    }
  }

  private skip(bytesRead: number): void {
    const end = this.buffer.subarray(0, bytesRead).indexOf(newline);
    this.skipping = end < 0;
    const skipped = end < 0 ? bytesRead : end + 1;
    this.position += skipped;
    this.missedBytes += skipped;
  }

  /** At the end of a file: goes on to the next one if there is one; false at the very end. */
  private async advance(): Promise<boolean> {
    const file = this.file!;
    const next = (await this.starts()).find((start) => start > file.start);
    const size = (await file.handle.stat()).size;
    const unread = file.start + size - this.position;
    if (next === undefined) return false;
    // The rest may have been written between the read and the listing. Only bytes before the next
    // file's start belong to this one.
    if (this.position < next && unread > 0) {
      const rest = await this.endsWithoutLine(file.handle, file.start);
      if (!rest) return true;
    }
    await this.close();
    if (next > this.position) this.missedBytes += next - this.position;
    this.position = Math.max(this.position, next);
    return true;
  }

  private async endsWithoutLine(handle: FileHandle, start: number): Promise<boolean> {
    const { bytesRead } = await handle.read(
      this.buffer,
      0,
      this.buffer.length,
      this.position - start,
    );
    if (bytesRead === this.buffer.length) return false;
    return this.buffer.subarray(0, bytesRead).indexOf(newline) < 0;
  }
}
