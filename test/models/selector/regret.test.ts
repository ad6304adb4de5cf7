import { describe, expect, it } from 'vitest';
import { lossOf } from '#models/selector/evidence.ts';
import { addToTotals, emptyTotals, regretOf } from '#models/selector/regret.ts';

describe('regret', () => {
  it('is the loss of what was served beyond that of the best model, as a share of it', () => {
    const totals = emptyTotals(2);
    expect(regretOf(totals)).toBeNull();
    addToTotals(totals, [0.1, 0.3], 0.3, false, 1);
    expect(regretOf(totals)).toBeCloseTo(lossOf(0.3, false) / lossOf(0.1, false) - 1, 12);
    // It was a fraud: now the one that was served did best.
    addToTotals(totals, [0.1, 0.3], 0.3, false, -1);
    addToTotals(totals, [0.1, 0.3], 0.3, true, 1);
    expect(regretOf(totals)).toBeCloseTo(0, 12);
    // A blend may do better than all of them.
    addToTotals(totals, [0.1, 0.3], 0.05, false, 1);
    expect(regretOf(totals)!).toBeLessThan(0);
  });
});
