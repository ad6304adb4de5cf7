import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import { decodeReply } from '#protocol/codec/reply.ts';
import { WeirError } from '#protocol/errors.ts';
import { arbitraryBatch, arbitraryReply } from './arbitrary-messages.ts';
import { heldBatch, heldReply } from './held-messages.ts';
import { SeededNumbers, mutated } from './mutator.ts';
import {
  referenceDecodeBatch,
  referenceDecodeReply,
  referenceEncodeBatch,
  referenceEncodeReply,
} from './reference-codec.ts';
import { injected } from '../../fault-table/injected.ts';

const inputs = 100_000;
const seed = Number(process.env['WEIR_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

// Most inputs end in an error that nobody looks at; its stack would take most of the time.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 0;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

interface Outcome {
  /** Undefined if the decoder refused, with the code. */
  readonly value?: unknown;
  readonly code?: string;
}

function outcome(decode: () => unknown): Outcome {
  try {
    return { value: decode() };
  } catch (error) {
    if (error instanceof WeirError && error.code.startsWith('WEIR_PROTOCOL_')) {
      return { code: error.code };
    }
    throw error;
  }
}

function referenceOutcome(decode: () => unknown): Outcome {
  try {
    const value = decode();
    return value === null ? { code: 'no request' } : { value };
  } catch (error) {
    return { code: String(error) };
  }
}

/**
 * Refusals that the reference does not know: names with a slash, numbers beyond 2^53, unknown
 * enum values, and (as it reads numbers more loosely) malformed varints and tags.
 */
const stricter = new Set(
  ['BAD_NAME', 'NUMBER_RANGE', 'UNKNOWN_ENUM', 'MALFORMED', 'TOO_DEEP'].map(
    (name) => `WEIR_PROTOCOL_${name}`,
  ),
);

/** Every changed message gives a value or an error with a code, and the reference agrees. */
function fuzz(
  originals: readonly Buffer[],
  ours: (body: Buffer) => unknown,
  reference: (body: Buffer) => unknown,
): Map<string, number> {
  const numbers = new SeededNumbers(seed);
  const counts = new Map<string, number>();
  const pick = () => originals[numbers.below(originals.length)]!;
  injected(31, inputs);
  for (let i = 0; i < inputs; i++) {
    const body = mutated(pick(), pick(), numbers);
    const hand = outcome(() => ours(body));
    const key = hand.code ?? 'value';
    counts.set(key, (counts.get(key) ?? 0) + 1);
    // The reference is slow: every eighth is enough.
    if (i % 8 !== 0 || (hand.code !== undefined && stricter.has(hand.code))) continue;
    const oracle = referenceOutcome(() => reference(body));
    if (JSON.stringify(hand) === JSON.stringify(oracle)) continue;
    if (hand.code === undefined && oracle.code === undefined) {
      expect(hand.value, `seed ${seed}, input ${i}: ${body.toString('hex')}`).toEqual(oracle.value);
    } else if ((hand.code === undefined) !== (oracle.code === undefined)) {
      expect.fail(
        `seed ${seed}, input ${i}: ${hand.code ?? 'a value'}, ` +
          `but the reference: ${oracle.code ?? 'a value'}; ${body.toString('hex')}`,
      );
    }
  }
  return counts;
}

describe(`changed messages (WEIR_SEED=${seed})`, () => {
  it('give a request or an error with a code', () => {
    const originals = fc
      .sample(arbitraryBatch, { numRuns: 200, seed })
      .map((batch) => referenceEncodeBatch(batch));
    const counts = fuzz(
      originals,
      (body) => heldBatch(decodeInvocationBatch(body)),
      referenceDecodeBatch,
    );
    expect([...counts.keys()]).toEqual(
      expect.arrayContaining(['value', 'WEIR_PROTOCOL_TRUNCATED', 'WEIR_PROTOCOL_NO_REQUEST']),
    );
  });

  it('give a reply or an error with a code', () => {
    const originals = fc
      .sample(arbitraryReply, { numRuns: 200, seed })
      .map((reply) => referenceEncodeReply(reply));
    const counts = fuzz(originals, (body) => heldReply(decodeReply(body)), referenceDecodeReply);
    expect([...counts.keys()]).toEqual(
      expect.arrayContaining(['value', 'WEIR_PROTOCOL_TRUNCATED', 'WEIR_PROTOCOL_BAD_UTF8']),
    );
  });
});
