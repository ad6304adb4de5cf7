import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Record } from './records.ts';

const fileBytesMax = 1 << 20;
const digits = 20;

/** Writes the event log folder that the file ingress follows, as any producer would. */
export class Input {
  readonly folder: string;
  readonly keys: number;
  readonly #next = new Map<string, number>();
  #feeding: NodeJS.Timeout | null = null;
  #turn = 0;
  #start = 0;
  #end = 0;

  constructor(folder: string, keys = 20) {
    this.folder = folder;
    this.keys = keys;
    mkdirSync(folder, { recursive: true });
  }

  /** Appends one record for each key in turn, `count` in all. */
  append(count: number): void {
    for (let i = 0; i < count; i++) this.record(`k-${this.#turn++ % this.keys}`);
  }

  /** Appends one record; `n` is given by the order. */
  record(key: string, more: Omit<Record, 'key' | 'n'> = {}): Record {
    const n = (this.#next.get(key) ?? 0) + 1;
    this.#next.set(key, n);
    const record = { key, n, ...more };
    this.#line(`${JSON.stringify(record)}\n`);
    return record;
  }

  /** Makes so many bytes of changed state, spread over so many keys of their own. */
  ballast(keys: number, bytesEach: number): void {
    for (let i = 0; i < keys; i++) this.record(`ballast-${i}`, { ballast: bytesEach });
  }

  /** Appends `count` records every so often until `rest`. */
  feed(count: number, everyMs: number): void {
    this.rest();
    this.#feeding = setInterval(() => this.append(count), everyMs);
  }

  rest(): void {
    if (this.#feeding !== null) clearInterval(this.#feeding);
    this.#feeding = null;
  }

  #line(line: string): void {
    if (this.#end - this.#start > fileBytesMax) this.#start = this.#end;
    const name = `${String(this.#start).padStart(digits, '0')}.jsonl`;
    appendFileSync(join(this.folder, name), line);
    this.#end += Buffer.byteLength(line);
  }
}

/** Files that were read whole; those that have grown since are read again. */
const read = new Map<string, { bytes: number; records: Record[] }>();

/** What was put in, read back from the files, without padding. */
export function readInput(folder: string): Record[] {
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => recordsOf(join(folder, name)));
}

/** What is undefined is left out. */
function unpadded(name: string, value: unknown): unknown {
  return name === 'padding' ? undefined : value;
}

function recordsOf(path: string): Record[] {
  const bytes = statSync(path).size;
  const known = read.get(path);
  if (known?.bytes === bytes) return known.records;
  const lines = readFileSync(path, 'utf8').split('\n');
  const records = lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line, unpadded) as Record);
  read.set(path, { bytes, records });
  return records;
}
