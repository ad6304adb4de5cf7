import fc from 'fast-check';
import type { FunctionReply, InvocationBatch, InvocationNode } from '#protocol/messages.ts';
import type { HeldBatch, HeldValue } from './held-messages.ts';

/** Text that has a UTF-8 form, of any script, empty, and long enough for two-byte lengths. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom('', '\ufffd', '\ufeffx', '__proto__', 'a'.repeat(127), 'ä'.repeat(64)),
);
const name = text.map((value) => value.replaceAll('/', ''));
const typename = fc.oneof(text, fc.constantFrom('io.statefun.types/int', 'weir.fraud/Score'));
const pair = fc.oneof(
  fc.constantFrom('weir.fraud/account', 'a/b/c'),
  fc.tuple(text, name).map(([namespace, type]) => `${namespace}/${type}`),
);
const address = fc.record({ type: pair, id: text });
/** Of which a decoder can tell that it is there. */
const namedAddress = address.filter(({ type }) => type !== '/');
const bytes = fc
  .uint8Array({ maxLength: 300 })
  .map((value) => Buffer.from(value).toString('latin1'));
const value: fc.Arbitrary<HeldValue> = fc.record({ typename, value: bytes });
const durationMs = fc.oneof(
  fc.maxSafeNat(),
  fc.nat({ max: 70_000 }),
  fc.constantFrom(0, 127, 128, 2 ** 28, 2 ** 31 - 1, 2 ** 31, 2 ** 32, 2 ** 35, 2 ** 53 - 1),
);

export const arbitraryBatch: fc.Arbitrary<HeldBatch> = fc.record({
  target: namedAddress,
  states: fc.array(fc.record({ name: text, value: fc.option(value) }), { maxLength: 5 }),
  invocations: fc.array(fc.record({ caller: fc.option(namedAddress), argument: value }), {
    minLength: 1,
    maxLength: 20,
  }),
});

export const arbitraryReply: fc.Arbitrary<FunctionReply<HeldValue>> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('effects' as const),
      mutations: fc.array(fc.record({ name: text, value: fc.option(value) }), { maxLength: 5 }),
      messages: fc.array(fc.record({ target: address, value }), { maxLength: 10 }),
      delayed: fc.array(
        fc.oneof(
          fc.record({
            cancel: fc.constant(false as const),
            token: text,
            delayMs: durationMs,
            target: address,
            value,
          }),
          fc.record({ cancel: fc.constant(true as const), token: text }),
        ),
        { maxLength: 5 },
      ),
      egress: fc.array(fc.record({ id: pair, value }), { maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('incomplete' as const),
      missing: fc.array(
        fc.oneof(
          fc.record({
            name: text,
            typename,
            expiration: fc.constantFrom('after-write' as const, 'after-invoke' as const),
            expireAfterMs: durationMs,
          }),
          fc.record({
            name: text,
            typename,
            expiration: fc.constant('none' as const),
            expireAfterMs: fc.constant(0),
          }),
        ),
        { maxLength: 5 },
      ),
    }),
  },
);

/**
 * A batch as the engine holds it: values as strings or as bytes, in turns, states within a larger
 * buffer, and more of both than count.
 */
export function outgoingBatch(batch: HeldBatch): InvocationBatch {
  const left = 3;
  const states = batch.states.map(({ name, value }) => {
    const body = Buffer.from(`...${value?.value ?? ''}...`, 'latin1');
    return {
      name,
      typename: value?.typename ?? '',
      present: value !== null,
      body: name.length % 2 === 0 ? body : new Uint8Array(body),
      start: left,
      end: body.length - left,
    };
  });
  let next: InvocationNode | null = {
    caller: null,
    typename: 'a/later-one',
    value: 'for another batch',
    next: null,
  };
  for (const { caller, argument } of batch.invocations.toReversed()) {
    const { typename, value } = argument;
    const asBytes = value.length % 2 === 0;
    next = { caller, typename, value: asBytes ? Buffer.from(value, 'latin1') : value, next };
  }
  const stale = {
    name: 'left-over',
    typename: 'x/y',
    present: true,
    body: Buffer.from('left over'),
    start: 0,
    end: 4,
  };
  return {
    target: batch.target,
    states: [...states, stale],
    stateCount: states.length,
    first: next,
    count: batch.invocations.length,
  };
}
