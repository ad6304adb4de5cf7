import type { Stats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WeirError } from '#protocol/errors.ts';
import { logFileName, logFileStart } from '../ports/event-log.ts';
import { ingressErrors } from './errors.ts';

/** What `read` found: bytes, or why there are none. */
type ReadResult = number | 'end' | 'absent';

/** An append-only log of bytes, addressed by logical offset. Every method may throw WeirErrors. */
export interface LogSource {
  /** Checks that reading can go on at `position`; a log that does not exist yet is fine at 0. */
  check(position: number, fresh: boolean): Promise<void>;
  /** Reads at logical offset `at` into `into[from, …)`; `end`: there is no more for now. */
  read(at: number, into: Buffer, from: number): Promise<ReadResult>;
  /** Looks for what a plain read does not show: truncation, replacement, a gap. Rarely called. */
  inspect(at: number): Promise<void>;
  /** Logical offset of the end of everything that is there. */
  end(): Promise<number>;
  /** Removes what lies wholly before `position`. */
  remove(position: number): Promise<void>;
  close(): Promise<void>;
}

const newline = 10;

/** One append-only file. */
export class FileLog implements LogSource {
  readonly #path: string;
  #file: FileHandle | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  async check(position: number): Promise<void> {
    const info = await statOrNull(this.#path);
    if (info === null && position === 0) return;
    if (info === null) {
      throw ingressErrors.FILE_SHORTER(
        `${this.#path} is gone, though ${position} bytes of it were already taken`,
      );
    }
    await this.#ensureLength(info.size, position);
    this.#file ??= await openToRead(this.#path);
    await checkLineStart(this.#file!, position, 0, info.size, this.#path);
  }

  async read(at: number, into: Buffer, from: number): Promise<ReadResult> {
    this.#file ??= await openToRead(this.#path);
    if (this.#file === null) return 'absent';
    return readAt(this.#file, this.#path, at, into, from);
  }

  async inspect(at: number): Promise<void> {
    if (this.#file === null) return;
    const [mine, now] = [await this.#file.stat(), await statOrNull(this.#path)];
    if (now === null) {
      throw ingressErrors.FILE_REPLACED(`${this.#path} was removed while it was being read`);
    }
    if (now.ino === mine.ino && now.dev === mine.dev) return this.#ensureLength(now.size, at);
    if (now.size < at) {
      throw ingressErrors.FILE_REPLACED(
        `${this.#path} was replaced by a file of ${now.size} bytes; ${at} bytes were taken already`,
      );
    }
    await this.#adopt(at);
  }

  async end(): Promise<number> {
    return (await statOrNull(this.#path))?.size ?? 0;
  }

  async remove(): Promise<void> {
    // A single file is not removed: it is still being written.
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  /** A copy with the same bytes in the same place (a restored backup) is as good as the original. */
  async #adopt(at: number): Promise<void> {
    const other = await openToRead(this.#path);
    if (other === null) return;
    const length = Math.min(at, 64 * 1024);
    const [mine, theirs] = [Buffer.alloc(length), Buffer.alloc(length)];
    await this.#file!.read(mine, 0, length, at - length);
    await other.read(theirs, 0, length, at - length);
    if (!mine.equals(theirs)) {
      await other.close();
      throw ingressErrors.FILE_REPLACED(
        `${this.#path} was replaced by a file with other content before byte ${at}`,
      );
    }
    await this.#file!.close();
    this.#file = other;
  }

  async #ensureLength(size: number, position: number): Promise<void> {
    if (size >= position) return;
    throw ingressErrors.FILE_SHORTER(
      `${this.#path} has ${size} bytes, though ${position} bytes of it were already taken`,
    );
  }
}

/** An event log folder: numbered files that follow each other without a gap. */
export class FolderLog implements LogSource {
  readonly #path: string;
  #file: FileHandle | null = null;
  /** Logical offset at which the open file begins. */
  #start = 0;

  constructor(path: string) {
    this.#path = path;
  }

  async check(position: number, fresh: boolean): Promise<void> {
    const starts = await this.#starts();
    if (starts.length === 0 && position === 0) return;
    const start = starts.findLast((candidate) => candidate <= position);
    if (start === undefined) {
      const found = starts.length === 0 ? 'the folder is empty' : `the first file is ${starts[0]}`;
      throw ingressErrors.LOG_GAP(
        fresh
          ? `the beginning of ${this.#path} was removed (${found}), and no state remembers it`
          : `${this.#path} does not hold byte ${position}, where reading goes on: ${found}`,
      );
    }
    await this.#open(start);
    const { size } = await this.#file!.stat();
    const next = starts[starts.indexOf(start) + 1];
    if (start + size < position) {
      const what = `${this.#name(start)} ends at byte ${start + size}, before byte ${position}`;
      throw next === undefined ? ingressErrors.FILE_SHORTER(what) : ingressErrors.LOG_GAP(what);
    }
    await checkLineStart(this.#file!, position, start, size, this.#name(start));
  }

  async read(at: number, into: Buffer, from: number): Promise<ReadResult> {
    if (this.#file === null && !(await this.#tryOpen(at))) return 'absent';
    const count = await readAt(this.#file!, this.#name(this.#start), at - this.#start, into, from);
    if (count !== 'end' || at === this.#start) return count;
    // The next file is named by the offset at which this one ends: one look-up, no listing.
    if (!(await this.#tryOpen(at))) return 'end';
    return readAt(this.#file!, this.#name(at), 0, into, from);
  }

  async inspect(at: number): Promise<void> {
    const starts = await this.#starts();
    if (this.#file === null) {
      if (starts.length > 0 && !starts.includes(at)) {
        throw ingressErrors.LOG_GAP(`${this.#path} begins with byte ${starts[0]}, not byte ${at}`);
      }
      return;
    }
    const next = starts.find((start) => start > this.#start);
    // Listed first, measured then: what was appended before the next file came is counted.
    const end = this.#start + (await this.#file.stat()).size;
    if (end < at) {
      throw ingressErrors.FILE_SHORTER(
        `${this.#name(this.#start)} ends at byte ${end}, though bytes up to ${at} were taken`,
      );
    }
    if (next === undefined && !starts.includes(this.#start)) {
      throw ingressErrors.LOG_GAP(`${this.#name(this.#start)} was removed while it was being read`);
    }
    if (next !== undefined && next > end) {
      throw ingressErrors.LOG_GAP(
        `${this.#name(this.#start)} ends at byte ${end}, but the next file begins at byte ${next}`,
      );
    }
    if (next !== undefined && next < end) {
      throw ingressErrors.LOG_OVERLAP(
        `${this.#name(this.#start)} ends at byte ${end}, but the next file begins at byte ${next}`,
      );
    }
  }

  async end(): Promise<number> {
    const last = (await this.#starts()).at(-1);
    if (last === undefined) return 0;
    return last + ((await statOrNull(this.#name(last)))?.size ?? 0);
  }

  async remove(position: number): Promise<void> {
    const starts = await this.#starts();
    // Oldest first, so that a crash in between leaves no hole; the last file is never removed.
    for (const [index, start] of starts.entries()) {
      const end = starts[index + 1];
      if (end === undefined || end > position || start >= this.#start) return;
      await unlink(this.#name(start));
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  #name(start: number): string {
    return join(this.#path, logFileName(start));
  }

  async #tryOpen(start: number): Promise<boolean> {
    const file = await openToRead(this.#name(start));
    if (file === null) return false;
    await this.#file?.close();
    this.#file = file;
    this.#start = start;
    return true;
  }

  async #open(start: number): Promise<void> {
    if (!(await this.#tryOpen(start))) {
      throw ingressErrors.LOG_GAP(`${this.#name(start)} disappeared while it was being opened`);
    }
  }

  async #starts(): Promise<number[]> {
    try {
      const names = await readdir(this.#path);
      return names
        .map(logFileStart)
        .filter((start) => start !== null)
        .sort((a, b) => a - b);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw unreadable(this.#path, error);
    }
  }
}

async function readAt(
  file: FileHandle,
  path: string,
  at: number,
  into: Buffer,
  from: number,
): Promise<number | 'end'> {
  try {
    const { bytesRead } = await file.read(into, from, into.length - from, at);
    return bytesRead === 0 ? 'end' : bytesRead;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/**
 * Where a line was taken whole, the byte before the position is its newline. (The last line of
 * data that was read to its end without following may lack one, and get it later.)
 */
async function checkLineStart(
  file: FileHandle,
  position: number,
  start: number,
  size: number,
  path: string,
): Promise<void> {
  const within = position - start;
  if (within === 0 || within === size) return;
  const around = Buffer.alloc(2);
  await file.read(around, 0, 2, within - 1);
  if (around[0] === newline || around[1] === newline) return;
  throw ingressErrors.POSITION_INSIDE_RECORD(
    `byte ${position}, where reading goes on, is in the middle of a line of ${path}`,
  );
}

async function openToRead(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw ingressErrors.FILE_UNREADABLE(`${path} is a folder, not a file`);
    return info;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unreadable(path, error);
  }
}

function unreadable(path: string, error: unknown): WeirError {
  if (error instanceof WeirError) return error;
  return ingressErrors.FILE_UNREADABLE(`${path}: ${String(error)}`, { cause: error });
}
