import fc from 'fast-check';
import { expect, test } from 'vitest';
import { family, globalGroup } from '#runtime/ports/cut.ts';
import { expiredState } from '#runtime/snapshot/expired-state.ts';
import { mergeGroup } from '#runtime/snapshot/merge.ts';
import { applyChange, decodeRecords, encodeRecord, type Change, type Model } from './cuts.ts';

const families = [family.void, family.name, family.state, family.message, family.counters];
const change = fc.record({
  family: fc.constantFrom(...families),
  group: fc.constant(globalGroup),
  key: fc.constantFrom('', 'a', 'b', 'c', 'dd', 'ee', '\u00e9'),
  payload: fc.option(fc.string({ maxLength: 5 }), { nil: null }),
});

const encode = (changes: readonly Change[]) => Buffer.concat(changes.map(encodeRecord));

function modelOf(changes: readonly Change[]): Model {
  const model: Model = new Map();
  for (const each of changes) applyChange(model, each);
  return model;
}

test('a base with changes merged in gives what the records give one by one', () => {
  fc.assert(
    fc.property(fc.array(fc.array(change, { maxLength: 30 }), { maxLength: 4 }), (rounds) => {
      let base: Uint8Array[] = [];
      for (const changes of rounds) base = mergeGroup(base, encode(changes), () => false);
      const merged = base.flatMap(decodeRecords);
      expect(modelOf(merged)).toEqual(modelOf(rounds.flat()));
      // One record for each key that lives, and none that says nothing.
      expect(merged).toHaveLength(modelOf(merged).size);
    }),
    { numRuns: 500 },
  );
});

test('names keep the order in which they first came, before everything else', () => {
  const names = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 12 });
  fc.assert(
    fc.property(fc.array(names, { maxLength: 4 }), (rounds) => {
      let base: Uint8Array[] = [];
      for (const keys of rounds) {
        const changes = keys.flatMap((key) => [
          { family: family.name, group: globalGroup, key, payload: 'same' },
          // Refers to the name, and is written again and again.
          { family: family.egress, group: globalGroup, key: 'pending', payload: key },
        ]);
        base = mergeGroup(base, encode(changes), () => false);
      }
      const merged = base.flatMap(decodeRecords);
      const order = merged.filter((record) => record.family === family.name);
      expect(order.map((record) => record.key)).toEqual([...new Set(rounds.flat())]);
      expect(merged.slice(order.length).every((record) => record.family !== family.name)).toBe(
        true,
      );
    }),
    { numRuns: 200 },
  );
});

test('thousands of keys, and records larger than a block', () => {
  const changes: Change[] = [];
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 4_000; i++) {
      const payload = i % 7 === round ? null : `${round}/${i}`;
      changes.push({ family: family.state, group: 3, key: `key ${i}`, payload });
    }
  }
  changes.push({ family: family.state, group: 3, key: 'large', payload: 'x'.repeat(1_500_000) });
  const half = changes.length >> 1;
  const base = mergeGroup([], encode(changes.slice(0, half)), () => false);
  const blocks = mergeGroup(base, encode(changes.slice(half)), () => false);
  expect(modelOf(blocks.flatMap(decodeRecords))).toEqual(modelOf(changes));
  expect(blocks.length).toBeGreaterThan(1);
});

test('a state that expired more than an hour ago is dropped, from bases and from changes', () => {
  const now = 1_700_000_000_000;
  const state = (key: string, expiresAt: number): Buffer => {
    const record = encodeRecord({ family: family.state, group: 1, key, payload: '12345678value' });
    record.writeDoubleLE(expiresAt, 8 + Buffer.byteLength(key));
    return record;
  };
  const log = Buffer.concat([
    state('never', Infinity),
    state('long ago', now - 3_600_001),
    state('just now', now - 1),
    state('later', now + 1),
  ]);
  const keys = (blocks: Uint8Array[]) => blocks.flatMap(decodeRecords).map((record) => record.key);
  const fresh = mergeGroup([], log, expiredState(now));
  expect(keys(fresh)).toEqual(['never', 'just now', 'later']);
  const again = mergeGroup(fresh, Buffer.alloc(0), expiredState(now + 4_000_000));
  expect(keys(again)).toEqual(['never']);
  const message = encodeRecord({
    family: family.message,
    group: 1,
    key: 'm',
    payload: '\0'.repeat(9),
  });
  expect(keys(mergeGroup([], message, expiredState(now)))).toEqual(['m']);
});
