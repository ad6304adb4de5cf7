import { execFileSync } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { injected } from '../fault-table/injected.ts';

/** A disk of its own for one test: a small file system in memory. Needs the right to mount. */
export class SmallDisk {
  readonly folder: string;

  constructor(megabytes: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'weir-disk-'));
    mount('-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', this.folder);
  }

  /**
   * Leaves so many bytes, in whole pages: enough for a write to begin and not to end. Goes on where
   * an earlier call ended, since what was removed meanwhile has left room.
   */
  fill(bytesLeft: number): void {
    injected(20);
    const { blocks, bsize } = statfsSync(this.folder);
    const file = openSync(join(this.folder, 'filler'), 'a');
    try {
      // More than there can be; a disk that is nearly full takes a part.
      for (let i = 0; i <= blocks; i++) writeSync(file, Buffer.alloc(bsize));
    } catch {
      // Full.
    }
    ftruncateSync(file, Math.max(0, fstatSync(file).size - bytesLeft));
    closeSync(file);
  }

  free(): void {
    rmSync(join(this.folder, 'filler'), { force: true });
  }

  /** False if somebody is writing at this moment. */
  makeReadOnly(): boolean {
    try {
      mount('-o', 'remount,ro', this.folder);
      injected(20);
      return true;
    } catch {
      return false;
    }
  }

  makeWritable(): void {
    mount('-o', 'remount,rw', this.folder);
  }

  close(): void {
    execFileSync('umount', [this.folder], { stdio: 'ignore' });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function mount(...args: string[]): void {
  execFileSync('mount', args, { stdio: 'ignore' });
}

/** Whether this user may mount here at all. */
export function canMount(): boolean {
  try {
    new SmallDisk(1).close();
    return true;
  } catch {
    return false;
  }
}

/** Bounds the files that a process may write, or takes the bound away; false if it can't be done. */
export function boundFiles(pid: number, bytes: number | 'unlimited'): boolean {
  try {
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`], { stdio: 'ignore' });
    if (bytes !== 'unlimited') injected(20);
    return true;
  } catch {
    return false;
  }
}
