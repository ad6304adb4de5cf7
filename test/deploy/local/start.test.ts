import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const script = join(import.meta.dirname, '..', '..', '..', 'deploy', 'local', 'start.ts');

function run(args: readonly string[]): Promise<{ code: number | null; out: string; err: string }> {
  const env = { ...process.env };
  delete env['PORT'];
  const child = spawn(process.execPath, [script, ...args], { env });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += String(text)));
  child.stderr.on('data', (text) => (err += String(text)));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

describe('npm start', () => {
  it('names the port that is in use, what it was for, and what to do', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const data = mkdtempSync(join(tmpdir(), 'weir-start-'));
    try {
      const { code, err } = await run(['--data', data, '--ports-from', String(port)]);
      expect(code).toBe(69);
      expect(err).toContain('WEIR_DEPLOY_PORT_IN_USE');
      expect(err).toContain(`port ${port}, for the page: another program listens on it`);
      expect(err).toContain('--ports-from');
    } finally {
      rmSync(data, { recursive: true, force: true });
      await new Promise((resolve) => taken.close(resolve));
    }
  });

  it('answers a wrong option with exit code 64, and --help with the options', async () => {
    const [wrong, help] = await Promise.all([run(['--colour', 'red']), run(['--help'])]);
    expect(wrong.code).toBe(64);
    expect(wrong.err).toContain('--colour');
    expect(wrong.err).toContain('--help');
    expect(help.code).toBe(0);
    for (const option of ['--data', '--keep', '--ports-from', '--rate', '--seed', '--speed']) {
      expect(help.out).toContain(option);
    }
  });
});
