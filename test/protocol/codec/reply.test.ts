import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReply, encodeReply } from '#protocol/codec/reply.ts';
import type { OutgoingReply } from '#protocol/messages.ts';
import { arbitraryReply } from './arbitrary-messages.ts';
import { heldReply } from './held-messages.ts';
import { referenceDecodeReply, referenceEncodeReply } from './reference-codec.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** An `InvocationResponse` or an `IncompleteInvocationContext` in its frame. */
function reply(body: string, tag = 'a206'): Buffer {
  const bytes = hex(body);
  return Buffer.concat([hex(tag), Buffer.from([bytes.length]), bytes]);
}
const noEffects = { kind: 'effects', mutations: [], messages: [], delayed: [], egress: [] };
const withCode = (code: string): unknown => expect.objectContaining({ code });

describe('the reply codec', () => {
  it('writes what the reference reads', () => {
    fc.assert(
      fc.property(arbitraryReply, (value) => {
        expect(referenceDecodeReply(encodeReply(value))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('reads what the reference writes', () => {
    fc.assert(
      fc.property(arbitraryReply, (value) => {
        expect(heldReply(decodeReply(referenceEncodeReply(value)))).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });

  it('takes values as bytes as well as strings', () => {
    const withValue = (value: string | Uint8Array): OutgoingReply => ({
      kind: 'effects',
      mutations: [{ name: 's', value: { typename: 'n/v', value } }],
      messages: [],
      delayed: [],
      egress: [{ id: 'n/e', value: { typename: 'n/v', value } }],
    });
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const text = Buffer.from(bytes).toString('latin1');
    expect(encodeReply(withValue(bytes))).toEqual(encodeReply(withValue(text)));
    expect(heldReply(decodeReply(encodeReply(withValue(bytes))))).toEqual(withValue(text));
  });

  it('takes zero bytes, no branch and an empty branch for no effects', () => {
    for (const body of ['', '0801', 'a20600']) expect(decodeReply(hex(body))).toEqual(noEffects);
    expect(encodeReply(noEffects as unknown as OutgoingReply).toString('hex')).toBe('a20600');
  });

  it('lets the last branch count', () => {
    const missing = 'aa06 05 0a03 0a0161';
    const effects = 'a206 05 0a03 120162';
    const declared = { name: 'a', typename: '', expiration: 'none', expireAfterMs: 0 };
    expect(decodeReply(hex(effects + missing))).toEqual({
      kind: 'incomplete',
      missing: [declared],
    });
    const deleted = { ...noEffects, mutations: [{ name: 'b', value: null }] };
    expect(decodeReply(hex(missing + effects))).toEqual(deleted);
  });

  it('deletes by default, and only where it says so', () => {
    const deleted = decodeReply(reply('0a 09 12 01 73 1a 04 0a 02 6e 2f'));
    expect(deleted).toMatchObject({ mutations: [{ name: 's', value: null }] });
    const empty = decodeReply(reply('0a 05 08 01 12 01 73'));
    expect(empty).toMatchObject({ mutations: [{ value: { typename: '', hasValue: false } }] });
    const absent = decodeReply(reply('0a 0b 08 01 12 01 73 1a 04 0a 02 6e 2f'));
    expect(absent).toMatchObject({ mutations: [{ value: { typename: 'n/', hasValue: false } }] });
  });

  it('gives a target and a value that are not there empty fields', () => {
    const decoded = decodeReply(reply('12 00 1a 00 22 00'));
    const value = { typename: '', value: '' };
    expect(heldReply(decoded)).toEqual({
      ...noEffects,
      messages: [{ target: { type: '/', id: '' }, value }],
      delayed: [{ cancel: false, token: '', delayMs: 0, target: { type: '/', id: '' }, value }],
      egress: [{ id: '/', value }],
    });
  });

  it('refuses enum values that it does not know', () => {
    expect(() => decodeReply(reply('0a 05 08 02 12 01 73'))).toThrow(
      withCode('WEIR_PROTOCOL_UNKNOWN_ENUM'),
    );
    expect(() => decodeReply(reply('0a 07 0a 01 73 12 02 08 03', 'aa06'))).toThrow(
      withCode('WEIR_PROTOCOL_UNKNOWN_ENUM'),
    );
  });

  it('gives negative delays as they are, and refuses what no number holds exactly', () => {
    const delayed = (varint: string) => decodeReply(reply(`1a ${varint}`));
    expect(delayed('0b 08 ff ff ff ff ff ff ff ff ff 01')).toMatchObject({
      delayed: [{ delayMs: -1 }],
    });
    // 2^53 - 1 and 2^53
    expect(delayed('09 08 ff ff ff ff ff ff ff 0f')).toMatchObject({
      delayed: [{ delayMs: Number.MAX_SAFE_INTEGER }],
    });
    expect(() => delayed('09 08 80 80 80 80 80 80 80 10')).toThrow(
      withCode('WEIR_PROTOCOL_NUMBER_RANGE'),
    );
    // 2^63 - 1 and -2^63
    for (const varint of ['ff ff ff ff ff ff ff ff 7f', '80 80 80 80 80 80 80 80 80 01']) {
      const length = (varint.split(' ').length + 1).toString(16).padStart(2, '0');
      expect(() => delayed(`${length} 08 ${varint}`)).toThrow(
        withCode('WEIR_PROTOCOL_NUMBER_RANGE'),
      );
    }
  });

  it('refuses a negative expiration, and to write a delay that is no whole number', () => {
    const spec = '0a 0f 12 0d 08 01 10 ff ff ff ff ff ff ff ff ff 01';
    expect(() => decodeReply(reply(spec, 'aa06'))).toThrow(withCode('WEIR_PROTOCOL_NUMBER_RANGE'));
    for (const delayMs of [-1, 0.5, NaN, Infinity, 2 ** 53]) {
      const target = { type: 'n/t', id: 'i' };
      const value = { typename: 'n/v', value: '' };
      const send = { cancel: false as const, token: '', delayMs, target, value };
      expect(() =>
        encodeReply({
          kind: 'effects',
          mutations: [],
          messages: [],
          delayed: [send],
          egress: [],
        }),
      ).toThrow(withCode('WEIR_PROTOCOL_NUMBER_RANGE'));
    }
  });

  it('refuses a name with a slash: it would be read as another namespace', () => {
    // namespace n, type t/u, by the short way and by the long one
    for (const address of ['0a 0a 01 6e 12 03 74 2f 75 1a 00', '08 12 03 74 2f 75 0a 01 6e']) {
      const message = hex(address);
      const body = `12 ${(message.length + 1).toString(16).padStart(2, '0')} 0a ${address}`;
      expect(() => decodeReply(reply(body))).toThrow(withCode('WEIR_PROTOCOL_BAD_NAME'));
    }
    expect(() => decodeReply(reply('22 08 0a 01 6e 12 03 74 2f 75'))).toThrow(
      withCode('WEIR_PROTOCOL_BAD_NAME'),
    );
  });
});
