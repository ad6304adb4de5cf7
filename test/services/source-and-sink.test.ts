/**
 * The application with another source and another sink: the module documents are those of the
 * guides, so that what a reader copies from there works.
 */
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Score } from '#functions/messages.ts';
import {
  type TestProcess,
  Processes,
  freePort,
  pause,
  scriptAt,
  until,
} from '../chaos/processes.ts';

const accounts = 20;

function textOf(path: string): string {
  return readFileSync(scriptAt(path), 'utf8');
}

/** The first YAML block of a guide. */
function guideBlock(page: string): string {
  return /```yaml\n([^]*?)```/.exec(textOf(page))![1]!;
}

/** The documents of the application's module; those of some ids are another text. */
function moduleWith(instead: Readonly<Record<string, string>>): string {
  const parts = textOf('module.yaml').split(/^---$/m);
  const replaced = new Set<string>();
  const changed = parts.map((part) => {
    const { spec } = parseAllDocuments(part)[0]!.toJS() as { spec: { id?: string } };
    const other = spec.id === undefined ? undefined : instead[spec.id];
    if (other !== undefined) replaced.add(spec.id!);
    return other ?? part;
  });
  expect([...replaced].sort()).toEqual(Object.keys(instead).sort());
  // What can never be done parks soon.
  return changed.join('\n---\n').replaceAll('retryBudget: 10s', 'retryBudget: 500ms');
}

function purchase(number: number, changes: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({
    transactionId: `p-${number}`,
    accountId: `customer-${number % accounts}`,
    merchantId: 'bakery',
    amount: 4.2,
    atMs: 1_522_540_800_000 + number * 60_000,
    ...changes,
  });
}

describe('another source and another sink', () => {
  const processes = new Processes();
  const home = mkdtempSync(join(tmpdir(), 'weir-guide-'));
  const source = join(home, 'purchases.jsonl');
  const sink = join(home, 'my-scores.jsonl');
  let runtime: TestProcess;
  let env: Record<string, string>;

  beforeAll(async () => {
    const port = await freePort();
    const functions = processes.start('functions/main.ts', ['--port', String(port)]);
    await until('the functions', () => functions.lines.some((line) => line.includes('ready:')));
    const url = `http://127.0.0.1:${port}/`;
    env = { WEIR_DATA: home, FUNCTIONS_PORT: String(port), CLASSIFIER_URL: url };
    const text = moduleWith({
      'weir.fraud/transactions': guideBlock('docs/replace-the-source.md'),
      'weir.fraud/scores': guideBlock('docs/replace-the-sink.md'),
    });
    writeFileSync(join(home, 'module.yaml'), text);
    // What the source's guide shows comes first.
    writeFileSync(source, /```json\n([^]*?)```/.exec(textOf('docs/replace-the-source.md'))![1]!);
    await start();
  }, 120_000);
  afterAll(async () => {
    await processes.killAll();
    rmSync(home, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const args = ['run', join(home, 'module.yaml'), '--state', `file:${home}/state`];
    runtime = processes.start('runtime/main.ts', [...args, '--admin', '127.0.0.1:0'], env);
    await runtime.says('ready');
  }

  function scores(): Score[] {
    if (!existsSync(sink)) return [];
    const lines = readFileSync(sink, 'utf8').split('\n').slice(0, -1);
    return lines.map((line) => {
      const { typename, json } = JSON.parse(line) as { typename: string; json: Score };
      expect(typename).toBe('weir.fraud/Score');
      return json;
    });
  }

  async function scored(count: number): Promise<Score[]> {
    return until(`${count} scores`, () => {
      if (runtime.end !== null) throw new Error(runtime.tail());
      const some = scores();
      return some.length >= count ? some : null;
    });
  }

  test('each line of a file that somebody wrote is scored', async () => {
    const some = await scored(2);
    expect(some.map(({ transactionId }) => transactionId).sort()).toEqual(['p-1', 'p-2']);
    for (const { score, accountId, reasons } of some) {
      expect([accountId, Array.isArray(reasons)]).toEqual(['anna', true]);
      expect(score >= 0 && score <= 1).toBe(true);
    }
  });

  test('a line that is no record is named with its place, and the next one is scored', async () => {
    const before = scores().length;
    const at = readFileSync(source).length;
    appendFileSync(source, `nonsense\n${purchase(100)}\n`);
    await scored(before + 1);
    const told = await runtime.says(({ code }) => code === 'WEIR_INGRESS_RECORD_NOT_JSON');
    expect(told).toMatchObject({ ingress: 'my.bank/purchases', path: source, offset: at });
  });

  test('a wrong field parks its account with the field and its value, and no other one', async () => {
    const before = scores().length;
    const bad = purchase(101, { accountId: 'careless', amount: -5 });
    appendFileSync(source, `${bad}\n${purchase(102)}\n`);
    const { url } = await runtime.says('admin API open');
    let number = 200;
    const parked = await until('the parked account', async () => {
      // An endpoint that answers nobody else is down, and then nobody is to blame.
      appendFileSync(source, `${purchase(number++)}\n`);
      await pause(20);
      const list = await (await fetch(new URL('/parked', url as string))).text();
      return list.includes('careless') ? list : null;
    });
    expect(parked).toContain('amount is -5');
    expect(parked).not.toContain('customer-');
    await scored(before + 1);
  });

  test('each transaction has one score in the sink, also after a kill -9', async () => {
    // All that can be scored: not what is behind the last line end, nor the two bad lines.
    await scored(readFileSync(source, 'utf8').split('\n').length - 3);
    const before = scores().length;
    const lines = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, i) => `${purchase(from + i)}\n`).join('');
    appendFileSync(source, lines(1_000, 1_400));
    await scored(before + 50);
    await runtime.kill();
    appendFileSync(source, lines(1_400, 1_500));
    await start();
    const all = await scored(before + 500);
    const ids = all.map(({ transactionId }) => transactionId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => /^p-1[0-4]\d\d$/.test(id))).toHaveLength(500);
  });
});
