import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const fileBytesMax = 5 * 1024 * 1024;
const lineCharsMax = 16 * 1024;
const lastLinesMax = 20;

/**
 * The output of one part in a file of bounded size: at 5 MiB it becomes `.log.1`, replacing the
 * one before. The last lines stay at hand, to be shown when the part gives up.
 */
export class PartLog {
  readonly path: string;
  readonly lastLines: string[] = [];
  // Written at once: a stream would gather what a slow disk does not take, without a bound.
  private file: number;
  private bytes: number;
  private partial = '';
  private closed = false;
  private readonly onLine: (line: string) => void;

  constructor(path: string, onLine: (line: string) => void = () => {}) {
    this.path = path;
    this.onLine = onLine;
    mkdirSync(dirname(path), { recursive: true });
    this.file = openSync(path, 'a');
    this.bytes = fstatSync(this.file).size;
  }

  /** Takes output as it comes; a line may come in pieces. */
  write(chunk: string): void {
    const lines = (this.partial + chunk).split('\n');
    this.partial = lines.pop()!;
    if (this.partial.length > lineCharsMax) {
      lines.push(this.partial);
      this.partial = '';
    }
    for (const line of lines) this.line(line);
  }

  /** Of the last lines the one that most likely says why a process ended; null without any. */
  tellingLine(): string | null {
    const words = this.lastLines.filter((line) => !line.startsWith('supervisor: '));
    const telling = words.findLast((line) => /error|WEIR_/i.test(line)) ?? words.at(-1);
    return telling?.slice(0, 300) ?? null;
  }

  /** A line of the supervisor's own. */
  line(line: string): void {
    // The number of a closed file may belong to another one by now.
    if (this.closed) return;
    this.lastLines.push(line);
    if (this.lastLines.length > lastLinesMax) this.lastLines.shift();
    if (this.bytes > fileBytesMax) this.roll();
    try {
      this.bytes += writeSync(this.file, `${line}\n`);
    } catch {
      // A full disk must not end the supervisor; the last lines are in memory.
    }
    this.onLine(line);
  }

  close(): void {
    if (this.partial !== '') this.write('\n');
    this.closed = true;
    closeSync(this.file);
  }

  private roll(): void {
    closeSync(this.file);
    try {
      renameSync(this.path, `${this.path}.1`);
    } catch {
      // Removed by hand: a new one begins either way.
    }
    this.bytes = 0;
    this.file = openSync(this.path, 'a');
  }
}
