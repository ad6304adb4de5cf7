import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Arena } from '#runtime/core/arena.ts';
import { StateTable } from '#runtime/core/state-table.ts';
import { groupOfHash, hashId } from '#runtime/ports/key-group.ts';

function read(table: StateTable, id: string): string | null {
  if (!table.find(id, hashId(id))) return null;
  const { page, valueStart, valueEnd } = table.entry;
  return page.bytes.latin1Slice(valueStart, valueEnd);
}

function put(table: StateTable, id: string, text: string): void {
  const value = Buffer.from(text, 'latin1');
  table.put(id, hashId(id), value, 0, value.length, Infinity);
}

const id = fc.oneof(fc.nat(30).map(String), fc.string({ unit: 'grapheme', maxLength: 40 }));
const size = fc.oneof(fc.nat(200), fc.nat(3000), fc.integer({ min: 65_000, max: 70_000 }));

describe('StateTable', () => {
  test('behaves as a map from ids to bytes, whatever the sizes', () => {
    const change = fc.record({ id, size: fc.option(size, { freq: 4 }), fill: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 80 }), (changes) => {
        const table = new StateTable(new Arena());
        const model = new Map<string, string>();
        for (const { id: key, size: bytes, fill } of changes) {
          if (bytes === null) {
            expect(table.remove(key, hashId(key))).toBe(model.delete(key));
          } else {
            const text = String.fromCharCode(fill).repeat(bytes);
            put(table, key, text);
            model.set(key, text);
          }
        }
        expect(table.size).toBe(model.size);
        for (const [key, text] of model) expect(read(table, key)).toBe(text);
        const ids = new Set<string>();
        for (let group = 0; group < 128; group++) {
          for (const found of table.idsOf(group)) {
            ids.add(found);
            expect(groupOfHash(hashId(found))).toBe(group);
          }
        }
        expect(ids).toEqual(new Set(model.keys()));
      }),
      { numRuns: 100 },
    );
  });

  test('many entries survive growth and removal of every second one', () => {
    const table = new StateTable(new Arena());
    for (let i = 0; i < 20_000; i++) put(table, `key-${i}`, `value-${i}`);
    for (let i = 0; i < 20_000; i += 2) table.remove(`key-${i}`, hashId(`key-${i}`));
    for (let i = 0; i < 20_000; i++) {
      expect(read(table, `key-${i}`)).toBe(i % 2 === 0 ? null : `value-${i}`);
    }
  });

  test('an id is not mistaken for another one whose characters are its bytes', () => {
    const table = new StateTable(new Arena());
    const one = Buffer.from('1');
    // The same hash for both, as somebody could search for.
    table.put('é', 7, one, 0, 1, Infinity);
    expect(table.find('Ã©', 7)).toBe(false);
    expect(table.find('é', 7)).toBe(true);
  });

  test('memory of removed values is used again', () => {
    const arena = new Arena();
    const table = new StateTable(arena);
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 1000; i++) put(table, `key-${i}`, 'x'.repeat(100));
      for (let i = 0; i < 1000; i++) table.remove(`key-${i}`, hashId(`key-${i}`));
    }
    expect(arena.bytes).toBe((1 << 16) + (1 << 20));
  });
});
