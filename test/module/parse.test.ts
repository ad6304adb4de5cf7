import { describe, expect, test } from 'vitest';
import { matchEndpoint } from '#runtime/module/match-endpoint.ts';
import { redactModule } from '#runtime/module/redact.ts';
import { base, mistakesIn, parse, parsed, places } from './parsing.ts';

const doc = (kind: string, spec: string): string => `kind: ${kind}\nspec: ${spec}\n---\n`;
const v2 = 'io.statefun.endpoints.v2/http';
const asyncDefaults = {
  callTimeoutMs: 120_000,
  connectTimeoutMs: 20_000,
  poolTtlMs: 15_000,
  poolSize: 1024,
  payloadMaxBytes: 33_554_432,
  trustCacerts: null,
  clientCert: null,
  clientKey: null,
  clientKeyPassword: null,
};

test('every default is filled in', () => {
  expect(parsed(parse(base))).toEqual({
    file: '/app/module.yaml',
    endpoints: [
      {
        kind: v2,
        line: 1,
        functions: 'app/*',
        urlPathTemplate: 'http://localhost:8000/{function.name}',
        maxNumBatchRequests: 1000,
        policy: { onFailure: 'park' },
        signing: null,
        transport: { type: 'io.statefun.transports.v1/async', ...asyncDefaults },
      },
    ],
    embedded: [],
    ingresses: [
      {
        kind: 'io.statefun.playground.v1/ingress',
        line: 6,
        id: 'io.statefun.playground/ingress',
        port: 8090,
        host: '127.0.0.1',
        maxBodyBytes: 33_554_432,
        idempotency: { ttlMs: 86_400_000, maxKeys: 100_000 },
      },
    ],
    egresses: [],
    secretPaths: [],
    filesRead: [],
  });
});

describe('transports', () => {
  const transportOf = (transport: string, files = {}) =>
    parsed(
      parse(
        base + doc(v2, `{functions: b/f, urlPathTemplate: "https://x/", transport: ${transport}}`),
        {},
        files,
      ),
    ).endpoints[1]!.transport;

  test('async, with every option', () => {
    const options =
      '{type: io.statefun.transports.v1/async, call: 1 min, connect: 500, pool_ttl: 4s, ' +
      'pool_size: 8, payload_max_bytes: 1000, trust_cacerts: ca.pem, client_cert: /c.pem, ' +
      'client_key: k.pem, client_key_password: pw.txt}';
    expect(transportOf(options, { '/app/pw.txt': 'secret\n' })).toEqual({
      type: 'io.statefun.transports.v1/async',
      callTimeoutMs: 60_000,
      connectTimeoutMs: 500,
      poolTtlMs: 4000,
      poolSize: 8,
      payloadMaxBytes: 1000,
      trustCacerts: '/app/ca.pem',
      clientCert: '/c.pem',
      clientKey: '/app/k.pem',
      clientKeyPassword: 'secret',
    });
  });

  test('nested timeouts win, with defaults of their own', () => {
    expect(transportOf('{call: 5s, timeouts: {connect: 3s}}')).toMatchObject({
      callTimeoutMs: 60_000,
      connectTimeoutMs: 3000,
    });
  });

  test('okhttp: no time-out is longer than the call', () => {
    expect(transportOf('{type: io.statefun.transports.v1/okhttp, timeouts: {call: 5s}}')).toEqual({
      type: 'io.statefun.transports.v1/okhttp',
      callTimeoutMs: 5000,
      connectTimeoutMs: 5000,
      readTimeoutMs: 5000,
      writeTimeoutMs: 5000,
    });
  });

  test('batched', () => {
    expect(transportOf('{type: weir.transports.v1/batched, maxPostBytes: 1024}')).toEqual({
      type: 'weir.transports.v1/batched',
      ...asyncDefaults,
      maxRequestsPerPost: 256,
      maxPostBytes: 1024,
    });
  });

  test('endpoints of version 1 are okhttp', () => {
    const spec = '{functions: b/f, urlPathTemplate: "http://x/", timeouts: {read: 2s}}';
    const { endpoints } = parsed(parse(base + doc('io.statefun.endpoints.v1/http', spec)));
    expect(endpoints[1]!.transport).toEqual({
      type: 'io.statefun.transports.v1/okhttp',
      callTimeoutMs: 60_000,
      connectTimeoutMs: 10_000,
      readTimeoutMs: 2000,
      writeTimeoutMs: 10_000,
    });
  });
});

test('the single-document format gives the same components', () => {
  const text = `
version: "3.0"
module:
  meta: {type: remote}
  spec:
    endpoints:
      - endpoint:
          meta: {kind: http}
          spec: {functions: app/*, urlPathTemplate: "http://x/{function.name}"}
    ingresses:
      - ingress:
          meta: {type: weir.file.v1/ingress, id: app/in}
          spec: {path: in/, key: {pointer: /k}, valueType: a/t, targets: [app/f]}
    egresses:
      - egress:
          meta: {type: weir.file.v1/egress, id: app/out}
          spec: {path: out/, retainBytes: 5}
`;
  const { endpoints, ingresses, egresses } = parsed(parse(text));
  expect(endpoints[0]).toMatchObject({ kind: 'io.statefun.endpoints.v1/http', line: 8 });
  expect(ingresses[0]).toMatchObject({ id: 'app/in', path: '/app/in/', folder: true });
  expect(egresses[0]).toMatchObject({ id: 'app/out', retainBytes: 5, maxFileBytes: 67_108_864 });
});

test('mistakes in the single-document format have their places too', () => {
  const text = `version: 1.0
module:
  spec:
    endpoints:
      - endpoint: {meta: {kind: htp}, spec: {functions: app/f}}
    ingress: []
    egresses:
      - egress: {meta: {type: io.statefun.kafka/egress}, spec: {address: a}}
`;
  expect(places(parse(text))).toEqual([
    '1:10 VERSION',
    '5:33 UNKNOWN_KIND',
    '5:45 MISSING_KEY',
    '6:5 UNKNOWN_KEY',
    '8:64 MISSING_KEY',
  ]);
});

test('routes take their key from a pointer, a header or the path', () => {
  const text = `kind: weir.http.v1/ingress
spec:
  port: 0
  idempotency: {ttl: 1h}
  routes:
    - {path: /a, valueType: a/t, key: {pointer: /id}, targets: [app/f]}
    - {path: /b, valueType: a/t, key: {header: X-Id}, targets: [app/f]}
    - {path: "/c/:id", valueType: a/t, key: {path: id}, targets: [app/f, app/g]}
`;
  const [, http] = parsed(parse(base + text)).ingresses;
  expect(http).toMatchObject({
    id: 'weir.http/ingress',
    idempotency: { ttlMs: 3_600_000, maxKeys: 100_000 },
    routes: [
      { path: '/a', key: { from: 'pointer', pointer: '/id' } },
      { path: '/b', key: { from: 'header', header: 'x-id' } },
      { path: '/c/:id', key: { from: 'path', parameter: 'id' }, targets: ['app/f', 'app/g'] },
    ],
  });
});

test('ingresses without an id are numbered by kind, whatever their ports', () => {
  const second = doc('io.statefun.playground.v1/ingress', '{port: 1}');
  const ids = parsed(parse(base + second)).ingresses.map(({ id }) => id);
  expect(ids).toEqual(['io.statefun.playground/ingress', 'io.statefun.playground/ingress-2']);
});

test('an existing folder needs no slash', () => {
  const text = base + doc('weir.file.v1/egress', '{id: a/b, path: out, maxFileBytes: 10}');
  const isFolder = (path: string): boolean => path === '/app/out';
  expect(parsed(parse(text, {}, {}, { isFolder })).egresses[0]).toMatchObject({ folder: true });
  expect(places(parse(text))).toEqual(['11:28 FOLDER_ONLY']);
});

test('aliases stand for their anchors', () => {
  const text =
    doc(
      'weir.file.v1/ingress',
      '{id: a/b, path: x, key: &k {pointer: /k}, valueType: a/t, targets: &t [app/f]}',
    ) +
    doc(
      'weir.file.v1/ingress',
      '{id: a/c, path: x, key: &k {pointer: /k}, valueType: a/t, targets: [app/g]}',
    );
  expect(parsed(parse(base + text)).ingresses).toHaveLength(3);
  const across = text.replace('targets: [app/g]', 'targets: *t');
  expect(places(parse(base + across))).toEqual(['14:74 ALIAS']);
});

test('any number of documents may be empty, and lines may end in CRLF', () => {
  const text = `---\n# nothing\n---\n${base}`.replaceAll('\n', '\r\n');
  expect(parsed(parse(text)).endpoints).toHaveLength(1);
  expect(parsed(parse(`\ufeff${base}`)).endpoints).toHaveLength(1);
});

describe('interpolation', () => {
  const text = base.replace('8090', '${env:PORT:-8090}').replace('localhost', '${env:HOST}');
  const portOf = (env: Record<string, string>): unknown =>
    (parsed(parse(text, { HOST: 'h', ...env })).ingresses[0] as { port: number }).port;

  test('a variable, or its default if it is unset or empty', () => {
    expect(portOf({ PORT: '5' })).toBe(5);
    expect(portOf({ PORT: '' })).toBe(8090);
    expect(portOf({})).toBe(8090);
  });

  test('a file, without its last line end, relative to the module', () => {
    const filed = base.replace('localhost', '${file:host.txt}');
    const { endpoints } = parsed(parse(filed, {}, { '/app/host.txt': 'h\n' }));
    expect(endpoints[0]!.urlPathTemplate).toBe('http://h:8000/{function.name}');
  });

  test('what comes in is text, not YAML and not looked at again', () => {
    const env = { HOST: 'x', PORT: '5', T: 'a: [${env:PORT}' };
    const topic = doc('io.statefun.playground.v1/egress', '{topics: ["${env:T}", "$${env:T}"]}');
    const { egresses } = parsed(parse(base + topic, env));
    expect(egresses[0]).toMatchObject({ topics: ['a: [${env:PORT}', '${env:T}'] });
  });

  test('values from outside are in no mistake and in no dump', () => {
    const secret = 'pa55/w/ord';
    const wrong = [
      '{id: "${env:S}", path: a, key: {pointer: "${env:S}"}, valueType: "${env:S}", targets: ["${env:S}"], follow: "${env:S}"}',
      '{id: a/b, path: "s3:${env:S}", key: "${env:S}", valueType: a/b, targets: "${env:S}"}',
    ];
    const endpoint =
      '{functions: "${env:S}", urlPathTemplate: "{${env:S}", maxNumBatchRequests: "${env:S}", ' +
      'transport: {type: "${env:S}", call: "${env:S}"}}';
    const texts = wrong.map((spec) => doc('weir.file.v1/ingress', spec));
    const result = parse(base + texts.join('') + doc(v2, endpoint) + doc('"${env:S}"', '{}'), {
      S: secret,
    });
    expect(mistakesIn(result).length).toBeGreaterThan(12);
    expect(JSON.stringify(result)).not.toContain('pa55');

    const right = parsed(
      parse(
        `${base}${doc('weir.file.v1/egress', '{id: "${env:ID}", path: "${env:S}/"}')}` +
          doc(
            v2,
            '{functions: b/f, urlPathTemplate: "http://x/${env:S}", transport: {call: "${env:MS}", client_cert: c, client_key: k, client_key_password: inline}}',
          ),
        { S: secret, ID: 'app/out', MS: '7s' },
      ),
    );
    expect(right.secretPaths.toSorted()).toEqual([
      '/egresses/0/id',
      '/egresses/0/path',
      '/endpoints/1/transport/callTimeoutMs',
      '/endpoints/1/transport/clientKeyPassword',
      '/endpoints/1/urlPathTemplate',
    ]);
    const dump = JSON.stringify(redactModule(right));
    for (const value of ['pa55', 'app/out', '7000', 'inline']) expect(dump).not.toContain(value);
    expect(dump).toContain('"urlPathTemplate":"***"');
  });

  test('checks across components do not show them either', () => {
    const spec = '{id: a/b, path: x, key: {pointer: /k}, valueType: a/t, targets: ["${env:T}"]}';
    const result = parse(base + doc('weir.file.v1/ingress', spec), { T: 'hid/den' });
    expect(places(result)).toEqual(['11:72 UNSERVED_TARGET']);
    expect(JSON.stringify(result)).not.toContain('hid/den');
  });
});

test('a function is served by its own binding before that of its namespace', () => {
  const module = parsed(
    parse(
      base +
        doc(v2, '{functions: app/special, urlPathTemplate: "http://x/"}') +
        doc(
          'weir.embedded.v1/functions',
          '{functions: [app/inside], module: ./f.ts, worker: true, weir.policy: {retryBudget: 5s}}',
        ),
    ),
  );
  expect(matchEndpoint(module, 'app/special')).toBe(module.endpoints[1]);
  expect(matchEndpoint(module, 'app/other')).toBe(module.endpoints[0]);
  expect(matchEndpoint(module, 'app/inside')).toBe(module.embedded[0]);
  expect(matchEndpoint(module, 'ap/other')).toBeNull();
  expect(module.embedded[0]).toMatchObject({
    ...{ module: '/app/f.ts', worker: true, callTimeoutMs: 5_000 },
  });
});
