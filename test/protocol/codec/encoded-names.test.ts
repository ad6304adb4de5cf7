import { describe, expect, it } from 'vitest';
import { encodedPair, encodedStateName, encodedValueHead } from '#protocol/codec/encoded-names.ts';

const bytes = (encoded: Uint8Array) => Buffer.from(encoded).toString('latin1');

describe('encoded names', () => {
  it('are right when they are more than the cache holds, in any order', () => {
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 6_000; i++) {
        const type = `t${10_000 + ((i * 7_919) % 6_000)}`;
        expect(bytes(encodedPair(`n/${type}`))).toBe(`\x0a\x01n\x12\x06${type}`);
        expect(bytes(encodedStateName(type))).toBe(`\x0a\x06${type}`);
        expect(bytes(encodedValueHead(type))).toBe(`\x0a\x06${type}\x10\x01`);
      }
    }
  });

  it('leave out what is empty', () => {
    expect(bytes(encodedPair('/'))).toBe('');
    expect(bytes(encodedPair('/t'))).toBe('\x12\x01t');
    expect(bytes(encodedPair('n/'))).toBe('\x0a\x01n');
    expect(bytes(encodedStateName(''))).toBe('');
    expect(bytes(encodedValueHead(''))).toBe('\x10\x01');
  });

  it('divide at the last slash', () => {
    expect(bytes(encodedPair('a/b/c'))).toBe('\x0a\x03a/b\x12\x01c');
  });

  it('have lengths of two bytes where they need them, also beyond the cache', () => {
    for (const length of [127, 128, 5_000]) {
      const name = 'x'.repeat(length);
      const head = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >>> 7];
      const expected = `\x0a${String.fromCharCode(...head)}${name}`;
      expect(bytes(encodedStateName(name))).toBe(expected);
      expect(bytes(encodedStateName(name))).toBe(expected);
    }
  });
});
