import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KillReport, Overview } from '#dashboards/console/frame.ts';

const script = join(import.meta.dirname, '..', '..', 'deploy', 'local', 'start.ts');
const patience = { timeout: 120_000, interval: 200 };

let data: string;
let supervisor: ChildProcess;
let ended: Promise<number | null>;
let said = '';
let url: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'weir-application-'));
});
afterEach(async () => {
  supervisor.kill('SIGTERM');
  await ended;
  await rm(data, { recursive: true, force: true });
});

async function startApplication(...more: string[]): Promise<void> {
  const port = await freePorts();
  said = '';
  url = `http://127.0.0.1:${port}`;
  const args = ['--data', data, '--ports-from', String(port), '--rate', '100', ...more];
  supervisor = spawn(process.execPath, [script, ...args]);
  for (const output of [supervisor.stdout!, supervisor.stderr!]) {
    output.on('data', (text) => (said += String(text)));
  }
  ended = new Promise((resolve) => supervisor.once('close', (code) => resolve(code)));
}

/** Three ports in a row that nobody uses. */
async function freePorts(): Promise<number> {
  for (;;) {
    const servers = [createServer()];
    await new Promise<void>((resolve) => servers[0]!.listen(0, '127.0.0.1', resolve));
    const { port } = servers[0]!.address() as AddressInfo;
    let free = port < 65_000;
    for (const next of [port + 1, port + 2]) {
      const server = createServer();
      servers.push(server);
      free &&= await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(next, '127.0.0.1', () => resolve(true));
      });
    }
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (free) return port;
  }
}

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(url + path)).json()) as T;
}

async function scoredMoreThan(count: number): Promise<number> {
  let scored = 0;
  await vi.waitFor(async () => {
    ({ scored } = await get<Overview>('/api/overview'));
    expect(scored, said).toBeGreaterThan(count);
  }, patience);
  return scored;
}

async function killRuntime(): Promise<KillReport> {
  const { token } = await get<{ token: string }>('/api/session');
  const headers = { 'weir-token': token };
  const answer = await fetch(`${url}/api/kill-runtime`, { method: 'POST', headers });
  expect(answer.status, await answer.clone().text()).toBe(200);
  let report: KillReport | undefined;
  await vi.waitFor(async () => {
    report = await get<KillReport>('/api/kill-runtime');
    expect(report.state).toMatch(/proved|failed/);
  }, patience);
  return report!;
}

/** Kills the console's process; resolves when another one answers. */
async function killConsole(): Promise<void> {
  const record = JSON.parse(await readFile(join(data, 'supervisor.json'), 'utf8')) as {
    parts: { pid: number; script: string }[];
  };
  const found = record.parts.find(({ script: part }) => part.includes('console'))!;
  process.kill(found.pid, 'SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(found.pid, 0)).toThrow(), patience);
  await vi.waitFor(() => get<Overview>('/api/overview'), patience);
}

/** The ids in a log folder, by reading it from its first byte: no code of the application. */
async function idsIn(log: string): Promise<string[]> {
  const names = (await readdir(join(data, log))).filter((name) => name.endsWith('.jsonl')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(data, log, name), 'utf8')));
  const lines = texts.join('').trimEnd().split('\n');
  return lines.map((line) => {
    const record = JSON.parse(line) as { transactionId?: string; json?: { transactionId: string } };
    return (record.json?.transactionId ?? record.transactionId)!;
  });
}

describe('the application', () => {
  it('scores each transaction once, through kills of runtime and console, and a restart', async () => {
    await startApplication('--keep');
    let scored = await scoredMoreThan(100);
    expect(said).toContain('page: http://localhost:');
    for (let kill = 0; kill < 2; kill++) {
      expect(await killRuntime()).toMatchObject({ state: 'proved', lost: 0, doubled: 0 });
      scored = await scoredMoreThan(scored);
    }
    await killConsole();
    await scoredMoreThan(scored);
    supervisor.kill('SIGTERM');
    expect(await ended, said).toBe(0);
    expect(said).toContain('stopped');
    expect(said).toContain('console was killed by SIGKILL; it starts again');
    // The console counted on where its last checkpoint was: no line twice, none left out.
    const checkpoint = await readFile(join(data, 'console', 'checkpoint.json'), 'utf8');
    const { tally } = JSON.parse(checkpoint) as { tally: { scored: number } };
    expect(tally.scored).toBe((await idsIn('scores')).length);
    expect(said).not.toContain('did not end within');

    const before = await idsIn('transactions');

    await startApplication('--keep');
    await scoredMoreThan(before.length + 200);
    expect(said).toContain('going on with');
    supervisor.kill('SIGTERM');
    expect(await ended).toBe(0);
    const [transactions, scores] = await Promise.all([idsIn('transactions'), idsIn('scores')]);
    const once = new Set(scores);
    expect(scores).toHaveLength(once.size);
    expect(before.filter((id) => !once.has(id))).toEqual([]);
    const known = new Set(transactions);
    expect(known.size).toBe(transactions.length);
    expect(scores.filter((id) => !known.has(id))).toEqual([]);
  }, 400_000);
});
