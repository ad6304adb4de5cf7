import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply, encodeReply } from '#protocol/codec/reply.ts';
import type { OutgoingReply } from '#protocol/messages.ts';
import { arbitraryBatch, arbitraryReply, outgoingBatch } from './arbitrary-messages.ts';
import { heldReply } from './held-messages.ts';

/** Replies of the official JavaScript SDK 3.3.0, byte by byte. */
const vectors: { name: string; hex: string; reply: OutgoingReply }[] = [
  {
    name: 'a state that was not sent',
    hex: 'aa06200a1e0a0573746174651a15696f2e737461746566756e2e74797065732f696e74',
    reply: {
      kind: 'incomplete',
      missing: [
        {
          name: 'state',
          typename: 'io.statefun.types/int',
          expiration: 'none',
          expireAfterMs: 0,
        },
      ],
    },
  },
  {
    name: 'a state that was modified',
    hex: 'a2062d0a2b0801120573746174651a200a15696f2e737461746566756e2e74797065732f696e7410011a050d02000000',
    reply: {
      kind: 'effects',
      mutations: [
        {
          name: 'state',
          value: { typename: 'io.statefun.types/int', value: '\x0d\x02\x00\x00\x00' },
        },
      ],
      messages: [],
      delayed: [],
      egress: [],
    },
  },
  {
    name: 'an egress record',
    hex: 'a2065b22590a12737461746566756e2e736d6f6b652e6532651211766572696669636174696f6e2d73696e6b1a300a26737461746566756e2e736d6f6b652e6532652f766572696669636174696f6e2d726573756c7410011a0408071003',
    reply: {
      kind: 'effects',
      mutations: [],
      messages: [],
      delayed: [],
      egress: [
        {
          id: 'statefun.smoke.e2e/verification-sink',
          value: {
            typename: 'statefun.smoke.e2e/verification-result',
            value: '\x08\x07\x10\x03',
          },
        },
      ],
    },
  },
];

describe('the replies of the official SDK', () => {
  for (const { name, hex, reply } of vectors) {
    it(`are read and written byte by byte: ${name}`, () => {
      expect(encodeReply(reply).toString('hex')).toBe(hex);
      expect(heldReply(decodeReply(Buffer.from(hex, 'hex')))).toEqual(reply);
    });
  }
});

interface OfficialMessage {
  deserializeBinary(bytes: Uint8Array): { serializeBinary(): Uint8Array };
}
const require = createRequire(import.meta.url);
const official = require('apache-flink-statefun/dist/generated/request-reply_pb.js') as {
  readonly ToFunction: OfficialMessage;
  readonly FromFunction: OfficialMessage;
};

describe('what the codec writes', () => {
  it('is byte by byte what the official SDK makes of the same reply', () => {
    fc.assert(
      fc.property(arbitraryReply, (reply) => {
        const bytes = encodeReply(reply);
        const theirs = official.FromFunction.deserializeBinary(bytes).serializeBinary();
        expect(bytes.equals(theirs), bytes.toString('hex')).toBe(true);
      }),
    );
  });

  it('is byte by byte what the official SDK makes of the same batch', () => {
    fc.assert(
      fc.property(arbitraryBatch, (batch) => {
        const bytes = encodeInvocationBatch(outgoingBatch(batch));
        const theirs = official.ToFunction.deserializeBinary(bytes).serializeBinary();
        expect(bytes.equals(theirs), bytes.toString('hex')).toBe(true);
      }),
    );
  });
});
