import { afterEach, beforeEach, expect, test } from 'vitest';
import { HttpHosts } from '#runtime/ingress/http-host.ts';
import type { HttpIngressOptions } from '#runtime/ingress/http-ingress.ts';
import { HttpIngress } from '#runtime/ingress/http-ingress.ts';
import { recordsOf } from '#runtime/ingress/http-records.ts';
import { PlaygroundIngress } from '#runtime/ingress/playground-ingress.ts';
import { WeirError } from '#protocol/errors.ts';
import { call } from './http-client.ts';
import { TrivialSink, until } from './trivial-sink.ts';

let sink: TrivialSink;
let ingress: HttpIngress;
let hosts: HttpHosts;

const route = (path: string, key: HttpIngressOptions['routes'][number]['key']) => ({
  path,
  key,
  valueType: 'test/json',
  targets: ['test/a'],
});
const routes: HttpIngressOptions['routes'] = [
  route('/accounts/:id', { from: 'path', parameter: 'id' }),
  route('/accounts/special', { from: 'pointer', pointer: '/id' }),
  { ...route('/events', { from: 'pointer', pointer: '/id' }), targets: ['test/a', 'test/b'] },
  route('/headers', { from: 'header', header: 'X-Key' }),
];
const options = (): HttpIngressOptions => ({
  id: 'test/http',
  host: '127.0.0.1',
  port: 0,
  routes,
  hosts,
  replyTimeoutMs: 20_000,
});

beforeEach(async () => {
  sink = new TrivialSink();
  hosts = new HttpHosts();
  ingress = new HttpIngress(options());
  await ingress.open(sink);
});
afterEach(() => ingress.close());

const post = (
  path: string,
  body: string | Buffer,
  headers: Record<string, string | string[]> = {},
) => call(ingress.port, 'POST', path, body, headers);
const ids = () => sink.taken.map((message) => message.id);

test('one record, for every target, with its bytes as they are', async () => {
  const body = '{\n  "id": "ü"\n}';
  const answer = await post('/events', body, { 'content-type': 'application/json' });
  expect([answer.status, answer.json]).toEqual([200, { accepted: 1, duplicate: false }]);
  const value = Buffer.from(body).toString('latin1');
  expect(sink.taken).toEqual(
    ['test/a', 'test/b'].map((type) => ({ type, id: 'ü', typename: 'test/json', value })),
  );
});

test('newline-separated records are taken all or none', async () => {
  expect((await post('/events', '{"id":1}\n\r\n{"id":2}\n')).json['accepted']).toBe(2);
  expect(ids()).toEqual(['1', '1', '2', '2']);
  expect(sink.offers).toHaveLength(1);
  for (const bad of ['{"id":3}\n{"id":4', '{"id":3}\n{"no":4}', '{"id":3}\nnull\n']) {
    const answer = await post('/events', bad);
    expect(answer.status).toBe(400);
    expect(answer.json['message']).toMatch(/^line 2: .*no record of this request was taken/);
  }
  expect((await post('/events', '')).status).toBe(400);
  expect((await post('/events', '\n\n')).status).toBe(400);
  expect(sink.taken).toHaveLength(4);
});

test('the key from the path or a header; binary bodies are not split unless they say so', async () => {
  await post('/accounts/a%2Fb', Buffer.from([1, 10, 255]));
  expect(sink.taken[0]).toMatchObject({ id: 'a/b', value: '\x01\n\xff' });
  await post('/accounts/special', '{"id":"literal wins"}');
  await post('/headers', 'x\ny\n', { 'x-key': 'k', 'content-type': 'application/x-ndjson' });
  expect(ids().slice(1)).toEqual(['literal wins', 'k', 'k']);
  expect((await post('/headers', 'x')).code).toBe('WEIR_INGRESS_KEY_MISSING');
  expect((await post('/headers', 'x', { 'x-key': ['a', 'b'] })).status).toBe(400);
  expect((await post('/accounts/', 'x')).status).toBe(404);
});

test('unknown routes are answered with the known ones', async () => {
  const answer = await post('/nothing', 'x');
  expect([answer.status, answer.code]).toEqual([404, 'WEIR_INGRESS_NOT_FOUND']);
  expect(answer.json['hint']).toContain('POST /accounts/:id');
  const get = await call(ingress.port, 'GET', '/events');
  expect([get.status, get.headers.allow]).toEqual([405, 'POST']);
});

const replyTo = (n = 0) => sink.offers[n]!.options.awaitReply!;

test('?wait=reply holds the request until the answer comes, also for a repetition', async () => {
  const key = { 'idempotency-key': 'k' };
  const first = post('/accounts/1?wait=reply', 'x', key);
  await until(() => sink.offers.length === 1);
  const second = post('/accounts/1?wait=reply', 'x', key);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const reply = { replyTo: replyTo(), typename: 'my.ns/Score', value: '\xff{"ok":1}' };
  sink.remember(reply);
  ingress.reply(reply);
  for (const answer of await Promise.all([
    first,
    second,
    post('/accounts/1?wait=reply', 'x', key),
  ])) {
    expect([answer.status, answer.headers['content-type']]).toEqual([
      200,
      'application/vnd.my.ns/Score',
    ]);
    expect(answer.text).toContain('{"ok":1}');
  }
  expect(sink.taken).toHaveLength(1);
});

test('what ?wait=reply can not do is said', async () => {
  const key = { 'idempotency-key': 'k' };
  expect((await post('/accounts/1', 'x', key)).status).toBe(200);
  const answer = await post('/accounts/1?wait=reply', 'x', key);
  expect([answer.status, answer.code]).toEqual([409, 'WEIR_INGRESS_REPLY_NOT_AWAITED']);
  expect((await post('/events?wait=reply', '{"id":1}\n{"id":2}')).status).toBe(400);
  expect((await post('/events?wait=forever', '{"id":1}')).status).toBe(400);
});

test('a time-out is 504 and says that the request is durable; stopping is 503', async () => {
  await ingress.close();
  ingress = new HttpIngress({ ...options(), replyTimeoutMs: 30 });
  await ingress.open(sink);
  const late = await post('/accounts/1?wait=reply', 'x');
  expect([late.status, late.code]).toEqual([504, 'WEIR_INGRESS_REPLY_TIMEOUT']);
  expect(late.json['message']).toBe(
    'no reply within 30 ms; the request is durable and will be processed',
  );
  await ingress.close();
  ingress = new HttpIngress(options());
  await ingress.open(sink);
  const waiting = post('/accounts/1?wait=reply', 'x');
  await until(() => sink.offers.length === 2);
  await ingress.close();
  expect(await waiting).toMatchObject({ status: 503, code: 'WEIR_INGRESS_STOPPING' });
});

test('ingresses share a port as long as they do not answer the same requests', async () => {
  const port = await freePort();
  await ingress.close();
  ingress = new HttpIngress({ ...options(), port });
  await ingress.open(sink);
  const playground = new PlaygroundIngress({ id: 'test/pg', host: '127.0.0.1', port, hosts });
  await playground.open(sink);
  expect((await call(port, 'PUT', '/test/a/7', 'x')).status).toBe(200);
  expect((await post('/accounts/8', 'x')).status).toBe(200);
  const twin = new HttpIngress({ ...options(), port });
  await expect(twin.open(sink)).rejects.toThrow(/two ingresses on .* would answer POST/);
  const impatient = new HttpHosts({ listenPatienceMs: 0 });
  const elsewhere = new HttpIngress({ ...options(), port, hosts: impatient });
  await expect(elsewhere.open(sink)).rejects.toThrow(
    expect.objectContaining({ code: 'WEIR_INGRESS_LISTEN_FAILED' }),
  );
  await ingress.close();
  expect((await call(port, 'PUT', '/test/a/9', 'x')).status).toBe(200);
  await playground.close();
  await expect(call(port, 'PUT', '/test/a/9', 'x')).rejects.toThrow(/ECONNREFUSED/);
  expect(ids()).toEqual(['7', '8', '9']);
});

async function freePort(): Promise<number> {
  const probe = new PlaygroundIngress({ id: 'test/probe', host: '127.0.0.1', port: 0, hosts });
  await probe.open(sink);
  const { port } = probe;
  await probe.close();
  return port;
}

test('an unknown target is refused at the start', async () => {
  sink.types = ['test/a'];
  const other = new HttpIngress(options());
  await expect(other.open(sink)).rejects.toThrow(
    expect.objectContaining({ code: 'WEIR_INGRESS_UNKNOWN_TARGET' }),
  );
});

test('a body that is built to be slow is refused: nesting, blank lines, too many records', async () => {
  const large = 4 * 1024 * 1024;
  for (const piece of ['[', '{"id":', '{"id":"\\"","b":[']) {
    const answer = await post('/events', Buffer.alloc(large, piece));
    expect([answer.status, answer.code]).toEqual([400, 'WEIR_INGRESS_RECORD_TOO_DEEP']);
  }
  const blank = await post('/events', Buffer.alloc(large, '\r\n'));
  expect([blank.status, blank.json['message']]).toEqual([400, 'the body holds no record']);
  const many = await post('/events', '{"id":1}\n'.repeat(100_001));
  expect([many.status, many.code]).toEqual([413, 'WEIR_INGRESS_BODY_TOO_LARGE']);
  const wide = JSON.stringify({
    id: 'ok',
    text: '[{"'.repeat(10_000),
    list: Array(9999).fill([1]),
  });
  expect((await post('/events', wide)).status).toBe(200);
  expect(sink.offers).toHaveLength(1);
});

test('100,000 mutated bodies: records that hold every byte, or one coded error', async () => {
  let seed = 4711;
  const random = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 1) % below;
  const base = Buffer.from('{"id":"a","n":1}\n{"id":2}\r\n\n{"id":"ü"}');
  const key = { from: 'pointer', pointer: ['id'], ascii: true } as const;
  let good = 0;
  for (let i = 0; i < 100_000; i++) {
    const body = Buffer.from(base);
    for (let n = random(4); n > 0; n--) body[random(body.length)] = random(256);
    const cut = body.subarray(random(4) === 0 ? random(body.length) : 0);
    const records = await recordsOf(cut, i % 2 === 0, key, null);
    if (records instanceof WeirError) {
      if (!records.code.startsWith('WEIR_INGRESS_')) expect.fail(records.code);
      continue;
    }
    good++;
    const kept = records.map((record) => record.value).join('');
    const lines = (text: string) => text.replace(/\r?\n/g, '').replaceAll('\r', '');
    if (lines(kept) !== lines(cut.latin1Slice())) expect.fail(cut.toString('hex'));
  }
  expect(good).toBeGreaterThan(5000);
});
