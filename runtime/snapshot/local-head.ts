import { link, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { failPoint } from '../ports/fail-point.ts';
import type { Head, SwapResult } from '../ports/snapshot-store.ts';
import { errorCode, readWhole, syncFolder } from './local-files.ts';

const prefix = 'head-';
const digits = 20;
/** Older heads that stay, so that a process that was just overtaken meets a conflict early. */
const keptHeads = 8;
const readAttempts = 100;

/**
 * The head of a local folder: numbered files, the highest number is the current head (E5).
 *
 * Swap n to n+1 links a complete, synced file as `head-(n+1)`. The kernel lets exactly one of any
 * number of processes create a name, whatever is killed or stopped at any moment, and there is no
 * lock that a dead process could leave behind. One danger remains: a process that was frozen
 * between its decision and its link for so long that n+1 was overtaken *and cleaned up* would
 * create that name again. So the winner is only who then finds n still there (numbers are removed
 * in ascending order, n before n+1) and no number above n+1. A link made in vain is lower than the
 * current head, hence never read, and is removed by its maker or by the next swap.
 *
 * The heads have a folder of their own with few entries, so that one listing is one system call.
 */
export class LocalHead {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(): Promise<Head | null> {
    for (let attempt = 1; ; attempt++) {
      const numbers = await this.#numbers();
      const current = numbers.at(-1);
      if (current === undefined) return null;
      const body = await readWhole(this.#path(current));
      if (body !== null) {
        // What was seen once must survive a power failure: its writer may not have synced yet.
        await syncFolder(this.#folder);
        return { body, tag: String(current) };
      }
      // Overtaken and removed between the listing and the read: look again.
      if (attempt === readAttempts) throw new Error('the head changes faster than it can be read');
    }
  }

  /** `staged` is a complete, synced file on the same file system; it stays the caller's. */
  async swap(staged: string, expected: string | null): Promise<SwapResult> {
    const before = expected === null ? 0 : Number(expected);
    const next = before + 1;
    const path = this.#path(next);
    try {
      await link(staged, path);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return { outcome: 'conflict' };
      throw error;
    }
    failPoint('head-linked');
    const numbers = await this.#numbers();
    const first = before === 0 || numbers.includes(before);
    if (numbers.at(-1) !== next || !first) {
      await unlink(path).catch(() => undefined);
      return { outcome: 'conflict' };
    }
    await syncFolder(this.#folder);
    await this.#removeBelow(next - keptHeads, numbers);
    return { outcome: 'swapped', tag: String(next) };
  }

  /** Whether `expected` is current; spares writing a file for a swap that can't succeed. */
  async isCurrent(expected: string | null): Promise<boolean> {
    return ((await this.#numbers()).at(-1) ?? 0) === (expected === null ? 0 : Number(expected));
  }

  async #removeBelow(limit: number, numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      if (number >= limit) return;
      try {
        await unlink(this.#path(number));
      } catch (error) {
        // The order of removal is what the swap relies on, so a gap must not arise.
        if (errorCode(error) !== 'ENOENT') return;
      }
    }
  }

  async #numbers(): Promise<number[]> {
    const numbers: number[] = [];
    for (const name of await readdir(this.#folder)) {
      if (name.length !== prefix.length + digits || !name.startsWith(prefix)) continue;
      const number = Number(name.slice(prefix.length));
      if (Number.isSafeInteger(number) && number > 0) numbers.push(number);
    }
    return numbers.sort((a, b) => a - b);
  }

  #path(number: number): string {
    return join(this.#folder, prefix + String(number).padStart(digits, '0'));
  }
}

/** Whether two names can't be given twice here, also when several ask at once. */
export async function linksAreExclusive(folder: string, id: string): Promise<boolean> {
  const source = join(folder, `probe-${id}`);
  const target = join(folder, `probe-${id}-link`);
  const file = await open(source, 'wx');
  try {
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => link(source, target)));
    const won = results.filter((result) => result.status === 'fulfilled').length;
    const refused = results.filter(
      (result) => result.status === 'rejected' && errorCode(result.reason) === 'EEXIST',
    ).length;
    return won === 1 && refused === results.length - 1 && (await file.stat()).nlink === 2;
  } finally {
    await file.close();
    await unlink(target).catch(() => undefined);
    await unlink(source).catch(() => undefined);
  }
}
