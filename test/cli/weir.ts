import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const main = fileURLToPath(new URL('../../runtime/main.ts', import.meta.url));

/** Runs `weir` as a process of its own, without any `WEIR_…` of this one. */
export function weir(args: readonly string[], env: Record<string, string> = {}, cwd?: string) {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_'));
  return new Promise<Outcome>((resolve) => {
    const options = { env: { ...Object.fromEntries(clean), ...env }, cwd, timeout: 50_000 };
    const child = execFile(process.execPath, [main, ...args], options, (_, stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

/** A folder for one test, with files. */
export function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
