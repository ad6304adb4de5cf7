import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HttpTransport, type HttpTransportOptions } from '#runtime/transport/http-transport.ts';
import {
  answerEcho,
  batchOf,
  common,
  echo,
  FunctionServer,
  RecordingSink,
  until,
  type Handler,
} from './kit.ts';
import { injected } from '../fault-table/injected.ts';

const octets = { 'content-type': 'application/octet-stream' };
let server: FunctionServer;
let sink: RecordingSink;
let transport: HttpTransport | null = null;
let port: number;
const closing: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  server = new FunctionServer();
  port = await server.listen();
  sink = new RecordingSink();
});

afterEach(async () => {
  expect(sink.reportedInsideSend).toBe(0);
  await transport?.close();
  transport = null;
  await server.close();
  for (const close of closing.splice(0)) await close();
});

function open(options: Partial<HttpTransportOptions> = {}): HttpTransport {
  const urlPathTemplate = `http://127.0.0.1:${port}/fn/{function.name}`;
  transport = new HttpTransport({ ...common, urlPathTemplate, ...options });
  return transport;
}

/** A server below HTTP; its port. */
async function raw(accept: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket.on('error', () => {}).resume());
    accept(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => listener.close(resolve));
  });
  return (listener.address() as AddressInfo).port;
}

/** Answers the first requests as given, later ones well. */
function first(times: number, handler: Handler): void {
  let left = times;
  server.handler = (response, body, seen) =>
    left-- > 0 ? handler(response, body, seen) : answerEcho(response, body);
}

describe('a request', () => {
  test('has the headers of the protocol, a length, and never chunks', async () => {
    open();
    sink.send(transport!, batchOf('a', ['one', 'two'], 'test/echo', 'state'));
    await sink.reports(1);
    expect(sink.answers).toMatchObject([
      { token: 'a', texts: ['a:one', 'a:two'], kind: 'effects' },
    ]);
    const [seen] = server.seen;
    expect(seen!.method).toBe('POST');
    expect(seen!.url).toBe('/fn/echo');
    expect(seen!.headers).toEqual({
      host: `127.0.0.1:${port}`,
      connection: 'keep-alive',
      'content-type': 'application/octet-stream',
      accept: 'application/octet-stream',
      'accept-encoding': 'gzip,deflate',
      'user-agent': 'statefun',
      'content-length': String(seen!.body.length),
    });
    expect(transport!.status()).toMatchObject({
      functions: 'test/*',
      transport: 'io.statefun.transports.v1/async',
      url: `http://127.0.0.1:${port}/fn/{function.name}`,
      state: 'up',
      inFlight: 0,
      failuresByClass: {},
      retries: 0,
      lastError: null,
    });
  });

  test('may go over a unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-transport-'));
    const unix = new FunctionServer();
    await unix.listen({ path: join(folder, 'fn.sock') });
    open({ urlPathTemplate: `http+unix://${folder}/fn.sock/x/{function.name}` });
    sink.send(transport!, batchOf('a'));
    await sink.reports(1);
    expect(sink.answers[0]!.texts).toEqual(['a:hello']);
    expect(unix.seen[0]!.url).toBe('/x/echo');
    await unix.close();
    await rm(folder, { recursive: true });
  });

  test('reuses its connections, as many at once as outstanding requests', async () => {
    open({ poolSize: 1024 });
    expect(transport!.concurrency).toBe(64);
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 64; i++) sink.send(transport!, batchOf(`r${round}-${i}`));
      await sink.reports((round + 1) * 64);
    }
    expect(sink.answers.length).toBe(192);
    expect(new Set(server.seen.map((seen) => seen.socket)).size).toBeLessThanOrEqual(64);
    expect(
      new HttpTransport({ ...common, urlPathTemplate: 'http://h', poolSize: 8 }).concurrency,
    ).toBe(8);
  });

  test('that can not be encoded, or named in a URL, is the fault of its address', async () => {
    open();
    sink.send(transport!, batchOf('a', ['x'], 'test/..'));
    sink.send(transport!, batchOf('b', ['x'], 'no-namespace'));
    await sink.reports(2);
    const byToken = new Map(sink.failures.map(({ token, failure }) => [token, failure]));
    expect(byToken.get('a')).toMatchObject({
      blame: 'address',
      code: 'WEIR_TRANSPORT_BAD_FUNCTION_NAME',
    });
    expect(byToken.get('b')).toMatchObject({ blame: 'address' });
    expect(server.seen).toEqual([]);
  });
});

describe('a good reply', () => {
  const good: [string, Handler][] = [
    ['any 2xx', (response, body) => response.writeHead(202, octets).end(echo(body))],
    [
      'content type in a list and in capitals',
      (response, body) =>
        response
          .writeHead(200, { 'content-type': 'text/plain, Application/Octet-Stream' })
          .end(echo(body)),
    ],
    [
      'gzip',
      (response, body) =>
        response
          .writeHead(200, { ...octets, 'content-encoding': 'gzip' })
          .end(gzipSync(echo(body))),
    ],
    [
      'deflate',
      (response, body) =>
        response
          .writeHead(200, { ...octets, 'content-encoding': 'deflate' })
          .end(deflateSync(echo(body))),
    ],
    [
      'deflate without its wrapper',
      (response, body) =>
        response
          .writeHead(200, { ...octets, 'content-encoding': 'deflate' })
          .end(deflateRawSync(echo(body))),
    ],
    [
      'many small chunks',
      async (response, body) => {
        response.writeHead(200, octets);
        for (const byte of echo(body)) {
          response.write(Buffer.of(byte));
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      },
    ],
    [
      'connection: close',
      (response, body) =>
        response.writeHead(200, { ...octets, connection: 'close' }).end(echo(body)),
    ],
  ];
  test.each(good)('%s is accepted', async (_what, handler) => {
    server.handler = handler;
    open();
    sink.send(transport!, batchOf('a'));
    await sink.reports(1);
    sink.send(transport!, batchOf('b'));
    await sink.reports(2);
    expect(sink.answers.map((answer) => answer.texts)).toEqual([['a:hello'], ['b:hello']]);
    expect(transport!.status().failuresByClass).toEqual({});
  });

  test('with an empty body means no effects', async () => {
    server.handler = (response) => response.writeHead(200, octets).end();
    open();
    sink.send(transport!, batchOf('a'));
    await sink.reports(1);
    const lastReply = { status: 200, contentType: 'application/octet-stream', bodyStart: '' };
    expect(sink.answers).toEqual([{ token: 'a', texts: [], kind: 'effects', lastReply }]);
  });
});

describe('an attempt that fails is tried again', () => {
  const bad: [string, string, Handler][] = [
    ['status 500', 'status-5xx', (response) => response.writeHead(500, octets).end('oops')],
    ['status 404', 'status-4xx', (response) => response.writeHead(404).end('where?')],
    ['status 429', 'status-4xx', (response) => response.writeHead(429).end()],
    [
      'a redirect, which is not followed',
      'status-3xx',
      (response) => response.writeHead(307, { location: '/elsewhere' }).end(),
    ],
    [
      'content type with a parameter',
      'content-type',
      (response, body) =>
        response
          .writeHead(200, { 'content-type': 'application/octet-stream; charset=utf-8' })
          .end(echo(body)),
    ],
    [
      'no content type',
      'content-type',
      (response, body) => response.writeHead(200).end(echo(body)),
    ],
    ['garbage', 'undecodable', (response) => response.writeHead(200, octets).end('garbage!')],
    [
      'a body that is cut',
      'reset',
      (response, body) => {
        const whole = echo(body);
        response.writeHead(200, { ...octets, 'content-length': whole.length });
        response.write(whole.subarray(0, 5), () => response.socket?.destroy());
      },
    ],
    ['a closed connection', 'reset', (response) => void response.socket?.destroy()],
    ['a reset connection', 'reset', (response) => void response.socket?.resetAndDestroy()],
    [
      'too large a body',
      'too-large',
      (response) => response.writeHead(200, octets).end(Buffer.alloc(20_000)),
    ],
    [
      'too large a body without a length',
      'too-large',
      (response) => {
        response.writeHead(200, octets);
        response.write(Buffer.alloc(10_000));
        response.end(Buffer.alloc(10_000));
      },
    ],
    [
      'a gzip bomb',
      'too-large',
      (response) =>
        response
          .writeHead(200, { ...octets, 'content-encoding': 'gzip' })
          .end(gzipSync(Buffer.alloc(2_000_000))),
    ],
    [
      'damaged gzip',
      'content-encoding',
      (response) =>
        response.writeHead(200, { ...octets, 'content-encoding': 'gzip' }).end('not gzip'),
    ],
    [
      'stacked encodings',
      'content-encoding',
      (response) =>
        response.writeHead(200, { ...octets, 'content-encoding': 'gzip, gzip' }).end('x'),
    ],
    [
      'an error page without end',
      'status-5xx',
      (response) => {
        response.writeHead(503);
        response.write(Buffer.alloc(100_000, 'x'));
      },
    ],
  ];
  test.each(bad)('%s', async (_what, failureClass, handler) => {
    injected(10);
    const failures: string[] = [];
    let retries = 0;
    first(2, handler);
    open({
      payloadMaxBytes: 16_384,
      observer: {
        attempt: () => {},
        failure: (type, name) => failures.push(`${type} ${name}`),
        retry: () => retries++,
      },
    });
    sink.send(transport!, batchOf('a'));
    await sink.reports(1);
    expect(sink.answers).toMatchObject([{ token: 'a', texts: ['a:hello'], kind: 'effects' }]);
    expect(server.seen.length).toBe(3);
    expect(server.seen[2]!.body.equals(server.seen[0]!.body)).toBe(true);
    expect(failures).toEqual([`test/echo ${failureClass}`, `test/echo ${failureClass}`]);
    expect(retries).toBe(2);
    expect(transport!.status().failuresByClass).toEqual({ [failureClass]: 2 });
  });

  const slow: [string, Handler][] = [
    ['no answer at all', () => {}],
    [
      'a reply that trickles without end',
      (response) => {
        response.writeHead(200, octets);
        const timer = setInterval(() => response.write('\0'), 5);
        response.on('close', () => clearInterval(timer));
      },
    ],
  ];
  test.each(slow)('%s takes only its share of the budget', async (_what, handler) => {
    first(1, handler);
    open({ callTimeoutMs: 60_000, attemptTimeoutMs: 150 });
    sink.send(transport!, batchOf('a'));
    await sink.reports(1);
    expect(sink.answers.length).toBe(1);
    expect(transport!.status().failuresByClass).toEqual({ timeout: 1 });
    await until(() => server.sockets.size === 1); // the hung connection is closed
  });

  test('silence, where a read timeout is set', async () => {
    first(1, () => {});
    open({ readTimeoutMs: 200 });
    sink.send(transport!, batchOf('a'));
    await sink.reports(1);
    expect(transport!.status().failuresByClass).toEqual({ timeout: 1 });
  });

  test('a server that speaks no HTTP', async () => {
    const at = await raw((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    open({ urlPathTemplate: `http://127.0.0.1:${at}/` });
    sink.send(transport!, batchOf('a'));
    await until(() => transport!.status().lastError !== null);
    expect(transport!.status().lastError).toMatch(/WEIR_TRANSPORT_PROTOCOL/);
  });

  test('10,000 headers', async () => {
    const at = await raw((socket) => {
      socket.once('data', () => {
        const headers = Array.from({ length: 10_000 }, (_, i) => `x-${i}: y\r\n`);
        socket.end(`HTTP/1.1 200 OK\r\n${headers.join('')}content-length: 0\r\n\r\n`);
      });
    });
    open({ urlPathTemplate: `http://127.0.0.1:${at}/` });
    sink.send(transport!, batchOf('a'));
    await until(() => transport!.status().lastError !== null);
    expect(transport!.status().lastError).toMatch(/WEIR_TRANSPORT_PROTOCOL/);
  });
});

describe('connections', () => {
  test('a kept connection that the server closes is replaced silently', async () => {
    open();
    sink.send(transport!, batchOf('a'));
    await sink.reports(1);
    // The next request on the kept connection is read, and the connection closed under it.
    let closed = 0;
    server.handler = (response, body, seen) => {
      const isFirst = server.seen[0]!.socket === seen.socket;
      if (isFirst && closed++ === 0) seen.socket.destroy();
      else answerEcho(response, body);
    };
    sink.send(transport!, batchOf('b'));
    await sink.reports(2);
    expect(closed).toBe(1);
    expect(sink.answers.length).toBe(2);
    expect(transport!.status()).toMatchObject({
      state: 'up',
      retries: 0,
      failuresByClass: { 'stale-connection': 1 },
    });
  });

  test('nothing is lost or answered twice while the server restarts under load', async () => {
    open({ connections: 16 });
    const total = 600;
    let sent = 0;
    const pump = (): void => {
      while (sent < total && transport!.status().inFlight < 16) {
        sink.send(transport!, batchOf(`id-${sent++}`));
      }
    };
    const timer = setInterval(pump, 1);
    for (let restart = 1; restart <= 3; restart++) {
      await until(() => sink.answers.length > restart * 120);
      await server.close();
      const again = new FunctionServer(server.handler);
      await again.listen({ port, host: '127.0.0.1' });
      server = again;
    }
    await sink.reports(total);
    clearInterval(timer);
    expect(sink.failures).toEqual([]);
    const tokens = sink.answers.map((answer) => answer.token);
    expect(new Set(tokens).size).toBe(total);
    expect(tokens.length).toBe(total);
    for (const { token, texts } of sink.answers) expect(texts).toEqual([`${token}:hello`]);
  });

  test('closing reports nothing more and frees everything', async () => {
    server.handler = () => {};
    open();
    for (let i = 0; i < 5; i++) sink.send(transport!, batchOf(`${i}`));
    await until(() => server.seen.length === 5);
    await transport!.close();
    await until(() => server.sockets.size === 0);
    expect(sink.answers.length + sink.failures.length).toBe(0);
    expect(transport!.status().inFlight).toBe(0);
  });

  test('a connection that never comes about has a limit of its own', async () => {
    const at = await raw(() => {}); // accepts, and never begins the TLS handshake
    open({ urlPathTemplate: `https://127.0.0.1:${at}/`, connectTimeoutMs: 100 });
    sink.send(transport!, batchOf('a'));
    await until(() => transport!.status().lastError !== null);
    expect(transport!.status().lastError).toMatch(/WEIR_TRANSPORT_CONNECT_TIMEOUT/);
  });
});

describe('when the budget is spent', () => {
  test('an address that fails while others are answered is blamed', async () => {
    server.handler = (response, body) => {
      if (body.includes('poison')) response.writeHead(500, octets).end('TypeError: x is undefined');
      else answerEcho(response, body);
    };
    open({ callTimeoutMs: 1500 });
    sink.send(transport!, batchOf('bad', ['poison']));
    let n = 0;
    const timer = setInterval(() => {
      if (transport!.status().inFlight < 8) sink.send(transport!, batchOf(`good-${n++}`));
    }, 5);
    await until(() => sink.failures.length > 0);
    clearInterval(timer);
    expect(sink.failures[0]).toMatchObject({
      token: 'bad',
      failure: {
        blame: 'address',
        code: 'WEIR_TRANSPORT_STATUS',
        lastReply: {
          status: 500,
          contentType: 'application/octet-stream',
          bodyStart: 'TypeError: x is undefined',
        },
      },
    });
    expect(sink.failures.length).toBe(1);
  });

  test('an endpoint that answers nobody is blamed itself, and not stormed', async () => {
    server.handler = (response) => response.writeHead(500).end();
    open({ callTimeoutMs: 1000 });
    for (let i = 0; i < 40; i++) sink.send(transport!, batchOf(`${i}`));
    await sink.reports(40);
    expect(sink.failures.map(({ failure }) => failure.blame)).toEqual(Array(40).fill('endpoint'));
    const status = transport!.status();
    expect(status.state).toBe('down');
    expect(status.since).toBeGreaterThan(0);
    expect(status.lastError).toMatch(/WEIR_TRANSPORT_STATUS: POST .* answered 500/);
    // 40 first attempts, then a probe each 100 ms and not 40 requests with 7 retries each.
    expect(server.seen.length).toBeLessThan(40 + 15);
  });

  test('a refused connection blames nobody but the endpoint, and all goes on by itself', async () => {
    await server.close();
    open({ callTimeoutMs: 30_000 });
    for (let i = 0; i < 20; i++) sink.send(transport!, batchOf(`${i}`));
    await until(() => transport!.status().state === 'down');
    expect(transport!.status().lastError).toMatch(/WEIR_TRANSPORT_REFUSED/);
    server = new FunctionServer();
    await server.listen({ port, host: '127.0.0.1' });
    await sink.reports(20);
    expect(sink.failures).toEqual([]);
    expect(transport!.status().state).toBe('up');
  });
});
