import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
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
  private file: WriteStream;
  private bytes: number;
  private partial = '';
  private readonly onLine: (line: string) => void;

  constructor(path: string, onLine: (line: string) => void = () => {}) {
    this.path = path;
    this.onLine = onLine;
    mkdirSync(dirname(path), { recursive: true });
    this.bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    this.file = this.openFile();
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

  /** A line of the supervisor's own. */
  line(line: string): void {
    this.lastLines.push(line);
    if (this.lastLines.length > lastLinesMax) this.lastLines.shift();
    if (this.bytes > fileBytesMax) this.roll();
    const bytes = Buffer.byteLength(line) + 1;
    this.bytes += bytes;
    this.file.write(`${line}\n`);
    this.onLine(line);
  }

  close(): Promise<void> {
    if (this.partial !== '') this.write('\n');
    return new Promise((resolve) => this.file.end(() => resolve()));
  }

  private openFile(): WriteStream {
    const file = createWriteStream(this.path, { flags: 'a' });
    // A full disk must not end the supervisor; the last lines are in memory.
    file.on('error', () => {});
    return file;
  }

  private roll(): void {
    this.file.end();
    try {
      renameSync(this.path, `${this.path}.1`);
    } catch {
      // Removed by hand: a new one begins either way.
    }
    this.bytes = 0;
    this.file = this.openFile();
  }
}
