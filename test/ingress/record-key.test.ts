import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsePointer, resolvePointer } from '#runtime/ingress/json-pointer.ts';
import { isAsciiPointer, recordKey } from '#runtime/ingress/record-key.ts';

function keyOf(record: string | Buffer, pointerText: string): string {
  const pointer = parsePointer(pointerText);
  const latin1 = Buffer.from(record as string).toString('latin1');
  const result = recordKey(latin1, pointer, isAsciiPointer(pointer));
  return 'key' in result ? `key ${result.key}` : result.reject.code;
}

test('the examples of RFC 6901', () => {
  const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'm~n': 8, ' ': 7, 'k"l': 6 };
  const at = (pointer: string) => resolvePointer(document, parsePointer(pointer));
  expect(at('')).toBe(document);
  expect([
    at('/foo/0'),
    at('/'),
    at('/a~1b'),
    at('/c%d'),
    at('/m~0n'),
    at('/ '),
    at('/k"l'),
  ]).toEqual(['bar', 0, 1, 2, 8, 7, 6]);
  expect([at('/foo/00'), at('/foo/-'), at('/foo/length'), at('/nope/x')]).toEqual(
    Array(4).fill(undefined),
  );
  for (const bad of ['foo', '/a~', '/a~2']) {
    expect(() => parsePointer(bad)).toThrow(
      expect.objectContaining({ code: 'WEIR_INGRESS_INVALID_POINTER' }),
    );
  }
});

test.each([
  ['{"a":"x"}', '/a', 'key x'],
  ['{"a":"x","a":"y"}', '/a', 'key y'],
  ['  {"a" : "" }\r', '/a', 'key '],
  ['{"a":1}', '/a', 'key 1'],
  ['{"a":1.50}', '/a', 'key 1.5'],
  ['{"a":true}', '/a', 'key true'],
  ['{"a":12345678901234567891}', '/a', 'key 12345678901234567891'],
  ['{"a":1e400}', '/a', 'WEIR_INGRESS_KEY_MISSING'],
  ['"whole"', '', 'key whole'],
  ['{"a":{"b":["z"]}}', '/a/b/0', 'key z'],
  ['{"a":"Zürich ☂"}', '/a', 'key Zürich ☂'],
  ['{"a":"\\u00c3\\u00bc"}', '/a', 'key Ã¼'],
  ['{"ü":"v"}', '/ü', 'key v'],
  ['{"note":"ü","a":"v"}', '/a', 'key v'],
  ['{"__proto__":"p"}', '/__proto__', 'key p'],
  ['{"a":null}', '/a', 'WEIR_INGRESS_KEY_MISSING'],
  ['{"a":{}}', '/a', 'WEIR_INGRESS_KEY_MISSING'],
  ['{}', '/constructor', 'WEIR_INGRESS_KEY_MISSING'],
  ['{}', '/__proto__', 'WEIR_INGRESS_KEY_MISSING'],
  ['{"a":"\\ud800"}', '/a', 'WEIR_INGRESS_KEY_MISSING'],
  ['{"a":"x"', '/a', 'WEIR_INGRESS_RECORD_NOT_JSON'],
  ['{"a":"x"} {}', '/a', 'WEIR_INGRESS_RECORD_NOT_JSON'],
  [`{"a":"${'k'.repeat(16_385)}"}`, '/a', 'WEIR_INGRESS_KEY_TOO_LONG'],
])('the key of %s at %s is %s', (record, pointer, expected) => {
  expect(keyOf(record, pointer)).toBe(expected);
});

test('a key that is not UTF-8 is refused, other bytes are let through', () => {
  const record = (a: number[], b: number[]) =>
    Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from(a),
      Buffer.from('","b":"'),
      Buffer.from(b),
      Buffer.from('"}'),
    ]);
  expect(keyOf(record([0xff], [0x78]), '/a')).toBe('WEIR_INGRESS_KEY_MISSING');
  expect(keyOf(record([0x78], [0xff]), '/a')).toBe('key x');
});

test('any JSON object gives the key that JSON.parse of its UTF-8 text gives', () => {
  const name = fc.oneof(fc.constantFrom('a', 'b', 'ü', '__proto__'), fc.string());
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.oneof(fc.jsonValue(), fc.string({ unit: 'grapheme' }), fc.integer())),
      fc.constantFrom('/a', '/b', '/ü', '/a/0', '/b/a'),
      (document, pointer) => {
        const text = JSON.stringify(document);
        const found = resolvePointer(JSON.parse(text), parsePointer(pointer));
        const usable =
          ['string', 'number', 'boolean'].includes(typeof found) && String(found).isWellFormed();
        expect(keyOf(text, pointer)).toBe(
          usable ? `key ${String(found)}` : 'WEIR_INGRESS_KEY_MISSING',
        );
      },
    ),
    { numRuns: 1000 },
  );
});

test('100,000 mutated records: a key or a coded error, never anything else', () => {
  let seed = 12345;
  const random = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 1) % below;
  const pointer = parsePointer('/a/b');
  const bases = [
    '{"a":{"b":"key-1"},"n":[1,2.5e3,true,null]}',
    '{"a":{"b":12345678901234567890}}',
    '{"é":"ü","a":{"b":"ü"}}',
  ].map((text) => Buffer.from(text));
  const outcomes = new Map<string, number>();
  for (let i = 0; i < 100_000; i++) {
    const bytes = Buffer.from(bases[i % bases.length]!);
    for (let n = random(3); n >= 0; n--) bytes[random(bytes.length)] = random(256);
    const result = recordKey(bytes.latin1Slice(0, bytes.length - random(3)), pointer, true);
    const outcome = 'key' in result ? 'key' : result.reject.code;
    if ('key' in result) expect(result.key.isWellFormed()).toBe(true);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect([...outcomes.keys()].sort()).toEqual([
    'WEIR_INGRESS_KEY_MISSING',
    'WEIR_INGRESS_RECORD_NOT_JSON',
    'key',
  ]);
});
