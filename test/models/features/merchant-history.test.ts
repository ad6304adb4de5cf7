import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMerchantFraudLabel,
  addMerchantTransaction,
  merchantFraudLabelsMax,
} from '#models/features/merchant-history.ts';
import { dayMs } from '#models/features/transaction.ts';

const startMs = Date.UTC(2018, 3, 1);
const dayOf = (atMs: number): number => Math.floor(atMs / dayMs);

describe('the history of a merchant', () => {
  it('gives volumes by calendar day and frauds by label time, as defined', () => {
    const step = fc.record({
      gapMs: fc.oneof(
        fc.integer({ min: 0, max: dayMs / 2 }),
        fc.integer({ min: 0, max: 35 * dayMs }),
      ),
      label: fc.boolean(),
      // A label stream that runs ahead, or behind.
      skewMs: fc.integer({ min: -dayMs, max: 3 * dayMs }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let history: Uint8Array | null = null;
        let nowMs = startMs;
        const transactions: number[] = [];
        const labels: number[] = [];
        for (const { gapMs, label, skewMs } of steps) {
          nowMs += gapMs;
          if (label) {
            history = addMerchantFraudLabel(history, nowMs + skewMs);
            labels.push(nowMs + skewMs);
            continue;
          }
          transactions.push(nowMs);
          const added = addMerchantTransaction(history, nowMs);
          history = added.history;
          const at = nowMs;
          const volume = [1, 7, 30].map((days) => {
            return transactions.filter((t) => dayOf(t) > dayOf(at) - days).length;
          });
          const known = [1, 7, 30].map((days) => {
            return labels.filter((t) => t > at - days * dayMs && t <= at).length;
          });
          expect(added.features).toEqual({
            volume,
            risk: known.map((frauds, w) => Math.min(1, frauds / volume[w]!)),
            knownFrauds: known[2],
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('counts a late transaction on its own day', () => {
    let { history } = addMerchantTransaction(null, startMs + 5 * dayMs);
    const late = addMerchantTransaction(history, startMs + 3 * dayMs);
    expect(late.features.volume).toEqual([1, 1, 1]);
    ({ history } = late);
    expect(addMerchantTransaction(history, startMs + 5 * dayMs).features.volume).toEqual([2, 3, 3]);
    const older = addMerchantTransaction(history, startMs - 60 * dayMs);
    expect(older.features.volume).toEqual([1, 1, 1]);
    expect(older.history).toEqual(history);
  });

  it('is bounded, whatever its volume', () => {
    let history: Uint8Array | null = null;
    for (let i = 0; i < 500; i++) {
      ({ history } = addMerchantTransaction(history, startMs + i));
      history = addMerchantFraudLabel(history, startMs + i);
    }
    expect(history!.length).toBe(126 + 8 * merchantFraudLabelsMax);
    expect(() => addMerchantTransaction(history!.subarray(1), startMs)).toThrow(/merchant history/);
  });
});
