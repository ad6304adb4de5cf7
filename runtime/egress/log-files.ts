import { mkdir, open, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { logFileName, logFileStart } from '../ports/event-log.ts';

/** Where a file lies in the log: it holds `[start, end)`. */
export interface LogFile {
  readonly start: number;
  readonly end: number;
  readonly path: string;
}

/** The files of a log, in order: one file of its own, or an event log folder. */
export interface LogFiles {
  readonly path: string;
  /** Creates the folder that the files lie in. */
  prepare(): Promise<void>;
  list(): Promise<LogFile[]>;
  /** Path of the file that begins at `start`. */
  pathOf(start: number): string;
  /** Makes new names durable. */
  syncNames(): Promise<void>;
}

/** One file, which begins at 0 and never ends. */
export class SingleFile implements LogFiles {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async prepare(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
  }

  async list(): Promise<LogFile[]> {
    const end = await sizeOf(this.path);
    return end === null ? [] : [{ start: 0, end, path: this.path }];
  }

  pathOf(): string {
    return this.path;
  }

  async syncNames(): Promise<void> {
    await syncFolder(dirname(this.path));
  }
}

/** A folder of numbered files. */
export class FileFolder implements LogFiles {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async prepare(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    await syncFolder(dirname(this.path));
  }

  async list(): Promise<LogFile[]> {
    const starts = (await readdir(this.path)).map(logFileStart).filter((start) => start !== null);
    const files: LogFile[] = [];
    for (const start of starts.sort((a, b) => a - b)) {
      const path = this.pathOf(start);
      const size = await sizeOf(path);
      if (size !== null) files.push({ start, end: start + size, path });
    }
    return files;
  }

  pathOf(start: number): string {
    return join(this.path, logFileName(start));
  }

  async syncNames(): Promise<void> {
    await syncFolder(this.path);
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw new Error(`${path} is a folder, not a file`);
    return info.size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
