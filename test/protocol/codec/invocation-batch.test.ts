import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeInvocationBatch,
  encodeInvocationBatch,
  invocationBatchBytes,
  writeInvocationBatch,
} from '#protocol/codec/invocation-batch.ts';
import { arbitraryBatch, outgoingBatch } from './arbitrary-messages.ts';
import { heldBatch } from './held-messages.ts';
import type { HeldBatch } from './held-messages.ts';
import { referenceDecodeBatch, referenceEncodeBatch } from './reference-codec.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** `a2 06`, the length, and a target `n/t` with the id `i`, in front of `rest`. */
function request(rest: string): Buffer {
  const body = Buffer.concat([hex('0a 09 0a 01 6e 12 01 74 1a 01 69'), hex(rest)]);
  return Buffer.concat([hex('a206'), Buffer.from([body.length]), body]);
}

describe('the batch codec', () => {
  it('writes what the reference reads, and announces its length', () => {
    fc.assert(
      fc.property(arbitraryBatch, (batch) => {
        const outgoing = outgoingBatch(batch);
        const encoded = encodeInvocationBatch(outgoing);
        expect(referenceDecodeBatch(encoded)).toEqual(batch);
        expect(invocationBatchBytes(outgoing)).toBe(encoded.length);
      }),
      { numRuns: 500 },
    );
  });

  it('reads what the reference writes', () => {
    fc.assert(
      fc.property(arbitraryBatch, (batch) => {
        expect(heldBatch(decodeInvocationBatch(referenceEncodeBatch(batch)))).toEqual(batch);
      }),
      { numRuns: 500 },
    );
  });

  it('carries 1,000 invocations with callers through both codecs', () => {
    const batch: HeldBatch = {
      target: { type: 'weir.fraud/account', id: 'Zoë-東京-🦊' },
      states: [{ name: 'windows', value: { typename: 'weir.fraud/Windows', value: '' } }],
      invocations: Array.from({ length: 1_000 }, (_, i) => ({
        caller: i % 3 === 0 ? null : { type: `n/t${i % 7}`, id: `caller-${i}` },
        argument: { typename: 'n/v', value: 'v'.repeat(i) },
      })),
    };
    const encoded = encodeInvocationBatch(outgoingBatch(batch));
    expect(referenceDecodeBatch(encoded)).toEqual(batch);
    expect(heldBatch(decodeInvocationBatch(encoded))).toEqual(batch);
    expect(heldBatch(decodeInvocationBatch(referenceEncodeBatch(batch)))).toEqual(batch);
  });

  it('carries more bytes than the scratch buffer has, and small batches after it', () => {
    const batch = (size: number): HeldBatch => ({
      target: { type: 'n/t', id: 'i' },
      states: [],
      invocations: [{ caller: null, argument: { typename: 'n/v', value: 'x'.repeat(size) } }],
    });
    for (const size of [3_000_001, 10, 100_001]) {
      const decoded = decodeInvocationBatch(encodeInvocationBatch(outgoingBatch(batch(size))));
      expect(heldBatch(decoded)).toEqual(batch(size));
    }
  });

  it('writes into a larger buffer, and changes nothing where there is no room', () => {
    const batch: HeldBatch = {
      target: { type: 'n/t', id: 'i' },
      states: [{ name: 's', value: null }],
      invocations: [{ caller: null, argument: { typename: 'n/v', value: 'abc' } }],
    };
    const outgoing = outgoingBatch(batch);
    const out = Buffer.alloc(100, 0xee);
    const end = writeInvocationBatch(outgoing, out, 7);
    expect(end).toBe(7 + invocationBatchBytes(outgoing));
    expect(heldBatch(decodeInvocationBatch(out, 7, end))).toEqual(batch);
    expect(out.subarray(0, 7).every((byte) => byte === 0xee)).toBe(true);
    expect(out.subarray(end).every((byte) => byte === 0xee)).toBe(true);
    const small = Buffer.alloc(end - 7 - 1, 0xee);
    expect(() => writeInvocationBatch(outgoing, small, 0)).toThrow(RangeError);
    expect(small.every((byte) => byte === 0xee)).toBe(true);
  });

  it('copies no value', () => {
    const body = request('1a 0a 12 08 0a 01 78 10 01 1a 01 76');
    const { argument } = decodeInvocationBatch(body).invocations[0]!;
    expect(argument).toMatchObject({ typename: 'x', hasValue: true });
    expect(argument.body).toBe(body);
    expect([argument.start, argument.end]).toEqual([body.length - 1, body.length]);
  });

  it('tells an empty state from a value of zero bytes, and both from no has_value', () => {
    const body = request('12 03 0a 01 61  12 09 0a 01 62 12 04 0a 00 10 01  12 05 0a 01 63 12 00');
    const states = decodeInvocationBatch(body).states;
    expect(states.map(({ name, value }) => [name, value?.hasValue])).toEqual([
      ['a', undefined],
      ['b', true],
      ['c', false],
    ]);
  });

  it('takes a caller whose fields are all empty for none', () => {
    const body = request('1a 02 0a 00  1a 08 0a 06 0a 00 12 00 1a 00');
    expect(decodeInvocationBatch(body).invocations.map(({ caller }) => caller)).toEqual([
      null,
      null,
    ]);
  });

  it('refuses a request without an invocation or a target', () => {
    for (const body of ['', 'a20600', 'a206020a00', '0801']) {
      expect(() => decodeInvocationBatch(hex(body))).toThrow(
        expect.objectContaining({ code: 'WEIR_PROTOCOL_NO_REQUEST' }),
      );
    }
  });

  it('refuses a function type without a slash', () => {
    const batch = outgoingBatch({
      target: { type: 'account', id: 'i' },
      states: [],
      invocations: [{ caller: null, argument: { typename: 'n/v', value: '' } }],
    });
    expect(() => encodeInvocationBatch(batch)).toThrow(
      expect.objectContaining({ code: 'WEIR_PROTOCOL_BAD_NAME' }),
    );
  });
});
