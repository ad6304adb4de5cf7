import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ExperimentReport, Overview } from '#dashboards/console/frame.ts';
import { notScored, RunningApplication } from './running-application.ts';

const patience = { timeout: 120_000, interval: 200 };

let app: RunningApplication;
beforeEach(async () => {
  app = await RunningApplication.create();
});
afterEach(() => app.remove());

async function get<T>(path: string): Promise<T> {
  return (await (await fetch(app.url + path)).json()) as T;
}

async function scoredMoreThan(count: number): Promise<number> {
  let scored = 0;
  await vi.waitFor(async () => {
    ({ scored } = await get<Overview>('/api/overview'));
    expect(scored, app.said).toBeGreaterThan(count);
  }, patience);
  return scored;
}

async function experiment(name: string): Promise<ExperimentReport> {
  const { token } = await get<{ token: string }>('/api/session');
  const headers = { 'weir-token': token };
  const answer = await fetch(`${app.url}/api/experiments/${name}`, { method: 'POST', headers });
  expect(answer.status, await answer.clone().text()).toBe(200);
  let report: ExperimentReport | undefined;
  await vi.waitFor(async () => {
    ({ report } = await get<{ report: ExperimentReport }>('/api/experiments'));
    expect(report.state).toMatch(/proved|failed/);
  }, patience);
  return report!;
}

/** Kills the console's process; resolves when another one answers. */
async function killConsole(): Promise<void> {
  const pid = await app.pidOf('console');
  process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(), patience);
  await vi.waitFor(() => get<Overview>('/api/overview'), patience);
}

describe('the application', () => {
  it('scores each transaction once, through kills of runtime and console, and a restart', async () => {
    await app.start('--rate', '100', '--keep');
    let scored = await scoredMoreThan(100);
    expect(app.said).toContain('page: http://localhost:');
    for (let kill = 0; kill < 2; kill++) {
      expect(await experiment('kill')).toMatchObject({ state: 'proved', lost: 0, doubled: 0 });
      scored = await scoredMoreThan(scored);
    }
    await killConsole();
    await scoredMoreThan(scored);
    expect(await app.stop(), app.said).toBe(0);
    expect(app.said).toContain('stopped');
    expect(app.said).toContain('console was killed by SIGKILL; it starts again');
    // The console counted on where its last checkpoint was: no line twice, none left out.
    const checkpoint = await readFile(join(app.data, 'console', 'checkpoint.json'), 'utf8');
    const { tally } = JSON.parse(checkpoint) as { tally: { scored: number } };
    expect(tally.scored).toBe((await app.idsIn('scores')).length);
    expect(app.said).not.toContain('did not end within');

    const before = await app.idsIn('transactions');

    await app.start('--rate', '100', '--keep');
    const scoresFolder = join(app.data, 'scores');
    await vi.waitFor(async () => expect(await notScored(before, scoresFolder)).toEqual([]), {
      ...patience,
      interval: 1_000,
    });
    await scoredMoreThan(before.length);
    expect(app.said).toContain('going on with');
    expect(await app.stop()).toBe(0);
    const [transactions, scores] = await Promise.all([
      app.idsIn('transactions'),
      app.idsIn('scores'),
    ]);
    const once = new Set(scores);
    expect(scores).toHaveLength(once.size);
    const known = new Set(transactions);
    expect(known.size).toBe(transactions.length);
    expect(scores.filter((id) => !known.has(id))).toEqual([]);
  }, 400_000);
});
