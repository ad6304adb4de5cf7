import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpHosts } from '#runtime/ingress/http-host.ts';
import { PlaygroundIngress, typenameOf } from '#runtime/ingress/playground-ingress.ts';
import { callerType } from '#runtime/ports/ingress.ts';
import { call } from './http-client.ts';
import { TrivialSink, until } from './trivial-sink.ts';

let sink: TrivialSink;
let ingress: PlaygroundIngress;

beforeEach(async () => {
  sink = new TrivialSink();
  ingress = await start();
});
afterEach(() => ingress.close());

async function start(hosts = new HttpHosts({ headersTimeoutMs: 300, requestTimeoutMs: 600 })) {
  const created = new PlaygroundIngress({
    id: 'test/playground',
    host: '127.0.0.1',
    port: 0,
    hosts,
    maxBodyBytes: 100_000,
  });
  await created.open(sink);
  return created;
}

const put = (path: string, body: string | Buffer = 'x', headers: Record<string, string> = {}) =>
  call(ingress.port, 'PUT', path, body, headers);

test('a message with its type, id and raw bytes; segments are decoded once', async () => {
  const type = { 'content-type': 'application/vnd.my.ns/Greeting; charset=utf-8' };
  const answer = await put('/test/a/Z%C3%BCrich%2F%2520', Buffer.from([0, 255, 10]), type);
  expect([answer.status, answer.json]).toEqual([200, { accepted: 1, duplicate: false }]);
  expect(sink.taken).toEqual([
    { type: 'test/a', id: 'Zürich/%20', typename: 'my.ns/Greeting', value: '\x00\xff\n' },
  ]);
  await put('/test/a/..?query=1', 'plain', { 'content-type': 'text/plain' });
  expect(sink.taken[1]).toMatchObject({ id: '..', typename: 'io.statefun.types/string' });
});

test.each([
  ['application/vnd.a.b/C', 'a.b/C'],
  ['APPLICATION/VND.a/C', 'a/C'],
  ['application/vnd.api+json', 'io.statefun.types/string'],
  ['application/vnd./x', 'io.statefun.types/string'],
  [undefined, 'io.statefun.types/string'],
])('content type %s means %s', (contentType, typename) => {
  expect(typenameOf(contentType)).toBe(typename);
});

test('it is answered only when it is durable (E4)', async () => {
  sink.autoCommit = false;
  let answered = false;
  const answer = put('/test/a/1').finally(() => (answered = true));
  await until(() => sink.waiting === 1);
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(answered).toBe(false);
  sink.commit();
  expect((await answer).status).toBe(200);
  const lost = put('/test/a/2');
  await until(() => sink.waiting === 1);
  sink.commit(new Error('superseded'));
  expect(await lost).toMatchObject({ status: 503, code: 'WEIR_INGRESS_NOT_COMMITTED' });
});

test('a repeated Idempotency-Key takes effect once; a concurrent one waits for the same commit', async () => {
  sink.autoCommit = false;
  const twice = [1, 2].map(() => put('/test/a/1', 'x', { 'idempotency-key': 'k' }));
  await until(() => sink.waiting === 2);
  sink.commit();
  const answers = await Promise.all(twice);
  expect(answers.map((a) => [a.status, a.json['duplicate']]).sort()).toEqual([
    [200, false],
    [200, true],
  ]);
  expect(sink.taken).toHaveLength(1);
  const key = (value: string) => put('/test/a/1', 'x', { 'idempotency-key': value });
  expect((await key('k'.repeat(1025))).status).toBe(400);
  expect((await key('')).status).toBe(400);
});

test.each([
  ['/test/a', 400, 'BAD_PATH'],
  ['/test/a/1/2', 400, 'BAD_PATH'],
  ['/test/a/', 400, 'BAD_PATH'],
  ['//a/1', 400, 'BAD_PATH'],
  ['/', 400, 'BAD_PATH'],
  ['/test/a/%', 400, 'BAD_PATH'],
  ['/test/a/%ff', 400, 'BAD_PATH'],
  ['http://evil/test/a/1', 400, 'BAD_PATH'],
  ['/test/none/1', 404, 'UNKNOWN_FUNCTION'],
  ['/__proto__/constructor/1', 404, 'UNKNOWN_FUNCTION'],
  [`/${callerType}/1`, 404, 'UNKNOWN_FUNCTION'],
])('PUT %s is %i %s', async (path, status, code) => {
  sink.types.push(callerType);
  expect(await put(path)).toMatchObject({ status, code: `WEIR_INGRESS_${code}` });
  expect(sink.taken).toEqual([]);
});

test('an unknown function type is answered with the known ones, a wrong method with the right one', async () => {
  expect((await put('/test/none/1')).json['hint']).toBe('Known function types: test/a, test/b.');
  const get = await call(ingress.port, 'GET', '/test/a/1');
  expect([get.status, get.headers.allow]).toEqual([405, 'PUT']);
  expect((await call(ingress.port, 'GET', '/')).status).toBe(404);
});

test('503 with Retry-After under back-pressure and while stopping', async () => {
  sink.full = true;
  const busy = await put('/test/a/1');
  expect([busy.status, busy.code]).toEqual([503, 'WEIR_INGRESS_BUSY']);
  expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0);
  sink.full = false;
  ingress.pause();
  expect(await put('/test/a/1')).toMatchObject({ status: 503, code: 'WEIR_INGRESS_STOPPING' });
  expect(sink.taken).toEqual([]);
});

test('bodies are limited as they are decoded, and by what all of them hold together', async () => {
  expect((await put('/test/a/1', Buffer.alloc(100_000))).status).toBe(200);
  const large = await put('/test/a/1', Buffer.alloc(100_001));
  expect([large.status, large.code]).toEqual([413, 'WEIR_INGRESS_BODY_TOO_LARGE']);
  const chunked = { 'transfer-encoding': 'chunked' };
  expect((await put('/test/a/1', Buffer.alloc(300_000), chunked)).status).toBe(413);
  const gzip = { 'content-encoding': 'gzip' };
  expect((await put('/test/a/1', gzipSync('hello'), gzip)).status).toBe(200);
  expect(sink.taken.at(-1)!.value).toBe('hello');
  expect((await put('/test/a/1', gzipSync(Buffer.alloc(50_000_000)), gzip)).status).toBe(413);
  expect((await put('/test/a/1', 'no gzip', gzip)).status).toBe(400);
  for (const encoding of ['br', 'gzip, gzip']) {
    expect((await put('/test/a/1', 'x', { 'content-encoding': encoding })).status).toBe(415);
  }
  await ingress.close();
  ingress = await start(new HttpHosts({ maxBodiesBytes: 50_000 }));
  for (let i = 0; i < 5; i++)
    expect((await put('/test/a/1', Buffer.alloc(40_000))).status).toBe(200);
  expect((await put('/test/a/1', Buffer.alloc(60_000))).status).toBe(503);
});

test('a request that trickles in, or is garbage, is ended with an error', async () => {
  const answerTo = (text: string) =>
    new Promise<string>((resolve, reject) => {
      let seen = '';
      const socket = connect(ingress.port, '127.0.0.1', () => socket.write(text));
      socket.on('data', (data) => (seen += data.toString()));
      socket.on('close', () => resolve(seen));
      socket.on('error', reject);
    });
  const head = 'PUT /test/a/1 HTTP/1.1\r\nhost: x\r\n';
  const [slowHead, slowBody, garbage, wide] = await Promise.all([
    answerTo(head),
    answerTo(`${head}content-length: 10\r\n\r\nabc`),
    answerTo('\x00\x01 nonsense\r\n\r\n'),
    answerTo(`${head}${'x-h: 1\r\n'.repeat(10_000)}\r\n`),
  ]);
  expect(slowHead).toMatch(/^HTTP\/1\.1 408 [^]*WEIR_INGRESS_BAD_REQUEST/);
  expect(slowBody).toMatch(/^HTTP\/1\.1 4/);
  expect(garbage).toMatch(/^HTTP\/1\.1 400 [^]*WEIR_INGRESS_BAD_REQUEST/);
  expect(wide).toMatch(/^HTTP\/1\.1 431 [^]*WEIR_INGRESS_BAD_REQUEST/);
  expect(sink.taken).toEqual([]);
});
