import { spawn } from 'node:child_process';
import { join } from 'node:path';

const script = join(import.meta.dirname, '..', '..', 'deploy', 'demo', 'main.ts');

/** `npm run demo` as a person gives it; what it printed, and its exit code. */
export async function demo(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [script, ...args], { env: { ...process.env, ...env } });
  let said = '';
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (text) => (said += String(text)));
  }
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, said };
}
