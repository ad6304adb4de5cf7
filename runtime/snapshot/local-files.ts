import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The code of a system error (`ENOENT`, …), or an empty string. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

/** Creates `path`, which must not exist, and returns when its bytes are on the disk. */
export async function writeSynced(path: string, chunks: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeAll(file, chunks);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  let rest = chunks.filter((chunk) => chunk.length > 0);
  while (rest.length > 0) {
    let { bytesWritten } = await file.writev(rest);
    if (bytesWritten === 0) throw new Error('the file system takes no more bytes');
    // A nearly full disk takes a part only.
    let done = 0;
    while (done < rest.length && bytesWritten >= (rest[done] as Uint8Array).length) {
      bytesWritten -= (rest[done] as Uint8Array).length;
      done++;
    }
    rest = rest.slice(done);
    if (rest[0] !== undefined && bytesWritten > 0) rest[0] = rest[0].subarray(bytesWritten);
  }
}

/** The whole file in a buffer of its own (so that it can be transferred), or null if missing. */
export async function readWhole(path: string): Promise<Uint8Array | null> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
    let read = 0;
    while (read < size) {
      const { bytesRead } = await file.read(bytes, read, size - read, read);
      if (bytesRead === 0) break; // truncated meanwhile; its checksum will tell
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  } finally {
    await file.close();
  }
}

/** Makes the entries of a folder durable: without it a power failure may undo a link. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Creates a folder and those that lead to it, durably: an entry that vanished with a power failure
 * would take every commit below it along. (Not `mkdir` with `recursive`: that never returns where
 * a file system answers ENOENT for a new entry of an existing folder.)
 */
export async function makeFolder(path: string): Promise<void> {
  for (const last of [false, true]) {
    try {
      await mkdir(path);
      await syncFolder(dirname(path));
      return;
    } catch (error) {
      if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
      if (errorCode(error) !== 'ENOENT' || last) throw error;
    }
    await makeFolder(dirname(path));
  }
}
