import { generateKeyPairSync } from 'node:crypto';
import { appendFile, chmod, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type ExpectStatic } from 'vitest';
import { newSite, removeSite, RuntimeProcess, type Site } from './runtime-process.ts';

type Start = (site: Site, options?: readonly string[]) => RuntimeProcess;

/** Runs a test on a site of its own; whatever it started is gone afterwards. */
async function onSite(act: (site: Site, start: Start) => Promise<void>): Promise<void> {
  const site = await newSite();
  const started: RuntimeProcess[] = [];
  try {
    await act(site, (of, options) => {
      const next = new RuntimeProcess(of, options);
      started.push(next);
      return next;
    });
  } finally {
    await Promise.all(started.map((each) => each.kill()));
    removeSite(site);
  }
}

async function ready(start: Start, site: Site): Promise<RuntimeProcess> {
  const runtime = start(site);
  await runtime.said('"msg":"ready"');
  return runtime;
}

/** Most of the time they wait for each other's processes: together they cost little more than one. */
describe.concurrent('weir run', () => {
  const put = async (expect: ExpectStatic, runtime: RuntimeProcess, id: string, text: string) =>
    expect(await runtime.put(id, text)).toBe(200);

  test('SIGTERM with a batch that nobody pops ends with 0, and the next life gives it', ({
    expect,
  }) =>
    onSite(async (site, start) => {
      const first = await ready(start, site);
      await put(expect, first, 'a', 'one');
      await put(expect, first, 'a', 'two');
      expect(await first.popped()).toBe('a: one');
      first.signal('SIGTERM');
      expect(await first.ended).toBe(0);
      expect(first.log).toContain('"exitCode":0');
      const second = await ready(start, site);
      expect(await second.popped()).toBe('a: two');
      expect(await second.pop()).toBeNull();
    }));

  test('no record is popped twice after kill -9', ({ expect }) =>
    onSite(async (site, start) => {
      const first = await ready(start, site);
      for (const text of ['one', 'two', 'three']) await put(expect, first, 'a', text);
      expect([await first.popped(), await first.popped()]).toEqual(['a: one', 'a: two']);
      await first.kill();
      const second = await ready(start, site);
      expect(await second.popped()).toBe('a: three');
      expect(await second.pop()).toBeNull();
      const state = await second.admin('/state/test/echo/a?at=committed');
      expect(state.json).toMatchObject({ states: { count: { json: 3 } }, mailbox: 0 });
    }));

  test('SIGTERM ends a standby with 0, and its owner goes on', ({ expect }) =>
    onSite(async (site, start) => {
      const owner = await ready(start, site);
      const standby = start(site);
      await standby.said('standby: another runtime owns the state');
      expect((await standby.admin('/health/ready')).status).toBe(503);
      standby.signal('SIGTERM');
      expect(await standby.ended).toBe(0);
      expect(standby.log).not.toContain('"level":"error"');
      await put(expect, owner, 'a', 'one');
      expect(await owner.popped()).toBe('a: one');
    }));

  test('a second signal ends at once, and what was acknowledged is there', ({ expect }) =>
    onSite(async (site, start) => {
      const first = await ready(start, site);
      await put(expect, first, 'b', 'one');
      expect(await first.popped()).toBe('b: one');
      await put(expect, first, 'a', 'slow'); // a stop waits ten seconds for it
      first.signal('SIGTERM');
      await first.said('"msg":"stopping"');
      await new Promise((resolve) => setTimeout(resolve, 600)); // a repeated Ctrl-C is quicker
      first.signal('SIGINT');
      expect(await first.ended).toBe(130);
      const second = await ready(start, site);
      expect((await second.admin('/state/test/echo/b')).json).toMatchObject({
        states: { count: { json: 1 } },
      });
      expect((await second.admin('/state/test/echo/a')).json).toMatchObject({ mailbox: 1 });
      expect(await second.pop()).toBeNull();
    }));

  test('the same Ctrl-C twice, as npm passes it on, is one signal', ({ expect }) =>
    onSite(async (site, start) => {
      const runtime = await ready(start, site);
      await put(expect, runtime, 'a', 'one');
      runtime.signal('SIGINT');
      runtime.signal('SIGINT');
      expect(await runtime.ended).toBe(0);
    }));

  test('a store that fails while it stops ends it with 69 after ten seconds', ({ expect }) =>
    onSite(async (site, start) => {
      const runtime = await ready(start, site);
      await put(expect, runtime, 'a', 'one');
      const staging = join(site.folder, '.weir', 'tmp');
      await rename(staging, `${staging}.away`);
      await writeFile(staging, 'no folder');
      const lost = runtime.put('a', 'two').catch(() => 'cut off');
      await runtime.said('commit delayed');
      runtime.signal('SIGTERM');
      expect(await runtime.ended).toBe(69);
      expect(runtime.log).toContain('WEIR_RUNTIME_LAST_COMMIT');
      expect(await lost, 'it was never acknowledged').not.toBe(200);
      await writeFile(`${staging}.file`, '');
      await rename(staging, `${staging}.file`);
      await rename(`${staging}.away`, staging);
      const next = await ready(start, site);
      expect(await next.popped()).toBe('a: one');
    }));

  test('a secret that every user of the machine may read is told, by its file alone', ({
    expect,
  }) =>
    onSite(async (site, start) => {
      const key = generateKeyPairSync('ed25519').privateKey.export({
        type: 'pkcs8',
        format: 'pem',
      });
      const write = async (name: string, text: string, mode: number): Promise<void> => {
        await writeFile(join(site.folder, name), text);
        await chmod(join(site.folder, name), mode);
      };
      await write('open.pem', key.toString(), 0o644);
      await write('tokens', `me destroy ${'t'.repeat(40)}`, 0o604);
      await write('url', 'http://127.0.0.1:9/', 0o640);
      await appendFile(
        join(site.folder, 'module.yaml'),
        `---
kind: io.statefun.endpoints.v2/http
spec:
  functions: other/f
  urlPathTemplate: \${file:url}
  weir.signing: { keyId: k, privateKey: ./open.pem }
`,
      );
      const runtime = start(site, ['--admin-tokens', 'file:tokens']);
      await runtime.said('"msg":"ready"');
      const told = runtime.log
        .split('\n')
        .filter((line) => line.includes('a file with a secret'))
        .map((line) => (JSON.parse(line) as { file: string }).file);
      expect(told).toEqual([join(site.folder, 'open.pem'), 'tokens']);
    }));
});
