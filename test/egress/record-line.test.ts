import { expect, test } from 'vitest';
import { JsonTypes, recordLine } from '#runtime/egress/record-line.ts';

const types = new JsonTypes(['test/exact', 'json.ns/*']);
const line = (typename: string, value: string | number[]) =>
  recordLine(typename, Buffer.from(value as string), types);

test('JSON values are written as their own bytes', () => {
  expect(line('test/exact', '{"b" : 1.0, "a":"ü"}')).toBe(
    '{"typename":"test/exact","json":{"b" : 1.0, "a":"ü"}}\n',
  );
  expect(line('json.ns/anything', '3')).toBe('{"typename":"json.ns/anything","json":3}\n');
});

test('the built-in string is written as a JSON string', () => {
  const wrapped = (text: string) => [0x0a, Buffer.byteLength(text), ...Buffer.from(text)];
  expect(line('io.statefun.types/string', wrapped('a"b\nü'))).toBe(
    '{"typename":"io.statefun.types/string","json":"a\\"b\\nü"}\n',
  );
  expect(line('io.statefun.types/string', [])).toContain('"json":""');
  const long = 'x'.repeat(300);
  expect(line('io.statefun.types/string', [0x0a, 0xac, 0x02, ...Buffer.from(long)])).toContain(
    `"json":"${long}"`,
  );
});

test.each<[string, string | number[]]>([
  ['test/exact', '{"a":\n1}'],
  ['test/exact', '{"a":1'],
  ['test/exact', ''],
  ['test/exact', [0x22, 0xff, 0x22]],
  ['test/other', '{"a":1}'],
  ['json.ns.sub/x', '{}'],
  ['io.statefun.types/string', 'plain'],
  ['io.statefun.types/string', [0x0a, 0x05, 0x61]],
  ['io.statefun.types/string', [0x0a, 0x01, 0xff]],
  ['io.statefun.types/string', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
])('%s %j is written as base64, on one line', (typename, value) => {
  const written = line(typename, value);
  expect(written.indexOf('\n')).toBe(written.length - 1);
  const parsed = JSON.parse(written) as { typename: string; value: string };
  expect(parsed).toEqual({ typename, value: Buffer.from(value as string).toString('base64') });
});

test('100,000 mutated values: always one line of JSON that gives the value back', () => {
  let seed = 99;
  const random = (below: number) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 1) % below;
  const bases: [string, Buffer][] = [
    ['test/exact', Buffer.from('{"a":["é",1.5e3,null],"b":{"c":true}}')],
    ['io.statefun.types/string', Buffer.from([0x0a, 7, ...Buffer.from('text é')])],
  ];
  let readable = 0;
  for (let i = 0; i < 100_000; i++) {
    const [typename, base] = bases[i % bases.length]!;
    const bytes = Buffer.from(base);
    for (let n = random(3); n > 0; n--) bytes[random(bytes.length)] = random(256);
    const written = recordLine(typename, bytes, types);
    const parsed = JSON.parse(written) as { json?: unknown; value?: string };
    const oneLine = written.indexOf('\n') === written.length - 1 && !written.includes('\r');
    const same =
      parsed.value === undefined
        ? typename === 'test/exact'
          ? written.includes(bytes.toString('utf8'))
          : Buffer.from(parsed.json as string).equals(bytes.subarray(2))
        : Buffer.from(parsed.value, 'base64').equals(bytes);
    if (parsed.value === undefined) readable++;
    if (!oneLine || !same) expect.fail(`value ${bytes.toString('hex')} became ${written}`);
  }
  expect(readable).toBeGreaterThan(10_000);
});
