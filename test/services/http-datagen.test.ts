/** The generator into the HTTP ingress of a real runtime; both are killed, and nothing is lost. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, bytes, defineFunction, on, serve } from '#sdk/index.ts';
import { injected } from '../fault-table/injected.ts';
import { Processes, type TestProcess, freePort, until } from '../chaos/processes.ts';

const world = ['--world', 'handbook', '--customers', '100', '--terminals', '200', '--radius', '15'];
const stream = [...world, '--days', '8'];

const received = bytes('test/Received');
const record = bytes('test/Record');
/** Gives out what it gets, as often as it gets it. */
const copies = ['transactions', 'feedback'].map((name) =>
  defineFunction(
    { type: `test/${name}` },
    on(received, (ctx, value) => {
      ctx.egress(`test/${name}`, record, value);
    }),
  ),
);

describe('the generator, into an HTTP ingress', () => {
  const processes = new Processes();
  const home = mkdtempSync(join(tmpdir(), 'weir-http-datagen-'));
  let functions: RunningServer;
  let runtime: TestProcess;
  let url: string;

  beforeAll(async () => {
    functions = await serve(copies, { port: 0 });
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const route = (name: string, key: string): string => `
    - path: /${name}
      key: { pointer: /${key} }
      valueType: test/Received
      targets: [test/${name}]`;
    const egress = (name: string): string => `---
kind: weir.file.v1/egress
spec: { id: test/${name}, path: ${home}/copies/${name}/, jsonTypes: [test/*] }
`;
    writeFileSync(
      join(home, 'module.yaml'),
      `kind: io.statefun.endpoints.v2/http
spec: { functions: test/*, urlPathTemplate: '${functions.url}' }
---
kind: weir.http.v1/ingress
spec:
  port: ${port}
  idempotency: { ttl: 1h, maxKeys: 1000 }
  routes:${route('transactions', 'accountId')}${route('feedback', 'transactionId')}
${egress('transactions')}${egress('feedback')}`,
    );
    await startRuntime();
  }, 120_000);
  afterAll(async () => {
    await processes.killAll();
    await functions?.close();
    rmSync(home, { recursive: true, force: true });
  });

  async function startRuntime(): Promise<void> {
    const args = ['run', join(home, 'module.yaml'), '--state', `file:${home}/state`];
    runtime = processes.start('runtime/main.ts', [...args, '--admin', '127.0.0.1:0']);
    await runtime.says('ready');
  }

  function generate(...args: string[]): TestProcess {
    return processes.start('datagen/main.ts', [...stream, ...args]);
  }

  function generateOverHttp(...args: string[]): TestProcess {
    return generate('--to', url, '--checkpoint', join(home, 'generator.json'), ...args);
  }

  function linesOf(folder: string): string[] {
    if (!existsSync(folder)) return [];
    const names = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
    const texts = names.sort().map((name) => readFileSync(join(folder, name), 'utf8'));
    return texts.join('').split('\n').slice(0, -1);
  }

  /** What came out of the runtime, as it was written. */
  function copied(name: string): { accountId?: string; transactionId: string }[] {
    return linesOf(join(home, 'copies', name)).map((line) => {
      return (JSON.parse(line) as { json: { transactionId: string } }).json;
    });
  }

  test('killed with -9 again and again, each record comes once and in the order of its account', async () => {
    const folder = join(home, 'undisturbed');
    expect(await generate('--to', `file:${folder}`, '--rate', 'max').ends()).toMatchObject({
      code: 0,
    });
    for (let kill = 0; kill < 4; kill++) {
      const before = copied('transactions').length;
      const generator = generateOverHttp('--rate', '400');
      await until('records', () => copied('transactions').length > before);
      // The runtime, too: a request that nobody has answered is sent again, and counts once.
      const victim = kill === 2 ? runtime : generator;
      injected(1);
      await victim.kill();
      if (victim === generator) continue;
      await until('the generator to notice', () => {
        return generator.lines.some((line) => line.includes('ECONNREFUSED'));
      });
      await startRuntime();
      await until('more records', () => copied('transactions').length > before + 500);
      await generator.kill();
    }
    expect(await generateOverHttp('--rate', 'max').ends()).toMatchObject({ code: 0 });
    for (const name of ['transactions', 'feedback'] as const) {
      const expected = linesOf(join(folder, name)).map((line) => JSON.parse(line) as object);
      const records = await until(`${expected.length} of ${name}`, () => {
        const some = copied(name);
        return some.length >= expected.length ? some : null;
      });
      const place = new Map(expected.map((one, at) => [JSON.stringify(one), at]));
      const places = records.map((one) => place.get(JSON.stringify(one))!);
      expect([...places].sort((a, b) => a - b)).toEqual(expected.map((_, at) => at));
      if (name === 'feedback') continue;
      for (const of of Map.groupBy(places, (_, at) => records[at]!.accountId).values()) {
        expect(of).toEqual([...of].sort((a, b) => a - b));
      }
    }
    // Once more there is nothing left to do.
    const again = generateOverHttp('--rate', 'max');
    expect(await again.ends()).toMatchObject({ code: 0 });
    expect(again.lines.at(-1)).toContain('0 transactions and 0 labels written');
  }, 300_000);

  test('a path that the server does not know ends it, with what the server said', async () => {
    const to = `${url}/nowhere`;
    const generator = generate('--to', to, '--checkpoint', join(home, 'other.json'));
    expect(await generator.ends()).toMatchObject({ code: 65 });
    const said = generator.lines.join('\n');
    expect(said).toContain('WEIR_DATAGEN_NOT_SENT');
    expect(said).toMatch(/nowhere\/transactions answered 404: .*WEIR_INGRESS_NOT_FOUND/);
  });
});
