import { describe, expect, it } from 'vitest';
import { decodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import { WireReader } from '#protocol/codec/wire-reader.ts';
import { heldBatch, heldReply } from './held-messages.ts';
import { referenceDecodeBatch, referenceDecodeReply } from './reference-codec.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const withCode = (name: string): unknown =>
  expect.objectContaining({ code: `WEIR_PROTOCOL_${name}` });

/** A whole request: target n/t i, and one argument of type x. */
const target = '0a 09 0a 01 6e 12 01 74 1a 01 69';
const argument = '1a 07 12 05 0a 01 78 10 01';
const frame = (body: string) => {
  const bytes = hex(body);
  return Buffer.concat([hex('a206'), Buffer.from([bytes.length]), bytes]);
};

/** Unknown fields of every wire type. */
const unknown = [
  '28 96 01', // varint
  '29 01 02 03 04 05 06 07 08', // fixed64
  '2a 03 61 62 63', // bytes
  '2b 08 01 33 12 01 61 34 2d 01 02 03 04 2c', // a group that holds another one
  '2d 01 02 03 04', // fixed32
  'f8 ff ff ff 0f 01', // the largest field number
];

describe('reading messages of other writers', () => {
  it('skips unknown fields of every wire type, at every level', () => {
    const plain = frame(target + argument);
    for (const field of unknown) {
      const inTarget = (9 + hex(field).length).toString(16).padStart(2, '0');
      for (const body of [
        Buffer.concat([hex(field), plain, hex(field)]),
        frame(field + target + field + argument + field),
        frame(`0a ${inTarget} 0a 01 6e ${field} 12 01 74 1a 01 69 ${argument}`),
      ]) {
        expect(heldBatch(decodeInvocationBatch(body))).toEqual(
          heldBatch(decodeInvocationBatch(plain)),
        );
      }
    }
  });

  it('takes a known field with another wire type for an unknown one, as protobuf does', () => {
    const body = frame(`08 01 ${target} 10 05 ${argument} 1d 01 02 03 04`);
    expect(heldBatch(decodeInvocationBatch(body))).toEqual(referenceDecodeBatch(body));
    const reply = hex('a206 0a 0a 08 0a 01 61 12 01 62 18 05');
    expect(heldReply(decodeReply(reply))).toEqual(referenceDecodeReply(reply));
  });

  it('takes fields in any order, and later occurrences over earlier ones', () => {
    const bodies = [
      frame(`${argument} 0a 09 1a 01 69 12 01 74 0a 01 6e`),
      // the target in two parts, which complete each other
      frame(`0a 06 0a 01 7a 1a 01 69 0a 06 12 01 74 0a 01 6e ${argument}`),
      // a scalar twice
      frame(`0a 0c 1a 01 7a 0a 01 6e 12 01 74 1a 01 69 ${argument}`),
      // the usual form, repeated: all of it replaced
      frame(`0a 09 0a 01 7a 12 01 7a 1a 01 7a ${target} ${argument}`),
      // the batch itself in two parts
      Buffer.concat([frame(target), frame(argument)]),
      // an argument in two parts
      frame(`${target} 1a 09 12 03 0a 01 78 12 02 10 01`),
    ];
    const expected = heldBatch(decodeInvocationBatch(frame(target + argument)));
    for (const body of bodies) {
      expect(heldBatch(decodeInvocationBatch(body))).toEqual(expected);
      expect(referenceDecodeBatch(body)).toEqual(expected);
    }
    // an egress id in pieces, before and after the usual form
    for (const body of [
      'a206 0e 22 0c 0a 01 7a 12 01 65 1a 00 0a 02 6e 6e',
      'a206 08 22 06 12 01 65 0a 01 6e',
    ]) {
      const reply = hex(body);
      expect(heldReply(decodeReply(reply))).toEqual(referenceDecodeReply(reply));
    }
  });

  it('reads numbers that take more bytes than they need', () => {
    const padded = 'a2 86 80 80 00 94 80 00';
    const body = Buffer.concat([hex(padded), hex(target + argument)]);
    expect(body.length - hex(padded).length).toBe(0x14);
    expect(heldBatch(decodeInvocationBatch(body))).toEqual(
      heldBatch(decodeInvocationBatch(frame(target + argument))),
    );
  });

  it('keeps the lower 32 bits of an enum and any set bit of a bool', () => {
    // mutation type 2^32 + 1, cancellation 2^40
    const reply = hex('a206 15 0a 08 08 81 80 80 80 10 12 00 1a 09 50 80 80 80 80 80 20 5a 00');
    const decoded = decodeReply(reply);
    expect(heldReply(decoded)).toMatchObject({
      mutations: [{ value: { typename: '' } }],
      delayed: [{ cancel: true }],
    });
  });
});

describe('refusing what is no message', () => {
  it('names every truncation', () => {
    const body = frame(target + argument);
    for (let length = 1; length < body.length; length++) {
      expect(() => decodeInvocationBatch(body.subarray(0, length))).toThrow(withCode('TRUNCATED'));
      expect(() => decodeInvocationBatch(body, 0, length)).toThrow(withCode('TRUNCATED'));
    }
  });

  it('refuses lengths beyond the message, also where the buffer goes on', () => {
    for (const body of [
      'a206 05 0a 04 00 00 00 00 00 00 00 00',
      'a206 ff ff ff ff 0f',
      'a206 80 80 80 80 80 80 80 80 80 01',
      'a206 02 29 01 02 03 04 05 06 07 08',
    ]) {
      expect(() => decodeReply(hex(body))).toThrow(withCode('TRUNCATED'));
    }
  });

  it.each([
    ['a varint of 11 bytes', '08 80 80 80 80 80 80 80 80 80 80 01'],
    ['field number 0', '02 00'],
    ['a tag of more than 32 bits', 'ff ff ff ff 1f 00'],
    ['wire type 6', '0e 00'],
    ['wire type 7', '0f 00'],
    ['the end of a group that was not begun', '0c'],
    ['the end of another group', '0b 14'],
  ])('refuses %s', (_, body) => {
    expect(() => decodeReply(hex(body))).toThrow(withCode('MALFORMED'));
  });

  it('refuses groups that are nested too deep, and a bomb of them', () => {
    const nested = (depth: number) => hex('0b'.repeat(depth) + '0c'.repeat(depth));
    expect(decodeReply(nested(100))).toMatchObject({ kind: 'effects' });
    expect(() => decodeReply(nested(101))).toThrow(withCode('TOO_DEEP'));
    expect(() => decodeInvocationBatch(Buffer.alloc(5_000_000, 0x0b))).toThrow(
      withCode('TOO_DEEP'),
    );
  });

  it('refuses lists that would take far more memory than bytes', () => {
    const list = (entry: string, count: number) => {
      const body = Buffer.alloc(count * hex(entry).length, hex(entry));
      const length = [0, 7, 14, 21].map((shift) => ((body.length >>> shift) & 0x7f) | 0x80);
      return Buffer.concat([hex('a206'), Buffer.from([...length, 0]), body]);
    };
    expect(decodeReply(list('12 00', 1_000_000))).toHaveProperty('messages.length', 1_000_000);
    for (const entry of ['0a 00', '12 00', '1a 00', '22 00']) {
      expect(() => decodeReply(list(entry, 1_000_001))).toThrow(withCode('TOO_MANY'));
    }
    for (const entry of ['12 00', '1a 00']) {
      expect(() => decodeInvocationBatch(list(entry, 1_000_001))).toThrow(withCode('TOO_MANY'));
    }
  });

  it('refuses a group that goes on behind its message', () => {
    expect(() => decodeReply(hex('a206 01 2b 2c'))).toThrow(withCode('TRUNCATED'));
  });

  it('refuses text that is not UTF-8, each time', () => {
    for (const bytes of ['ff', 'c0 80', 'ed a0 80', 'e2 82', 'f4 90 80 80']) {
      const length = hex(bytes).length;
      const field = `12 0${length} ${bytes}`;
      const mutation = `a206 0${length + 4} 0a 0${length + 2} ${field}`;
      for (let time = 0; time < 2; time++) {
        expect(() => decodeReply(hex(mutation))).toThrow(withCode('BAD_UTF8'));
      }
    }
  });

  it('reads the replacement character itself, and a byte order mark', () => {
    for (const text of ['\ufffd', '\ufeffid']) {
      const utf8 = Buffer.from(text);
      const head = hex(`a206 0${utf8.length + 4} 0a 0${utf8.length + 2} 12 0${utf8.length}`);
      expect(decodeReply(Buffer.concat([head, utf8]))).toMatchObject({
        mutations: [{ name: text }],
      });
    }
  });

  it('refuses a range that is not in the buffer', () => {
    const body = Buffer.alloc(4);
    for (const [start, end] of [
      [0, 5],
      [3, 2],
      [-1, 2],
      [0, NaN],
    ] as const) {
      expect(() => new WireReader(body, start, end)).toThrow(RangeError);
    }
  });
});
