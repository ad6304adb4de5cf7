import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FolderOutlet } from '#datagen/folder-outlet.ts';
import { Generator } from '#datagen/generator.ts';
import { personaDefaults } from '#datagen/options.ts';
import { loggedEvents } from '../../scripts/replay-log.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-replay-'));
const transactions = path.join(folder, 'transactions');
const feedback = path.join(folder, 'feedback');
const firstDay = personaDefaults.timelineFrom + 80;

beforeAll(async () => {
  const often = { burstRate: 10, takeoverRate: 10, thiefRate: 10, fraudLabelMedianDays: 1 };
  const stream = { ...personaDefaults, ...often, customers: 80, firstDay };
  const checkpoint = path.join(folder, 'generator.json');
  const logs = {
    kind: 'folders',
    transactions,
    feedback,
    checkpoint,
    rollBytes: 64 * 1024,
  } as const;
  await new Generator(
    { stream, endDay: firstDay + 15, pace: { kind: 'unlimited' }, maxBacklogBytes: Infinity },
    new FolderOutlet(logs, stream),
  ).run(new AbortController().signal);
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function replay(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const logs = ['--transactions', transactions, '--feedback', feedback];
  try {
    const script = path.resolve('scripts/replay.ts');
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      script,
      ...logs,
      ...args,
    ]);
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

function cells(out: string, what: string): string[] {
  const line = out.split('\n').find((one) => one.startsWith(`| ${what} |`))!;
  return line
    .split('|')
    .slice(2, 5)
    .map((cell) => cell.trim());
}

describe('the replay of recorded logs', () => {
  it('reads both logs in the order of event time, over the ends of files', async () => {
    expect(fs.readdirSync(transactions).length).toBeGreaterThan(3);
    let last = 0;
    const seen = new Set<string>();
    for await (const { kind, value } of loggedEvents(transactions, feedback)) {
      expect(value.atMs).toBeGreaterThanOrEqual(last);
      last = value.atMs;
      if (kind === 'transaction') seen.add(value.transactionId);
      else expect(seen.has(value.transactionId)).toBe(true);
    }
    expect(seen.size).toBeGreaterThan(1_000);
  });

  it('finds no difference to the application as it is', async () => {
    const { code, out } = await replay('--with', 'policy=follow-the-leader');
    expect(code).toBe(0);
    const [before, after, difference] = cells(out, 'alerts');
    expect([after, difference]).toEqual([before, '0']);
    expect(Number(before)).toBeGreaterThan(5);
    expect(out).toMatch(/^0 more transactions are alerts .* scores differ by \.0000 on average/m);
  });

  it('tells what another rule changes in decisions and money, within a period', async () => {
    const period = ['--from', '2018-04-06', '--to', '2018-04-12'];
    const { out } = await replay('--with', 'alerts=cost:3,policy=learned-blend', ...period);
    const [transactionCount] = cells(out, 'transactions');
    expect(Number(transactionCount)).toBeGreaterThan(300);
    expect(Number(transactionCount)).toBeLessThan(800);
    const [, , caught] = cells(out, 'value of fraud caught');
    expect(Number(caught)).toBeGreaterThan(0);
  });

  it('tells who is bothered without reason, and what other thresholds would have given', async () => {
    const { out } = await replay('--with', 'policy=mean', '--curve');
    const rows = out.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    const personas = rows.filter(([, name]) => ['online', 'shop', 'student'].includes(name!));
    expect(personas).toHaveLength(3);
    for (const row of personas)
      for (const cell of row.slice(2, 4)) expect(cell).toMatch(/^\d+\.\d\d %$/);
    const curve = rows.filter((row) => row.length === 9 && row[1]!.endsWith('%'));
    expect(curve.map(([, share]) => share)).toEqual([
      '0.1 %',
      '0.2 %',
      '0.5 %',
      '1.0 %',
      '2.0 %',
      '5.0 %',
      '10.0 %',
    ]);
    const [scores, caught] = [2, 4].map((column) => curve.map((row) => parseFloat(row[column]!)));
    expect(scores).toEqual([...scores!].sort((a, b) => b - a));
    expect(caught).toEqual([...caught!].sort((a, b) => a - b));
    expect(caught!.at(-1)).toBeGreaterThan(20);
  });

  it('refuses what it does not know', async () => {
    expect(await replay()).toMatchObject({ code: 64 });
    const wrong = await replay('--with', 'polizy=mean');
    expect(wrong).toMatchObject({ code: 64 });
    expect(wrong.err).toMatch(/"polizy=mean" is none of policy=, alerts=/);
    const rule = await replay('--with', 'alerts=often');
    expect(rule.err).toMatch(/--alerts: "often" is none of model, cost:REVIEW_COST/);
    const late = await replay('--with', 'policy=mean', '--from', '2030-01-01');
    expect(late.err).toMatch(/no transaction lies between/);
    expect((await replay('--with', 'policy=mean', '--to', 'soon')).code).toBe(64);
  });
});
