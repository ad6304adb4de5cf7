import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RequestSigner, SignatureCheck, signatureHeader } from '#protocol/signature.ts';
import type { RequestSink } from '#runtime/ports/transport.ts';
import { BatchedTransport } from '#runtime/transport/batched-transport.ts';
import { HttpTransport, type HttpTransportOptions } from '#runtime/transport/http-transport.ts';
import { signerOf } from '#runtime/transport/signer.ts';
import { bytes, defineFunction, on, serve } from '#sdk/index.ts';
import { batchOf, common } from './kit.ts';

function keyPair(type: 'ed25519' | 'rsa' = 'ed25519'): { privateKey: string; publicKey: string } {
  const { privateKey, publicKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ed25519');
  return {
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
  };
}

const old = keyPair();
const next = keyPair();
const nowMs = 1_800_000_000_000;
const body = Buffer.from('a body');

describe('signatures', () => {
  const signer = new RequestSigner('old', old.privateKey);
  const check = new SignatureCheck({ old: old.publicKey, next: next.publicKey });
  const header = signer.sign('/fn/a?x=1', body, nowMs);
  const fault = (value: string | undefined, path = '/fn/a?x=1', of = body, at = nowMs) =>
    check.faultOf(value, path, of, at);

  test('what a trusted key has signed is answered, by either key, within five minutes', () => {
    expect(fault(header)).toBeNull();
    expect(fault(header, '/fn/a?x=1', body, nowMs + 299_000)).toBeNull();
    expect(fault(header, '/fn/a?x=1', body, nowMs - 299_000)).toBeNull();
    const rotated = new RequestSigner('next', next.privateKey).sign('/', body, nowMs);
    expect(fault(rotated, '/')).toBeNull();
  });

  test.each([
    ['nothing', undefined, /not signed/],
    ['another path', header, /path and body/, '/fn/b'],
    ['another query', header, /path and body/, '/fn/a?x=2'],
    ['another body', header, /path and body/, '/fn/a?x=1', Buffer.from('another')],
    ['too late', header, /too old/, '/fn/a?x=1', body, nowMs + 301_000],
    ['from the future', header, /too old/, '/fn/a?x=1', body, nowMs - 301_000],
    [
      'a time that was not signed',
      header.replace(String(nowMs), String(nowMs + 1)),
      /path and body/,
    ],
    ['another key’s name', header.replace(' old ', ' next '), /path and body/],
    ['an unknown key', header.replace(' old ', ' stranger '), /not trusted/],
    ['a key named like an own property', header.replace(' old ', ' __proto__ '), /not trusted/],
    ['another version', header.replace('v1', 'v2'), /malformed/],
    ['rubbish', 'x', /malformed/],
    ['no signature', header.split(' ').slice(0, 3).join(' '), /path and body/],
    ['an endless header', header + ' x'.repeat(1_000), /malformed/],
  ])('%s is refused', (_what, value, said, path = '/fn/a?x=1', of = body, at = nowMs) => {
    expect(fault(value, path, of, at)).toMatch(said);
  });

  test('a key of another kind is refused where it is given', () => {
    const rsa = keyPair('rsa');
    expect(() => new RequestSigner('k', rsa.privateKey)).toThrow('not Ed25519');
    expect(() => new SignatureCheck({ k: rsa.publicKey })).toThrow('not Ed25519');
    expect(() => new SignatureCheck({})).toThrow('no key');
    const folder = mkdtempSync(join(tmpdir(), 'weir-signing-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'key.pem');
    writeFileSync(file, 'not a key');
    const unusable = expect.objectContaining({ code: 'WEIR_TRANSPORT_BAD_CERTIFICATE' }) as Error;
    expect(() => signerOf({ keyId: 'k', privateKey: file })).toThrow(unusable);
    expect(() => signerOf({ keyId: 'k', privateKey: join(folder, 'none') })).toThrow(unusable);
  });
});

describe.each(['http', 'fastify'] as const)('functions served by %s', (framework) => {
  async function asked(
    Transport: typeof HttpTransport | typeof BatchedTransport,
    signer: RequestSigner | null,
    trustedKeys?: Record<string, string>,
  ): Promise<string> {
    const payload = bytes('test/bytes');
    const echo = defineFunction(
      { type: 'test/echo' },
      on(payload, (ctx, value) => ctx.send({ type: 'test/out', id: 'x' }, payload, value)),
    );
    const logger = { info: () => {}, warn: () => {}, error: () => {} } as never;
    const trust = trustedKeys === undefined ? {} : { trustedKeys };
    const server = await serve([echo], { port: 0, framework, logger, ...trust });
    const options: HttpTransportOptions = {
      ...common,
      ...{ urlPathTemplate: `${server.url}fn/{function.name}`, callTimeoutMs: 1_500, signer },
    };
    const transport = new Transport(options);
    try {
      return await new Promise<string>((resolve) => {
        const sink: RequestSink = {
          answered: (_token, { kind }) => resolve(kind),
          failed: (_token, { lastReply }) =>
            resolve(`${lastReply?.status} ${lastReply?.bodyStart.split(':')[0]}`),
        };
        const batch = batchOf('a', ['x'], 'test/echo');
        transport.send({ ...batch, first: { ...batch.first, typename: 'test/bytes' } }, null, sink);
      });
    } finally {
      await transport.close();
      await server.close();
    }
  }

  test.each([
    ['plain', HttpTransport],
    ['batched', BatchedTransport],
  ] as const)(
    '%s requests: signed ones are answered, others are refused',
    async (_name, Transport) => {
      const trusted = { old: old.publicKey, next: next.publicKey };
      const signed = new RequestSigner('next', next.privateKey);
      const forged = new RequestSigner('next', old.privateKey);
      expect(await asked(Transport, signed, trusted)).toBe('effects');
      expect(await asked(Transport, signed)).toBe('effects');
      expect(await asked(Transport, null)).toBe('effects');
      expect(await asked(Transport, null, trusted)).toBe('401 WEIR_SDK_STRANGER');
      expect(await asked(Transport, forged, trusted)).toBe('401 WEIR_SDK_STRANGER');
    },
  );
});

test('the name of the header is what the documentation says', () => {
  expect(signatureHeader).toBe('weir-signature');
});
