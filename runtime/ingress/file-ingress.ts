/**
 * The file ingress: an append-only JSON-lines file, or an event log folder of them.
 *
 * - E3/E6: the position is the logical offset behind the last line that was taken, moved in the
 *   same step as its messages are taken; after recovery reading goes on there.
 * - E7: under back-pressure nothing is read; at most one chunk (or one line) is in memory.
 * - A line that can't become a message never stops the others and never disappears silently: it
 *   is counted, reported with its place, and passed over once (the position moves behind it). It
 *   stays in the file.
 */
import { WeirError } from '#protocol/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { pause, readyOr } from '../ports/pause.ts';
import {
  offsetsOf,
  type Ingress,
  type IngressMessage,
  type IngressSink,
  type Positions,
  type RejectedRecord,
} from '../ports/ingress.ts';
import type { DeadLetterTarget } from '../ports/failure-policy.ts';
import { systemClock } from '../ports/system-clock.ts';
import { ingressErrors } from './errors.ts';
import type { JsonPointer } from './json-pointer.ts';
import { parsePointer } from './json-pointer.ts';
import type { Line } from './line-buffer.ts';
import { LineBuffer } from './line-buffer.ts';
import type { LogSource } from './log-source.ts';
import { FileLog, FolderLog } from './log-source.ts';
import { isAsciiPointer, recordKey } from './record-key.ts';

/** A record that was passed over, for people. */
export interface PassedOver {
  readonly ingress: string;
  /** File or folder. */
  readonly path: string;
  /** Logical offset of its first byte. */
  readonly offset: number;
  readonly reason: WeirError;
  /** Its first 200 bytes, as UTF-8 with replacement characters. It may hold private data. */
  readonly lineStart: string;
}

export interface FileIngressOptions {
  readonly id: string;
  readonly path: string;
  /** Whether `path` is an event log folder. */
  readonly folder: boolean;
  readonly key: { readonly pointer: string };
  readonly valueType: string;
  readonly targets: readonly string[];
  /** Default true. */
  readonly follow?: boolean;
  /** Folders only; default false. */
  readonly removeConsumed?: boolean;
  /** Where records go that can't become messages; null, the default: they are passed over. */
  readonly deadLetter?: DeadLetterTarget | null;
  readonly onRejected?: (record: PassedOver) => void;
  /** Reading stopped and is tried again every `inspectEveryMs`; called once per failure. */
  readonly onFailure?: (error: WeirError) => void;
  readonly clock?: Clock;
  /** How often truncation, replacement and gaps are looked for; default 1 s. */
  readonly inspectEveryMs?: number;
  /** Bytes read at once; default 256 KiB. */
  readonly chunkBytes?: number;
  /** Longest record; default 32 MiB. */
  readonly maxLineBytes?: number;
}

/** A line that is read, and not handed over yet. */
interface Untaken {
  readonly messages: readonly IngressMessage[];
  readonly rejected: RejectedRecord | null;
  readonly from: number;
  readonly after: number;
}

/** The only partition: a log has one position. */
const partition = 'log';
/** Work per turn of the event loop, so that sockets and timers do not wait (speed). */
const turnMs = 2;
const linesBetweenLooks = 32;
const pollMinMs = 2;
const pollMaxMs = 50;

export class FileIngress implements Ingress {
  readonly id: string;
  readonly #options: FileIngressOptions;
  readonly #pointer: JsonPointer;
  readonly #asciiPointer: boolean;
  readonly #clock: Clock;
  readonly #source: LogSource;
  readonly #chunkBytes: number;
  readonly #maxLineBytes: number;
  readonly #inspectEveryMs: number;
  readonly #stop = new AbortController();
  readonly #ended = Promise.withResolvers<void>();
  #sink!: IngressSink;
  #lines!: LineBuffer;
  #stopped = false;
  #running: Promise<void> | null = null;
  #untaken: Untaken | null = null;
  /** Of the line that is looked at. */
  #rejected: RejectedRecord | null = null;
  #position = 0;
  #malformed = 0;
  #accepted = 0;
  #acceptedBytes = 0;
  #lastFailure = '';
  #knownEnd = 0;
  #knownEndAt = -Infinity;
  #removing: Promise<void> | null = null;
  #removeBefore = 0;

  constructor(options: FileIngressOptions) {
    this.id = options.id;
    this.#options = options;
    this.#pointer = parsePointer(options.key.pointer);
    this.#asciiPointer = isAsciiPointer(this.#pointer);
    this.#clock = options.clock ?? systemClock;
    this.#source = options.folder ? new FolderLog(options.path) : new FileLog(options.path);
    this.#chunkBytes = options.chunkBytes ?? 256 * 1024;
    this.#inspectEveryMs = options.inspectEveryMs ?? 1000;
    this.#maxLineBytes = options.maxLineBytes ?? 32 * 1024 * 1024;
  }

  /** Records that were passed over since the start. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Logical offset behind the last line that was taken or passed over. */
  get position(): number {
    return this.#position;
  }

  /** Resolves at the end of the data with `follow: false`, or when the ingress is paused. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  async open(sink: IngressSink, positions: Positions): Promise<void> {
    for (const target of this.#options.targets) {
      if (sink.knows(target)) continue;
      throw ingressErrors.UNKNOWN_TARGET(`ingress ${this.id}: nothing serves target ${target}`);
    }
    const offsets = offsetsOf(positions);
    const position = offsets.get(partition) ?? 0;
    try {
      await this.#source.check(position, !offsets.has(partition));
    } catch (error) {
      await this.#source.close();
      throw error;
    }
    this.#sink = sink;
    this.#position = position;
    this.#lines = new LineBuffer(position, this.#chunkBytes, this.#maxLineBytes);
    if (this.#options.follow === false && (await this.#isAbsent(position))) {
      throw ingressErrors.FILE_NOT_FOUND(`ingress ${this.id}: ${this.#options.path} is not there`);
    }
    this.#running = this.#run();
  }

  behind(positions: Positions): void {
    const position = offsetsOf(positions).get(partition);
    if (this.#options.removeConsumed !== true || position === undefined) return;
    this.#removeBefore = Math.max(this.#removeBefore, position);
    this.#removing ??= this.#remove();
  }

  /** An estimate from the bytes that wait and the average record; refreshed once a second. */
  lag(): number | null {
    const now = this.#clock.monotonic();
    if (now - this.#knownEndAt >= this.#inspectEveryMs && !this.#stopped) {
      this.#knownEndAt = now;
      this.#source.end().then(
        (end) => (this.#knownEnd = end),
        () => {}, // The reading itself reports what is wrong with the source.
      );
    }
    const bytes = Math.max(0, this.#knownEnd - this.#position);
    if (bytes === 0) return 0;
    if (this.#accepted === 0) return null;
    return Math.max(1, Math.round((bytes * this.#accepted) / this.#acceptedBytes));
  }

  pause(): void {
    this.#stopped = true;
    this.#stop.abort();
  }

  async close(): Promise<void> {
    this.pause();
    await this.#running;
    await this.#removing;
    await this.#source.close();
    this.#ended.resolve();
  }

  async #isAbsent(position: number): Promise<boolean> {
    const read = await this.#source.read(position, Buffer.alloc(1), 0);
    return read === 'absent';
  }

  async #run(): Promise<void> {
    let idleMs = pollMinMs;
    let inspectedAt = this.#clock.monotonic();
    while (!this.#stopped) {
      try {
        const read = await this.#turn();
        if (typeof read === 'number') {
          idleMs = pollMinMs;
          continue;
        }
        const ending = this.#options.follow === false;
        if (ending || this.#clock.monotonic() - inspectedAt >= this.#inspectEveryMs) {
          inspectedAt = this.#clock.monotonic();
          await this.#source.inspect(this.#lines.end);
        }
        if (ending && (await this.#finish())) break;
        this.#lastFailure = '';
        await this.#sleep(idleMs);
        idleMs = Math.min(idleMs * 2, pollMaxMs);
      } catch (error) {
        this.#failed(error);
        await this.#sleep(this.#inspectEveryMs);
      }
    }
    this.#ended.resolve();
  }

  /** Hands over the lines that are there, then reads more. */
  async #turn(): Promise<number | 'end' | 'absent'> {
    while (!(await this.#deliver())) await this.#breathe();
    if (this.#stopped) return 'end';
    const from = this.#lines.room();
    const read = await this.#source.read(this.#lines.end, this.#lines.bytes, from);
    if (typeof read === 'number') this.#lines.filled(read);
    return read;
  }

  /** The data ends here for good: what is left counts as a line. False if there came more. */
  async #finish(): Promise<boolean> {
    const more = await this.#turn();
    if (typeof more === 'number') return false;
    await this.#open();
    const line = this.#stopped ? null : this.#lines.last();
    if (line !== null) this.#accept(line);
    return true;
  }

  /** Takes complete lines for one turn; true if none is left. */
  async #deliver(): Promise<boolean> {
    await this.#open();
    const until = this.#clock.monotonic() + turnMs;
    if (!this.#stopped) this.#take();
    for (let count = 1; !this.#stopped && !this.#sink.full; count++) {
      const line = this.#lines.next();
      if (line === null) return true;
      this.#accept(line);
      if (count % linesBetweenLooks === 0 && this.#clock.monotonic() >= until) return false;
    }
    return this.#stopped;
  }

  /** Waits while there is back-pressure (E7). */
  async #open(): Promise<void> {
    while (this.#sink.full && !this.#stopped) {
      await readyOr(this.#stop.signal, this.#sink.whenOpen());
    }
  }

  #accept(line: Line): void {
    this.#rejected = null;
    const messages = this.#messagesOf(line);
    this.#untaken = { messages, rejected: this.#rejected, from: line.from, after: line.after };
    this.#take();
  }

  /** If the sink throws, the record stays untaken and is given again: none is skipped. */
  #take(): void {
    if (this.#untaken === null) return;
    const { messages, rejected, from, after } = this.#untaken;
    const { deadLetter = null } = this.#options;
    const given =
      rejected !== null &&
      deadLetter !== null &&
      this.#sink.giveUp(rejected, deadLetter, partition, after);
    if (!given) this.#sink.accept(messages, partition, after);
    this.#untaken = null;
    this.#position = after;
    if (messages.length === 0) return;
    this.#accepted++;
    this.#acceptedBytes += after - from;
  }

  /** None for a blank line and for a record that is passed over. */
  #messagesOf(line: Line): IngressMessage[] {
    if (line.tooLong !== null) {
      const bytes = line.after - line.from;
      const what = `a line of ${bytes} bytes; ${this.#maxLineBytes} are allowed`;
      this.#reject(line.from, ingressErrors.RECORD_TOO_LONG(what), line.tooLong);
      return [];
    }
    const { bytes } = this.#lines;
    const length = line.end - line.start;
    if (length === 0 || (length === 1 && bytes[line.start] === 13)) return [];
    const value = bytes.latin1Slice(line.start, line.end);
    const result = recordKey(value, this.#pointer, this.#asciiPointer);
    if ('reject' in result) {
      this.#reject(line.from, result.reject, bytes.subarray(line.start, line.end));
      return [];
    }
    const { valueType, targets } = this.#options;
    return targets.map((type) => ({ type, id: result.key, typename: valueType, value }));
  }

  #reject(offset: number, reason: WeirError, beginning: Buffer): void {
    this.#malformed++;
    const value = Buffer.from(beginning);
    this.#rejected = { path: this.#options.path, offset, reason, key: null, value };
    this.#options.onRejected?.({
      ingress: this.id,
      path: this.#options.path,
      offset,
      reason,
      lineStart: beginning.toString('utf8', 0, 200),
    });
  }

  #failed(error: unknown): void {
    const failure =
      error instanceof WeirError
        ? error
        : ingressErrors.FILE_UNREADABLE(`${this.#options.path}: ${String(error)}`, {
            cause: error,
          });
    if (failure.message === this.#lastFailure) return;
    this.#lastFailure = failure.message;
    this.#options.onFailure?.(failure);
  }

  async #remove(): Promise<void> {
    for (let done = -1; done < this.#removeBefore && !this.#stopped;) {
      done = this.#removeBefore;
      try {
        await this.#source.remove(done);
      } catch (error) {
        // The next commit tries again: nothing depends on the removal but the disk's size.
        this.#failed(error);
      }
    }
    this.#removing = null;
  }

  #breathe(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  #sleep(delayMs: number): Promise<void> {
    return pause(this.#clock, delayMs, this.#stop.signal);
  }
}
