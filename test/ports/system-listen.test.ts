import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { listenPatiently } from '#runtime/ports/system-listen.ts';

const host = '127.0.0.1';

async function taken(): Promise<{ port: number; release: () => Promise<unknown> }> {
  const server = createServer();
  await listenPatiently(server, { host, port: 0 });
  const release = () => new Promise((resolve) => server.close(resolve));
  return { port: (server.address() as AddressInfo).port, release };
}

test('waits for a port that its holder is about to give back', async () => {
  const { port, release } = await taken();
  const server = createServer();
  const listening = listenPatiently(server, { host, port }, 30_000);
  setTimeout(() => void release(), 250);
  await listening;
  expect((server.address() as AddressInfo).port).toBe(port);
  await new Promise((resolve) => server.close(resolve));
});

test('a port that stays taken is an error in the end, another problem at once', async () => {
  const { port, release } = await taken();
  const server = createServer();
  await expect(listenPatiently(server, { host, port }, 150)).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
  const elsewhere = { host: '192.0.2.1', port };
  await expect(listenPatiently(server, elsewhere)).rejects.toMatchObject({
    code: 'EADDRNOTAVAIL',
  });
  await release();
});
