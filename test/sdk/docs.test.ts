import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { decodeReply } from '#protocol/codec/reply.ts';
import { int, string } from '#sdk/index.ts';
import type { RunningServer } from '#sdk/index.ts';
import { request, slot } from './requests.ts';

const root = new URL('../../', import.meta.url);

/** The first TypeScript block of a page. */
async function exampleOf(page: string): Promise<string> {
  const text = await readFile(new URL(page, root), 'utf8');
  const block = /```ts\n([\s\S]*?)```/.exec(text)?.[1];
  if (block === undefined) throw new Error(`${page} has no example`);
  return block;
}

it('the smallest example is under 20 lines, and runs', async () => {
  const example = await exampleOf('docs/sdk.md');
  expect(example.trim().split('\n').length).toBeLessThan(20);
  const runnable = example
    .replace('#sdk/index.ts', new URL('sdk/index.ts', root).href)
    .replace('await serve', 'export const server = await serve')
    .replace('port: 8000', 'port: 0');
  const folder = await mkdtemp(join(tmpdir(), 'weir-example-'));
  const file = join(folder, 'example.ts');
  await writeFile(file, runnable);
  const { server } = (await import(pathToFileURL(file).href)) as { server: RunningServer };
  try {
    const target = { type: 'example/greeter', id: 'Ada' };
    const body = request(target, [slot('seen', int, 2)], [{ type: string, value: 'Hello' }]);
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(body),
    });
    const reply = decodeReply(Buffer.from(await response.arrayBuffer()));
    if (reply.kind !== 'effects') throw new Error('the state was not recognised');
    const record = reply.egress[0]!.value;
    expect(string.decode(record.body, record.start, record.end)).toBe('Hello Ada, visit 3');
    expect(reply.mutations.map(({ name }) => name)).toEqual(['seen']);
  } finally {
    await server.close();
    await rm(folder, { recursive: true });
  }
});
