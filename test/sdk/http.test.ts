import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { decodeReply } from '#protocol/codec/reply.ts';
import { defineFunction, handler, int, on, serve, string } from '#sdk/index.ts';
import type { RunningServer, ServeOptions } from '#sdk/index.ts';
import { silentLogger } from '#sdk/logger.ts';
import { request } from './requests.ts';

const standard = 'application/octet-stream';
let entered = Promise.withResolvers<void>();
let release = Promise.withResolvers<void>();
let aborted = Promise.withResolvers<void>();

const echo = defineFunction(
  { type: 'example/echo' },
  on(string, (ctx, text) => ctx.egress('example/out', string, text)),
  on(int, async (ctx) => {
    ctx.signal.addEventListener('abort', () => aborted.resolve());
    entered.resolve();
    await release.promise;
    ctx.egress('example/out', string, 'at last');
  }),
);

const quick = request(echo.at('1'), [], [{ type: string, value: 'hé' }]);
const slow = request(echo.at('1'), [], [{ type: int, value: 1 }]);

const running: { close(): Promise<void> }[] = [];
async function start(options: ServeOptions = {}): Promise<RunningServer> {
  const server = await serve([echo], { port: 0, logger: silentLogger, ...options });
  running.push(server);
  entered = Promise.withResolvers();
  release = Promise.withResolvers();
  aborted = Promise.withResolvers();
  return server;
}
afterEach(async () => {
  release.resolve();
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const post = (url: string, body: Buffer | string, contentType = standard) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });

async function egressOf(response: Response): Promise<string> {
  const reply = decodeReply(Buffer.from(await response.arrayBuffer()));
  const value = reply.kind === 'effects' ? reply.egress[0]?.value : undefined;
  return value === undefined ? '' : string.decode(value.body, value.start, value.end);
}

describe.each(['http', 'fastify'] as const)('serve by %s', (framework) => {
  it('answers on any path, with the exact content type', async () => {
    const { url } = await start({ framework });
    for (const path of ['', 'statefun', 'a/b%2Fc?d=e']) {
      const response = await post(url + path, quick);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe(standard);
      expect(response.headers.get('weir-batch')).toBe('1');
      expect(await egressOf(response)).toBe('hé');
    }
  });

  it.each([
    ['GET', 405, 'POST a ToFunction'],
    ['PUT', 405, 'POST a ToFunction'],
    ['DELETE', 405, 'POST a ToFunction'],
  ])('answers %s with %d', async (method, status, text) => {
    const { url } = await start({ framework });
    const response = await fetch(url, { method });
    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.text()).toContain(text);
  });

  it('tells that it is there', async () => {
    const { url } = await start({ framework });
    const response = await fetch(`${url}health`);
    expect([response.status, await response.text()]).toEqual([200, 'ok\n']);
    expect((await fetch(`${url}health`, { method: 'HEAD' })).status).toBe(200);
  });

  it('refuses other content types, and what is no request', async () => {
    const { url } = await start({ framework });
    const json = await post(url, '{}', 'application/json');
    expect([json.status, await json.text()]).toEqual([
      415,
      expect.stringContaining('content type application/json is not known'),
    ]);
    const garbage = await post(url, Buffer.from('garbage'));
    expect([garbage.status, await garbage.text()]).toEqual([
      400,
      expect.stringContaining('WEIR_PROTOCOL'),
    ]);
    const empty = await post(url, '');
    expect([empty.status, await empty.text()]).toEqual([
      400,
      expect.stringContaining('the body is empty'),
    ]);
    // The type may be left out, or carry parameters.
    expect((await post(url, quick, `${standard}; charset=utf-8`)).status).toBe(200);
  });

  it('takes bodies up to the limit, and no byte more', async () => {
    const { url } = await start({ framework, bodyLimitBytes: quick.length });
    expect((await post(url, quick)).status).toBe(200);
    const larger = Buffer.concat([quick, Buffer.from([0x98, 0x06, 0])]);
    const refused = await post(url, larger);
    expect(refused.status).toBe(413);
    expect(await refused.text()).toContain('WEIR_SDK_REQUEST_TOO_LARGE');
    // Without a declared length the limit counts what arrives.
    const chunked = httpRequest(url, { method: 'POST', headers: { 'content-type': standard } });
    chunked.on('error', () => {});
    chunked.write(quick);
    chunked.end(quick);
    const [response] = (await once(chunked, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(413);
  });

  it('takes more than a thousand messages in one request', async () => {
    const { url } = await start({ framework });
    const messages = Array.from({ length: 5000 }, () => ({
      type: string,
      value: 'x'.repeat(1000),
    }));
    const response = await post(url, request(echo.at('1'), [], messages));
    const reply = decodeReply(Buffer.from(await response.arrayBuffer()));
    expect(reply.kind === 'effects' && reply.egress.length).toBe(5000);
  });

  it('answers 500 with the reason when a handler fails', async () => {
    const { url } = await start({ framework });
    const unknown = request({ type: 'example/other', id: '1' }, [], [{ type: int, value: 1 }]);
    const response = await post(url, unknown);
    expect(response.status).toBe(500);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toContain('WEIR_SDK_FUNCTION_UNKNOWN');
  });

  it('aborts the signal when the runtime hangs up', async () => {
    const { url } = await start({ framework });
    const controller = new AbortController();
    const answer = fetch(url, {
      method: 'POST',
      headers: { 'content-type': standard },
      body: new Uint8Array(slow),
      signal: controller.signal,
    });
    await entered.promise;
    controller.abort();
    await expect(answer).rejects.toThrow();
    await aborted.promise;
  });

  it('lets requests in flight end when it closes, and takes no others', async () => {
    const server = await start({ framework });
    const answer = post(server.url, slow);
    await entered.promise;
    const closed = server.close();
    await expect(post(server.url, quick)).rejects.toThrow();
    release.resolve();
    expect(await egressOf(await answer)).toBe('at last');
    await closed;
  });

  it('cuts off what has not ended in time', async () => {
    const server = await start({ framework, closeTimeoutMs: 20 });
    const answer = post(server.url, slow);
    await entered.promise;
    await Promise.all([expect(answer).rejects.toThrow(), server.close(), aborted.promise]);
  });
});

describe('serve', () => {
  it('keeps connections longer than runtimes do', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    const length = `content-length: ${quick.length}`;
    socket.write(`POST / HTTP/1.1\r\nhost: a\r\ncontent-type: ${standard}\r\n${length}\r\n\r\n`);
    socket.write(quick);
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString('latin1').toLowerCase()).toContain('keep-alive: timeout=65');
    socket.destroy();
  });

  it('listens on a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-sdk-'));
    const socketPath = join(folder, 'functions.sock');
    const server = await start({ socketPath });
    expect(server.url).toBe(`http+unix://${socketPath}/`);
    const asked = httpRequest({ socketPath, path: '/health' }).end();
    const [response] = (await once(asked, 'response')) as [{ statusCode: number }];
    expect(response.statusCode).toBe(200);
    asked.destroy();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it('says what it could not listen on', async () => {
    const { port } = await start();
    await expect(serve([echo], { port, logger: silentLogger })).rejects.toThrow(
      `can't listen on 127.0.0.1:${port}`,
    );
  });

  it('refuses a limit that is none', async () => {
    await expect(serve([echo], { port: 0, bodyLimitBytes: 0 })).rejects.toThrow('bodyLimitBytes');
  });
});

describe('handler', () => {
  it('is a listener for a server of one’s own', async () => {
    const server = createServer(handler([echo], { logger: silentLogger }));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await egressOf(await post(`http://127.0.0.1:${port}/`, quick))).toBe('hé');
    server.close();
    server.closeAllConnections();
  });
});

describe.runIf(process.platform === 'linux')('a shared port', () => {
  it('is taken over without a moment in which nobody answers', async () => {
    const first = await start({ sharePort: true });
    const ask = async (): Promise<number> => {
      const headers = { 'content-type': standard, connection: 'close' };
      return (await fetch(first.url, { method: 'POST', headers, body: quick })).status;
    };
    expect(await ask()).toBe(200);
    const second = await start({ sharePort: true, port: first.port });
    expect(second.port).toBe(first.port);
    await first.close();
    for (let i = 0; i < 20; i++) expect(await ask()).toBe(200);
  });

  it('is refused to who does not share', async () => {
    const first = await start({ sharePort: true });
    await expect(start({ port: first.port })).rejects.toThrow(/can't listen/);
  });
});
