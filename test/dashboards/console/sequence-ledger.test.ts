import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SequenceLedger } from '#dashboards/console/sequence-ledger.ts';

describe('the ledger', () => {
  it('agrees with a set for any order, gaps and repetitions, also across a restart', () => {
    const numbers = fc.array(fc.integer({ min: 3, max: 90 }), { maxLength: 150 });
    fc.assert(
      fc.property(numbers, fc.nat(150), fc.nat(100), (ids, restartAt, limit) => {
        let ledger = new SequenceLedger();
        ledger.begin(3);
        const seen = new Set<number>();
        let doubled = 0;
        for (const [index, id] of ids.entries()) {
          if (index === restartAt) {
            const restored = new SequenceLedger();
            restored.restore(ledger.record()!);
            ledger = restored;
          }
          if (seen.has(id)) doubled++;
          seen.add(id);
          ledger.note(id);
        }
        let missing = 0;
        for (let n = 3; n < limit; n++) if (!seen.has(n)) missing++;
        expect(ledger.seen).toBe(seen.size);
        expect(ledger.doubled).toBe(doubled);
        expect(ledger.missingBelow(limit)).toBe(missing);
      }),
      { numRuns: 300 },
    );
  });

  it('stays bounded when a number never comes, and still knows that it is missing', () => {
    const ledger = new SequenceLedger();
    ledger.begin(0);
    for (let n = 1; n < 4_300_000; n++) ledger.note(n);
    expect(ledger.low).toBe(4_300_000);
    expect(ledger.missingBelow(4_300_000)).toBe(1);
    expect(ledger.doubled).toBe(0);
    ledger.note(0);
    expect(ledger.missingBelow(4_300_000)).toBe(0);
    ledger.note(0);
    expect(ledger.doubled).toBe(1);
  });

  it('is not led astray by a number that can not belong to the sequence', () => {
    const ledger = new SequenceLedger();
    for (const n of [0, 1, 2, 999_999_999_999, 3]) ledger.note(n);
    expect(ledger).toMatchObject({ low: 4, high: 4, seen: 4, strange: 1 });
  });

  it('does not count what came before its first number', () => {
    const ledger = new SequenceLedger();
    ledger.begin(10);
    ledger.note(5);
    ledger.note(10);
    expect(ledger).toMatchObject({ seen: 1, doubled: 0 });
  });
});
