import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataFolder } from '../../../deploy/local/data-folder.ts';

const script = 'part-script.ts';
let path: string;
const children: ChildProcess[] = [];

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'weir-data-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(path, { recursive: true, force: true });
});

/** A process whose command line names the script, as a part's would. */
async function runScript(): Promise<ChildProcess> {
  const file = join(import.meta.dirname, script);
  const env = { ...process.env, PART_NAME: 'left', PART_NOTES: join(path, 'logs') };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  children.push(child);
  await new Promise((resolve) => child.stderr.once('data', resolve));
  return child;
}

function writeRecord(pid: number, parts: readonly { pid: number; script: string }[]): void {
  writeFileSync(join(path, 'supervisor.json'), JSON.stringify({ pid, script, parts }));
}

describe('a data folder', () => {
  it('is refused while another supervisor runs on it', async () => {
    const other = await runScript();
    writeRecord(other.pid!, []);
    await expect(new DataFolder(path).claim(script)).rejects.toMatchObject({
      code: 'WEIR_DEPLOY_DATA_IN_USE',
      message: expect.stringContaining(String(other.pid)) as string,
    });
  });

  it('is taken over from a supervisor that was killed, and its parts are stopped', async () => {
    const left = await runScript();
    const gone = new Promise((resolve) => left.once('exit', resolve));
    writeRecord(999_999_999, [{ pid: left.pid!, script }]);
    expect(await new DataFolder(path).claim(script)).toBe(1);
    await gone;
  });

  it('leaves a process alone that only has the id of an old part', async () => {
    const stranger = await runScript();
    writeRecord(999_999_999, [{ pid: stranger.pid!, script: 'runtime/main.ts' }]);
    expect(await new DataFolder(path).claim(script)).toBe(0);
    expect(stranger.exitCode).toBeNull();
    expect(() => process.kill(stranger.pid!, 0)).not.toThrow();
  });

  it('is cleared of our own files, and never of others', () => {
    const folder = new DataFolder(path);
    for (const name of ['state', 'scores']) mkdirSync(join(path, name));
    expect(folder.hasState).toBe(true);
    writeFileSync(join(path, 'thesis.txt'), 'five years');
    expect(() => folder.clear()).toThrow(/thesis\.txt/);
    expect(existsSync(join(path, 'scores'))).toBe(true);
    rmSync(join(path, 'thesis.txt'));
    folder.clear();
    expect(folder.hasState).toBe(false);
    expect(existsSync(join(path, 'scores'))).toBe(false);
  });
});
