import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { HttpTransport, type HttpTransportOptions } from '#runtime/transport/http-transport.ts';
import { answerEcho, batchOf, bodyOf, common, RecordingSink, until } from './kit.ts';

const folder = new URL('certificates/', import.meta.url);
const file = (name: string): string => new URL(name, folder).pathname;
const text = (name: string): string => readFileSync(file(name), 'utf8');
const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(options: ServerOptions): Promise<{ port: number; clients: string[] }> {
  const clients: string[] = [];
  const server = createServer(options, (request, response) => {
    clients.push(String((request.socket as TLSSocket).getPeerCertificate().subject?.CN));
    void bodyOf(request).then((body) => {
      answerEcho(response, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, clients };
}

async function ask(port: number, options: Partial<HttpTransportOptions>): Promise<RecordingSink> {
  const transport = new HttpTransport({
    ...common,
    urlPathTemplate: `https://localhost:${port}/`,
    callTimeoutMs: 400,
    ...options,
  });
  closing.push(() => transport.close());
  const sink = new RecordingSink();
  sink.send(transport, batchOf('a'));
  await sink.reports(1);
  return sink;
}

const server = { cert: text('server.pem'), key: text('server.key') };

test('an authority given as a file or as text is trusted', async () => {
  const { port } = await serve(server);
  for (const trustCacerts of [file('ca.pem'), text('ca.pem')]) {
    const sink = await ask(port, { trustCacerts, callTimeoutMs: 10_000 });
    expect(sink.answers.length).toBe(1);
  }
});

test('an unknown authority is not trusted, and parks nobody', async () => {
  const { port } = await serve(server);
  const sink = await ask(port, {});
  expect(sink.failures[0]!.failure).toMatchObject({
    code: 'WEIR_TRANSPORT_TLS',
    blame: 'endpoint',
  });
});

test('a certificate of another host is not trusted', async () => {
  const { port } = await serve({ cert: text('other.pem'), key: text('other.key') });
  const sink = await ask(port, { trustCacerts: file('ca.pem') });
  expect(sink.failures[0]!.failure.code).toBe('WEIR_TRANSPORT_TLS');
});

test('the server sees the certificate of the client', async () => {
  const { port, clients } = await serve({
    ...server,
    ca: text('ca.pem'),
    requestCert: true,
    rejectUnauthorized: true,
  });
  const mutual = {
    trustCacerts: file('ca.pem'),
    clientCert: file('client.pem'),
    clientKey: file('client.encrypted.key'),
    clientKeyPassword: 'open-sesame',
  };
  expect((await ask(port, { ...mutual, callTimeoutMs: 10_000 })).answers.length).toBe(1);
  expect(clients).toEqual(['weir']);
  const anonymous = await ask(port, { trustCacerts: file('ca.pem') });
  expect(anonymous.failures[0]!.failure.blame).toBe('endpoint');
});

test('a certificate that is replaced while it runs counts from the next connection on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-tls-'));
  const path = join(folder, 'ca.pem');
  writeFileSync(path, text('other.pem'));
  const { port } = await serve(server);
  const transport = new HttpTransport({
    ...common,
    ...{ urlPathTemplate: `https://localhost:${port}/`, trustCacerts: path, callTimeoutMs: 10_000 },
  });
  closing.push(() => transport.close());
  const sink = new RecordingSink();
  sink.send(transport, batchOf('a'));
  await until(() => transport.status().failuresByClass['tls'] !== undefined);
  // Just being written: the one before stays.
  writeFileSync(path, text('ca.pem').slice(0, 100));
  await until(() => (transport.status().failuresByClass['tls'] ?? 0) > 1);
  writeFileSync(path, text('ca.pem'));
  await sink.reports(1);
  expect(sink.answers.length).toBe(1);
  rmSync(folder, { recursive: true });
});

test.each([
  ['a missing file', { trustCacerts: '/no/such/ca.pem' }],
  ['no PEM', { trustCacerts: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n' }],
  ['a key without its certificate', { clientKey: file('client.encrypted.key') }],
  [
    'a wrong password',
    {
      clientCert: file('client.pem'),
      clientKey: file('client.encrypted.key'),
      clientKeyPassword: 'wrong',
    },
  ],
])('%s is an error at start', (_what, options) => {
  expect(
    () => new HttpTransport({ ...common, urlPathTemplate: 'https://localhost/', ...options }),
  ).toThrow(expect.objectContaining({ code: 'WEIR_TRANSPORT_BAD_CERTIFICATE' }));
});
