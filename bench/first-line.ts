import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** The first line of a process that matches; rejects if it ends before. */
export function firstLine(
  child: ChildProcess,
  matches: (line: string) => boolean,
): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`a process of the bench ended with ${code}`)));
    const stream = child.stdout ?? child.stderr;
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      if (matches(line)) resolve(line);
    });
  });
}
