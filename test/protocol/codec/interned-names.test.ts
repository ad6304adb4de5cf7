import { describe, expect, it } from 'vitest';
import { internedName, internedPair } from '#protocol/codec/interned-names.ts';

const inBuffer = (text: string) => Buffer.from(`..${text}..`);
function name(text: string): string {
  const body = inBuffer(text);
  return internedName(body, 2, body.length - 2);
}
function pair(namespace: string, type: string): string {
  const head = (tag: number, text: string) =>
    String.fromCharCode(tag, Buffer.byteLength(text)) + text;
  const body = inBuffer(head(0x0a, namespace) + head(0x12, type));
  return internedPair(body, 2, body.length - 2);
}

describe('interned names', () => {
  it('are right when they are far more than the table holds, in any order', () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 10_000; i++) {
        const number = (i * 7_919) % 10_000;
        expect(name(`weir.fraud/type-${number}`)).toBe(`weir.fraud/type-${number}`);
        expect(pair('weir.fraud', `t${number}`)).toBe(`weir.fraud/t${number}`);
      }
    }
  });

  it('are told apart where they differ in one character, wherever it is', () => {
    const base = 'a-rather-long-name-of-a-type';
    const names = [...base].map((_, i) => `${base.slice(0, i)}#${base.slice(i + 1)}`);
    for (let round = 0; round < 2; round++) {
      for (const text of [base, ...names]) expect(name(text)).toBe(text);
    }
  });

  it('do not mix namespace and type, nor names and pairs', () => {
    for (let round = 0; round < 2; round++) {
      expect(pair('ab', 'c')).toBe('ab/c');
      expect(pair('a', 'bc')).toBe('a/bc');
      expect(pair('a/b', 'c')).toBe('a/b/c');
      expect(name('\x0a\x02ab\x12\x01c')).toBe('\x0a\x02ab\x12\x01c');
      expect(pair('', '')).toBe('/');
    }
  });

  it('may be long, short, empty and of any script', () => {
    for (const text of ['', 'a', 'ab', '東京', '🦊'.repeat(60), 'x'.repeat(5_000)]) {
      expect(name(text)).toBe(text);
      expect(name(text)).toBe(text);
    }
  });
});
