import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const rollBytes = 4 * 1024 * 1024;

/**
 * An event log folder that is begun anew: JSON-lines files named by the logical offset of their
 * first byte, as the console follows them. What it holds is a copy of a topic and is never synced.
 */
export class TopicFolder {
  readonly #folder: string;
  readonly #starts: number[] = [];
  #descriptor = -1;
  #end = 0;
  #pending: string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#begin();
  }

  /** Behind the last byte that is in the folder. */
  get end(): number {
    return this.#end;
  }

  /** A line without its end; it is there after the next `flush`. */
  append(line: string): void {
    this.#pending.push(line);
  }

  flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.from(`${this.#pending.join('\n')}\n`);
    this.#pending = [];
    for (let written = 0; written < bytes.length;) {
      const count = writeSync(this.#descriptor, bytes, written);
      written += count;
      this.#end += count;
    }
    if (this.#end - this.#starts.at(-1)! < rollBytes) return;
    closeSync(this.#descriptor);
    this.#begin();
  }

  /** Removes the complete files that lie before `position`. */
  removeBefore(position: number): void {
    while (this.#starts.length > 1 && this.#starts[1]! <= position) {
      rmSync(this.#path(this.#starts.shift()!), { force: true });
    }
  }

  close(): void {
    this.flush();
    closeSync(this.#descriptor);
  }

  #begin(): void {
    this.#starts.push(this.#end);
    this.#descriptor = openSync(this.#path(this.#end), 'wx', 0o644);
  }

  #path(start: number): string {
    return join(this.#folder, `${String(start).padStart(20, '0')}.jsonl`);
  }
}
