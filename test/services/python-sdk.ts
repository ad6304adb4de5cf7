import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, commandOf, must } from './toolchain.ts';

export const pythonExample = join(import.meta.dirname, '../../examples/python-classifier');

/**
 * A Python that has what the example needs, the official SDK among it, in an environment of its
 * own. Throws `MissingService`.
 */
export function installPythonSdk(): string {
  const venv = place();
  const program = join(venv, 'bin', 'python');
  if (existsSync(markOf(venv))) return program;
  const python = commandOf('python3', 'the Python classifier needs Python 3 with venv and pip');
  console.log('installing the Python SDK');
  // In its place from the start: a virtual environment can't be moved.
  must('making a virtual environment', python, ['-m', 'venv', '--clear', venv]);
  const args = ['-m', 'pip', 'install', '-q', '-r', join(pythonExample, 'requirements.txt')];
  must('installing the Python SDK', program, args);
  writeFileSync(markOf(venv), '');
  return program;
}

/** Whether it is there; `install.ts` says why not. In CI it must be. */
export function hasPythonSdk(): boolean {
  return process.env['CI'] !== undefined || existsSync(markOf(place()));
}

/** Other requirements are another environment. */
function place(): string {
  const text = readFileSync(join(pythonExample, 'requirements.txt'));
  const version = createHash('sha256').update(text).digest('hex').slice(0, 12);
  return join(cacheFolder, `python-sdk-${version}`);
}

/** Written last: an environment left half made has none. */
function markOf(venv: string): string {
  return join(venv, 'complete');
}
