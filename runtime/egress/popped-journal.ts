import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Remembers which records were popped, by sequence number, so that a record which is published
 * again after a crash is not popped again. Without a folder it remembers only in memory.
 *
 *     popped.jsonl:  {"lineage":"…","below":1200}   every record before 1200 is done with
 *                    1203                            and these
 *                    1201
 *
 * A pop is written before the record is answered, and survives the death of the process; it is
 * not forced to the disk, so a power failure may bring the last ones back.
 */
export class PoppedJournal {
  readonly #folder: string | null;
  readonly #path: string | null;
  #file: FileHandle | null = null;
  #lineage = '';
  #below = 0;
  #popped = new Set<number>();

  /** `folder`: where to remember, created when it is needed; null: in memory. */
  constructor(folder: string | null) {
    this.#folder = folder;
    this.#path = folder === null ? null : join(folder, 'popped.jsonl');
  }

  /** Reads what is there; another lineage has other records under the same numbers. */
  async begin(lineage: string): Promise<void> {
    if (this.#lineage === lineage) return;
    this.#lineage = lineage;
    this.#below = 0;
    this.#popped = new Set();
    if (this.#folder !== null) mkdirSync(this.#folder, { recursive: true });
    if (this.#path !== null) this.#read(this.#path);
    await this.compact(this.#below);
  }

  /** How many are remembered one by one. */
  get size(): number {
    return this.#popped.size;
  }

  has(sequence: number): boolean {
    return sequence < this.#below || this.#popped.has(sequence);
  }

  async add(sequence: number): Promise<void> {
    await this.#file?.appendFile(`${sequence}\n`);
    this.#popped.add(sequence);
  }

  /** Every record before `below` is done with. */
  async compact(below: number): Promise<void> {
    this.#below = Math.max(this.#below, below);
    this.#popped = new Set([...this.#popped].filter((sequence) => sequence >= this.#below));
    if (this.#path === null) return;
    await this.close();
    const head = JSON.stringify({ lineage: this.#lineage, below: this.#below });
    const text = [head, ...this.#popped].join('\n') + '\n';
    writeFileSync(`${this.#path}.new`, text);
    renameSync(`${this.#path}.new`, this.#path);
    this.#file = await open(this.#path, 'a');
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
  }

  #read(path: string): void {
    let lines: string[];
    try {
      lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const head = JSON.parse(lines[0] ?? 'null') as { lineage: string; below: number } | null;
    if (head?.lineage !== this.#lineage) return;
    this.#below = head.below;
    this.#popped = new Set(lines.slice(1).map(Number));
  }
}
