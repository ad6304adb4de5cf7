import { expect, test } from 'vitest';
import { base, mistakesIn, parse, places } from './parsing.ts';

// Every text is put behind `base`, so its first line is line 10.
const spec = (kind: string, ...lines: string[]): string =>
  [`kind: ${kind}`, 'spec:', ...lines.map((line) => `  ${line}`), ''].join('\n');
const endpoint = (...lines: string[]): string => spec('io.statefun.endpoints.v2/http', ...lines);
const fileIngress = (...lines: string[]): string => spec('weir.file.v1/ingress', ...lines);
const good = ['id: app/in', 'path: a', 'key: {pointer: /k}', 'valueType: a/t', 'targets: [app/f]'];
const url = 'urlPathTemplate: http://x/';
const route = (key: string, path = '/a/:id'): string =>
  `- {path: ${path}, valueType: a/t, key: ${key}, targets: [app/f]}`;
const http = (...routes: string[]): string =>
  spec('weir.http.v1/ingress', 'port: 1', 'routes:', ...routes.map((line) => `  ${line}`));

const table: [name: string, text: string, expected: string[]][] = [
  // the container
  ['a document that is a list', '- a\n', ['10:1 WRONG_TYPE']],
  ['a document that is text', 'hello\n', ['10:1 WRONG_TYPE']],
  ['no kind', 'spec: {}\n', ['10:1 MISSING_KEY']],
  ['no spec', 'kind: weir.file.v1/ingress\n', ['10:1 MISSING_KEY']],
  ['an empty spec', 'kind: weir.file.v1/ingress\nspec:\n', ['11:6 WRONG_TYPE']],
  ['an unknown kind', 'kind: acme/thing\nspec: {}\n', ['10:7 UNKNOWN_KIND']],
  [
    'a legacy kind',
    'kind: http\nspec: {functions: b/f}\n',
    ['10:7 UNKNOWN_KIND', '11:7 MISSING_KEY'],
  ],
  [
    'a further key',
    'kind: weir.file.v1/egress\nname: x\nspec: {id: a/b, path: c}\n',
    ['11:1 UNKNOWN_KEY'],
  ],
  ['a legacy module beside others', 'version: "3.0"\nmodule: {spec: {}}\n', ['10:1 FORMAT']],
  ['an old version', 'version: "2.0"\nmodule: {spec: {}}\n', ['10:1 FORMAT', '10:10 VERSION']],
  // YAML
  ['a duplicate key', endpoint('functions: b/f', url, 'functions: b/g'), ['14:3 DUPLICATE_KEY']],
  ['a merge key', fileIngress(...good, '<<: {}'), ['17:3 MERGE_KEY']],
  ['a tag', fileIngress(...good, "follow: !!js/function 'x'"), ['17:11 TAG']],
  ['an alias without an anchor', fileIngress(...good, 'follow: *x'), ['17:11 ALIAS']],
  ['an alias in itself', fileIngress(...good.slice(0, 4), 'targets: &t [*t]'), ['16:16 ALIAS']],
  ['a key that is a list', fileIngress(...good, '? [a]', ': 1'), ['17:5 WRONG_TYPE']],
  [
    'an open quote',
    fileIngress(...good.slice(1), 'id: "app'),
    ['16:7 BAD_TYPE_NAME', '17:1 SYNTAX'],
  ],
  ['a tab as indentation', 'kind: weir.file.v1/egress\nspec:\n\tid: a/b\n', ['12:1 SYNTAX']],
  // keys and types
  ['an unknown key', fileIngress(...good, 'colour: red'), ['17:3 UNKNOWN_KEY']],
  ['a key of objects', fileIngress(...good, '__proto__: {}'), ['17:3 UNKNOWN_KEY']],
  ['all keys missing', fileIngress('follow: true'), Array<string>(5).fill('12:3 MISSING_KEY')],
  ['a number for text', fileIngress(...good.slice(1), 'id: 5'), ['16:7 WRONG_TYPE']],
  ['text for truth', fileIngress(...good, 'follow: yes'), ['17:11 WRONG_TYPE']],
  [
    'text for a number',
    spec('io.statefun.playground.v1/ingress', 'port: "1"'),
    ['12:9 WRONG_TYPE'],
  ],
  ['a fraction', endpoint('functions: b/f', url, 'maxNumBatchRequests: 1.5'), ['14:24 BAD_VALUE']],
  ['a port too high', spec('io.statefun.playground.v1/ingress', 'port: 65536'), ['12:9 BAD_VALUE']],
  // names
  ['no slash', fileIngress(...good.slice(1), 'id: in'), ['16:7 BAD_TYPE_NAME']],
  ['two slashes', fileIngress(...good.slice(1), 'id: a/b/c'), ['16:7 BAD_TYPE_NAME']],
  ['no name', fileIngress(...good.slice(1), 'id: a/'), ['16:7 BAD_TYPE_NAME']],
  [
    'a long name',
    fileIngress(...good.slice(1), `id: a/${'b'.repeat(254)}`),
    ['16:7 BAD_TYPE_NAME'],
  ],
  ['no namespace', fileIngress(...good.slice(1), 'id: /a'), ['16:7 BAD_TYPE_NAME']],
  ['a star alone', endpoint('functions: "*"', url), ['12:14 BAD_TYPE_NAME']],
  ['a star before', endpoint('functions: "*/x"', url), ['12:14 BAD_TYPE_NAME']],
  ['a star in part', endpoint('functions: b/x*', url), ['12:14 BAD_TYPE_NAME']],
  ['the runtime’s namespace', endpoint('functions: weir.http.v1/*', url), ['12:14 BAD_VALUE']],
  [
    'a bad target',
    fileIngress(...good.slice(0, 4), 'targets: [app/f, g]'),
    ['16:20 BAD_TYPE_NAME'],
  ],
  [
    'a target twice',
    fileIngress(...good.slice(0, 4), 'targets: [app/f, app/f]'),
    ['16:20 BAD_VALUE'],
  ],
  ['no targets', fileIngress(...good.slice(0, 4), 'targets: []'), ['16:12 BAD_VALUE']],
  // across components
  [
    'an unserved target',
    fileIngress(...good.slice(0, 4), 'targets: [z/f]'),
    ['16:13 UNSERVED_TARGET'],
  ],
  [
    'a duplicate ingress id',
    `${fileIngress(...good)}---\n${fileIngress(...good)}`,
    ['20:7 DUPLICATE_ID'],
  ],
  ['a duplicate binding', endpoint('functions: app/*', url), ['12:14 DUPLICATE_FUNCTION']],
  [
    'a port twice',
    spec('io.statefun.playground.v1/egress', 'port: 8090', 'topics: [a]'),
    ['12:9 PORT_OVERLAP'],
  ],
  [
    'one path for two egresses',
    `${spec('weir.file.v1/egress', 'id: a/b', 'path: out')}---\n${spec('weir.file.v1/egress', 'id: a/c', 'path: ./out/')}`,
    ['18:9 DUPLICATE_PATH'],
  ],
  // durations, URLs, pointers
  [
    'no duration',
    endpoint('functions: b/f', url, 'transport: {call: 5 parsecs}'),
    ['14:21 BAD_DURATION'],
  ],
  [
    'no time at all',
    endpoint('functions: b/f', url, 'transport: {call: 0}'),
    ['14:21 BAD_DURATION'],
  ],
  ['a relative URL', endpoint('functions: b/f', 'urlPathTemplate: /f'), ['13:20 BAD_URL']],
  [
    'a variable host',
    endpoint('functions: b/f', 'urlPathTemplate: http://{function.name}/'),
    ['13:20 BAD_URL'],
  ],
  ['credentials', endpoint('functions: b/f', 'urlPathTemplate: http://a:b@c/'), ['13:20 BAD_URL']],
  [
    'no pointer',
    fileIngress('key: {pointer: k}', ...good.slice(0, 2), ...good.slice(3)),
    ['12:18 BAD_VALUE'],
  ],
  [
    'a path that is a URL',
    fileIngress(...good.slice(2), 'id: app/in', 'path: s3://x'),
    ['16:9 BAD_VALUE'],
  ],
  // transports
  [
    'an unknown transport',
    endpoint('functions: b/f', url, 'transport: {type: a/b}'),
    ['14:21 BAD_VALUE'],
  ],
  [
    'okhttp options on async',
    endpoint('functions: b/f', url, 'transport: {timeouts: {read: 1s}}'),
    ['14:26 UNKNOWN_KEY'],
  ],
  [
    'too many per POST',
    endpoint(
      'functions: b/f',
      url,
      'transport: {type: weir.transports.v1/batched, maxRequestsPerPost: 257}',
    ),
    ['14:69 BAD_VALUE'],
  ],
  [
    'half a certificate',
    endpoint('functions: b/f', url, 'transport: {client_cert: c.pem}'),
    ['14:15 MISSING_KEY'],
  ],
  // routes
  ['a route without slash', http(route('{pointer: /k}', 'a')), ['14:14 BAD_ROUTE']],
  ['two keys', http(route('{pointer: /k, header: h}')), ['14:43 BAD_ROUTE']],
  ['no key', http(route('{}')), ['14:43 BAD_ROUTE']],
  ['an unknown parameter', http(route('{path: x}')), ['14:50 BAD_ROUTE']],
  ['no header', http(route('{header: "a b"}')), ['14:52 BAD_ROUTE']],
  [
    'the same route',
    http(route('{path: id}'), route('{path: x}', '/a/:x')),
    ['15:14 DUPLICATE_ROUTE'],
  ],
  // folders
  [
    'a limit for a file',
    spec('weir.file.v1/egress', 'id: a/b', 'path: f', 'retainBytes: 5'),
    ['14:3 FOLDER_ONLY'],
  ],
  ['consuming a file', fileIngress(...good, 'removeConsumed: true'), ['17:3 FOLDER_ONLY']],
  // interpolation
  [
    'a missing variable',
    fileIngress(...good.slice(1), 'id: ${env:NONE}'),
    ['16:7 MISSING_VARIABLE'],
  ],
  [
    'an inherited name',
    fileIngress(...good.slice(1), 'id: ${env:constructor}'),
    ['16:7 MISSING_VARIABLE'],
  ],
  ['a missing file', fileIngress(...good.slice(1), 'id: ${file:none}'), ['16:7 MISSING_FILE']],
  ['an unknown reference', fileIngress(...good.slice(1), 'id: ${vault:x}'), ['16:7 INTERPOLATION']],
  ['an open reference', fileIngress(...good.slice(1), 'id: ${env:x'), ['16:7 INTERPOLATION']],
  // connectors
  [
    'Kafka, complete',
    spec(
      'io.statefun.kafka.v1/ingress',
      'id: a/k',
      'address: h:1',
      'consumerGroupId: g',
      'topics: [{topic: t, valueType: a/t, targets: [app/f]}]',
      'startupPosition: {type: specific-offsets, offsets: [{t/0: 5}]}',
      'properties: [{fetch.min.bytes: 5}, {linger.ms: 5}]',
      'autoOffsetResetPosition: earliest',
    ),
    [],
  ],
  [
    'Kafka with mistakes',
    spec(
      'io.statefun.kafka.v1/ingress',
      'id: a/k',
      'consumerGroupId: g',
      'topics: [{topic: t, valueTyp: a/t, targets: [z/f]}]',
      'startupPosition: {type: date}',
    ),
    ['12:3 MISSING_KEY', '14:23 UNKNOWN_KEY', '14:48 UNSERVED_TARGET', '15:20 MISSING_KEY'],
  ],
  [
    'a Kafka egress',
    spec(
      'io.statefun.kafka.v1/egress',
      'id: a/k',
      'address: h:1',
      'deliverySemantic: {type: exactly-once, transactionTimeout: 15min}',
    ),
    [],
  ],
  [
    'a bare semantic',
    spec(
      'io.statefun.kafka.v1/egress',
      'id: a/k',
      'address: h:1',
      'deliverySemantic: exactly-once',
    ),
    ['14:21 WRONG_TYPE'],
  ],
  [
    'Kafka properties',
    spec(
      'io.statefun.kafka.v1/egress',
      'id: a/k',
      'address: h:1',
      'properties:',
      '  - compresion.type: gzip',
      '  - compression.type: lz4',
      '  - {max.request.size: much, ssl.truststore.type: JKS}',
    ),
    ['15:7 UNKNOWN_KEY', '16:25 BAD_VALUE', '17:26 BAD_VALUE', '17:53 BAD_VALUE'],
  ],
  [
    'a Kafka date',
    spec(
      'io.statefun.kafka.v1/ingress',
      'id: a/k',
      'address: h:1',
      'consumerGroupId: g',
      'topics: [{topic: t, valueType: a/t, targets: [app/f]}]',
      'startupPosition: {type: date, date: 2026-02-30 10:00}',
    ),
    ['16:39 BAD_VALUE'],
  ],
  [
    'policies and dead letters',
    `kind: weir.file.v1/egress
spec: {id: a/dead, path: dead.jsonl}
---
kind: io.statefun.kafka.v1/egress
spec: {id: a/kafka, address: "h:1"}
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: p0/*
  urlPathTemplate: http://h/
  weir.policy: {retryBudget: often, onFailure: dead-letter, deadLeter: a/dead}
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: p1/*
  urlPathTemplate: http://h/
  weir.policy: {onFailure: dead-letter, deadLetter: a/ded}
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: p2/*
  urlPathTemplate: http://h/
  weir.policy: {onFailure: dead-letter, deadLetter: a/kafka}
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: p3/*
  urlPathTemplate: http://h/
  weir.policy: {onFailure: dead-letter, deadLetter: {egress: a/dead, topic: t}}
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: p4/*
  urlPathTemplate: http://h/
  weir.policy: {onFailure: dead-letter}
---
kind: io.statefun.endpoints.v2/http
spec:
  functions: p5/*
  urlPathTemplate: http://h/
  weir.policy: {onFailure: stop, retryBudget: 5s}
`,
    [
      '20:30 BAD_DURATION',
      '20:61 UNKNOWN_KEY',
      '26:53 UNKNOWN_EGRESS',
      '32:53 BAD_VALUE',
      '38:62 BAD_VALUE',
      '44:16 MISSING_KEY',
    ],
  ],
  [
    'Kinesis, complete',
    spec(
      'io.statefun.kinesis.v1/ingress',
      'id: a/k',
      'awsRegion: {type: specific, id: eu-1}',
      'awsCredentials: {type: basic, accessKeyId: a, secretAccessKey: "${env:KEY}"}',
      'startupPosition: {type: earliest}',
      'streams: [{stream: s, valueType: a/t, targets: [app/f]}]',
      'clientConfigProperties: [{a: b}]',
    ),
    ['17:29 UNKNOWN_KEY'],
  ],
  [
    'Kinesis with mistakes',
    spec(
      'io.statefun.kinesis.v1/egress',
      'id: k',
      'awsRegion: {type: custom-endpoint, endpoint: "http://x", id: a}',
      'awsCredentials: {type: profile}',
      'maxOutstandingRecords: none',
    ),
    ['12:7 BAD_TYPE_NAME', '13:48 BAD_URL', '14:19 MISSING_KEY', '15:26 WRONG_TYPE'],
  ],
];

test.each(table)('%s', (_, text, expected) => {
  expect(places(parse(base + text, { KEY: 'k' }))).toEqual(expected);
});

/** `line:column` moved down. */
const shifted = (place: string, lines: number): string =>
  place.replace(/^\d+/, (line) => String(Number(line) + lines));

test('no mistake hides one of another document, in pairs of the above', () => {
  // An open quote swallows what follows it; the older format may not stand beside others.
  const pairable = table.filter(([, , expected]) => !/SYNTAX|FORMAT/.test(expected.join()));
  expect(pairable.length).toBeGreaterThan(60);
  for (const [i, [first, one, inOne]] of pairable.entries()) {
    for (const [j, [second, other, inOther]] of pairable.entries()) {
      if ((i + 3 * j) % 11 !== 0) continue; // all pairs take ten seconds
      const lines = `${one}---\n`.split('\n').length - 1;
      const found = new Set(places(parse(`${base}${one}---\n${other}`, { KEY: 'k' })));
      const missing = [...inOne, ...inOther.map((place) => shifted(place, lines))].filter(
        (place) => !found.has(place),
      );
      expect(missing, `${first}, then ${second}`).toEqual([]);
    }
  }
});

test.each([
  ['', ['1:1 EMPTY']],
  ['# nothing\n---\n---\n', ['1:1 EMPTY']],
  ['x'.repeat(1 << 20), ['1:1 WRONG_TYPE']],
  ['x'.repeat((1 << 20) + 1), ['1:1 TOO_LARGE']],
  ['é'.repeat((1 << 19) + 1), ['1:1 TOO_LARGE']],
  [base.slice(0, base.indexOf('---')), ['1:1 INCOMPLETE']],
  [base.slice(base.indexOf('---')), ['1:1 INCOMPLETE']],
])('a file that is not whole %#', (text, expected) => {
  expect(places(parse(text))).toEqual(expected);
});

test('a misspelled key is named with the one that was meant, and is not missing', () => {
  const [mistake, ...others] = mistakesIn(
    parse(base + endpoint('functions: b/f', 'urlPathTemplat: http://x/')),
  );
  expect(others).toEqual([]);
  expect(mistake).toMatchObject({ code: 'WEIR_MODULE_UNKNOWN_KEY', line: 13, column: 3 });
  expect(mistake!.expected).toBe('`urlPathTemplate`');
  expect(mistake!.hint).toContain('Did you mean `urlPathTemplate`?');
});

test('what is under a misspelled key or kind is read too', () => {
  const text = spec(
    'weir.file.v1/ingres',
    'id: in',
    'pth: a',
    ...good.slice(2, 4),
    'tagets: [b/f]',
  );
  expect(places(parse(base + text))).toEqual([
    '10:7 UNKNOWN_KIND',
    '12:7 BAD_TYPE_NAME',
    '13:3 UNKNOWN_KEY',
    '16:3 UNKNOWN_KEY',
    '16:12 UNSERVED_TARGET',
  ]);
});

test('an unknown kind lists the known ones', () => {
  const [mistake] = mistakesIn(parse(`${base}kind: acme/thing\nspec: {}\n`));
  expect(mistake!.expected).toContain('io.statefun.endpoints.v2/http, ');
  expect(mistake!.expected).toContain('weir.file.v1/egress');
});

test('an unserved target is told the nearest that is served', () => {
  const text = fileIngress(...good.slice(0, 4), 'targets: [ap/f]');
  expect(mistakesIn(parse(base + text))[0]!.expected).toBe('app/f');
});

test('no part of a document hides the mistakes of another', () => {
  const text = [
    endpoint('functions: no-slash', 'urlPathTemplate: x'),
    spec('acme/unknown'),
    fileIngress('broken: "', ...good),
  ].join('---\n');
  const found = places(parse(`${text}`));
  expect(found).toContain('3:14 BAD_TYPE_NAME');
  expect(found).toContain('4:20 BAD_URL');
  expect(found).toContain('6:7 UNKNOWN_KIND');
  expect(found.some((place) => place.endsWith('SYNTAX'))).toBe(true);
});

test('a file of nothing but mistakes has a bounded list', () => {
  const text = fileIngress(...Array.from({ length: 5000 }, (_, i) => `unknown${i}: 1`));
  const found = mistakesIn(parse(base + text));
  expect(found).toHaveLength(1001);
  expect(found.at(-1)!.message).toMatch(/^4\d\d\d further mistakes/);
});

test('messages carry no control characters of the file', () => {
  const text = fileIngress(...good.slice(1), 'id: "\\e[31m\\n\\u202e\\x9b"');
  const [mistake] = mistakesIn(parse(base + text));
  expect(mistake!.message).toMatch(/^[\x20-\x7e]+$/);
});
