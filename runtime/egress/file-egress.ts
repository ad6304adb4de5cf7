/**
 * The file egress: a line per record, exactly once, in one file or in an event log folder.
 *
 * - E4: only committed records arrive here; nothing is written ahead.
 * - The position is the logical offset behind the last published line. A batch is always written
 *   at that position; after recovery the first batches may be there already, in whole or in part
 *   (log-writer.ts compares them), in batches of other sizes.
 * - A failed write (a full disk) leaves the position where it was: the same batch is given again,
 *   and nothing of it is doubled.
 */
import { WeirError } from '#protocol/errors.ts';
import type { Egress, EgressBatch } from '../ports/egress.ts';
import { failPoint } from '../ports/fail-point.ts';
import { egressErrors } from './errors.ts';
import { FileFolder, SingleFile } from './log-files.ts';
import { LogWriter } from './log-writer.ts';
import { JsonTypes, recordLine } from './record-line.ts';

interface FileEgressOptions {
  readonly id: string;
  readonly path: string;
  /** Whether `path` is an event log folder. */
  readonly folder: boolean;
  readonly jsonTypes?: readonly string[];
  /** Folders only; default 64 MiB. */
  readonly maxFileBytes?: number;
  /** Folders only; default null: all files are kept. */
  readonly retainBytes?: number | null;
}

/** Lines are written in pieces of about this size. */
const pieceBytes = 256 * 1024;

export class FileEgress implements Egress {
  readonly id: string;
  readonly #path: string;
  readonly #jsonTypes: JsonTypes;
  readonly #writer: LogWriter;
  #position: number | null = null;

  constructor(options: FileEgressOptions) {
    this.id = options.id;
    this.#path = options.path;
    this.#jsonTypes = new JsonTypes(options.jsonTypes ?? []);
    this.#writer = new LogWriter(
      options.folder
        ? {
            files: new FileFolder(options.path),
            maxFileBytes: options.maxFileBytes ?? 64 * 1024 * 1024,
            retainBytes: options.retainBytes ?? null,
          }
        : { files: new SingleFile(options.path), maxFileBytes: Infinity, retainBytes: null },
    );
  }

  async open(position: string | null, fresh = false): Promise<void> {
    const offset = position === null ? 0 : Number(position);
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw egressErrors.FILE_DAMAGED(`egress ${this.id}: ${position} is no position of a file`);
    }
    try {
      await this.#naming(egressErrors.FILE_OPEN_FAILED, () => this.#writer.open(offset, fresh));
    } catch (error) {
      await this.#writer.close();
      throw error;
    }
    this.#position = offset;
  }

  async publish(batch: EgressBatch): Promise<string> {
    const position = this.#position;
    if (position === null) throw egressErrors.NOT_OPEN(`egress ${this.id} is not open`);
    try {
      const end = await this.#naming(egressErrors.WRITE_FAILED, () => this.#write(batch, position));
      this.#position = end;
      return String(end);
    } catch (error) {
      await this.#writer.distrust().catch(() => {}); // The first error is the one that counts.
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#position = null;
    await this.#writer.close();
  }

  async #write(batch: EgressBatch, position: number): Promise<number> {
    await this.#writer.begin(position);
    failPoint('egress-before-write');
    let lines: string[] = [];
    let characters = 0;
    for (const record of batch.records()) {
      const line = recordLine(record.typename, record.value, this.#jsonTypes);
      lines.push(line);
      characters += line.length;
      if (characters < pieceBytes) continue;
      await this.#writeLines(lines);
      lines = [];
      characters = 0;
    }
    await this.#writeLines(lines);
    failPoint('egress-written');
    const end = await this.#writer.sync();
    // What could not be removed is tried again after the next batch: only the disk's size suffers.
    await this.#writer.retain(position).catch(() => {});
    return end;
  }

  async #writeLines(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    const bytes = Buffer.from(lines.join(''));
    let end = 0;
    const ends = lines.map((line) => (end += line.length));
    // Where every character is a byte, the lines' lengths are their bytes'.
    if (end !== bytes.length) {
      end = 0;
      lines.forEach((line, i) => (ends[i] = end += Buffer.byteLength(line)));
    }
    await this.#writer.write(bytes, ends);
  }

  /** System errors get a code and the path; WeirErrors say it all already. */
  async #naming<T>(name: typeof egressErrors.WRITE_FAILED, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      if (error instanceof WeirError) throw error;
      throw name(`egress ${this.id}: ${this.#path}: ${String(error)}`, { cause: error });
    }
  }
}
