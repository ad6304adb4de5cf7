import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type MerchantFeatures,
  addMerchantFraudLabel,
  addMerchantTransaction,
  merchantFraudsMax,
  merchantTransactionsMax,
} from '#models/features/merchant-history.ts';
import { dayMs } from '#models/features/transaction.ts';

const startMs = Date.UTC(2018, 3, 1);

interface Fraud {
  readonly atMs: number;
  readonly knownMs: number;
}

/** The definition, over all transactions and labels that there ever were. */
function bruteForce(times: readonly number[], frauds: readonly Fraud[], atMs: number) {
  const endMs = atMs - 7 * dayMs;
  const known = frauds.filter(({ knownMs }) => knownMs <= atMs);
  const within = (list: readonly number[], days: number): number =>
    list.filter((t) => t > endMs - days * dayMs && t <= endMs).length;
  const fraudTimes = known.map((fraud) => fraud.atMs);
  const volume = [1, 7, 30].map((days) => within(times, days));
  const past = fraudTimes.filter((t) => t <= atMs && t > atMs - 37 * dayMs);
  return {
    volume,
    risk: [1, 7, 30].map((days, w) => {
      return volume[w] === 0 ? 0 : within(fraudTimes, days) / volume[w]!;
    }),
    delayedFrauds: within(fraudTimes, 21),
    daysSinceFraud: past.length === 0 ? null : (atMs - Math.max(...past)) / dayMs,
    lastLabelledRisk: lastFour(times, fraudTimes, atMs),
    knownFrauds: known.filter(({ knownMs }) => knownMs > atMs - 30 * dayMs).length,
  };
}

function lastFour(times: readonly number[], frauds: readonly number[], atMs: number): number {
  const labelled = [
    ...times
      .filter((t) => t <= atMs - 7 * dayMs && t > atMs - 37 * dayMs)
      .map((t) => ({ t, fraud: frauds.includes(t) })),
    ...frauds.filter((t) => t <= atMs && t > atMs - 7 * dayMs).map((t) => ({ t, fraud: true })),
  ].sort((a, b) => b.t - a.t);
  const newest = labelled.slice(0, 4);
  return newest.length === 0 ? 0 : newest.filter(({ fraud }) => fraud).length / newest.length;
}

describe('the history of a merchant', () => {
  it('gives delayed windows and known frauds, as defined', () => {
    const step = fc.record({
      // No ties: which of several transactions at one moment was the fraud, the bytes don't tell.
      gapMs: fc.oneof(
        fc.integer({ min: 1, max: dayMs / 2 }),
        fc.constantFrom(dayMs, 7 * dayMs, 8 * dayMs, 30 * dayMs),
        fc.integer({ min: 1, max: 12 * dayMs }),
      ),
      fraud: fc.integer({ min: 0, max: 3 }),
      delayMs: fc.oneof(
        fc.integer({ min: 0, max: 2 * dayMs }),
        fc.constantFrom(7 * dayMs, 7 * dayMs - 1, 7 * dayMs + 1),
        fc.integer({ min: 0, max: 29 * dayMs }),
      ),
      /** The label is delivered with its transaction, long before it is to be used. */
      early: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
        let history: Uint8Array | null = null;
        let nowMs = startMs;
        const times: number[] = [];
        const delivered: Fraud[] = [];
        let coming: Fraud[] = [];
        const deliver = (fraud: Fraud): void => {
          history = addMerchantFraudLabel(history, fraud.atMs, fraud.knownMs);
          delivered.push(fraud);
        };
        for (const { gapMs, fraud, delayMs, early } of steps) {
          nowMs += gapMs;
          const atMs = nowMs;
          coming.filter(({ knownMs }) => knownMs <= atMs).forEach(deliver);
          coming = coming.filter(({ knownMs }) => knownMs > atMs);
          const added: { history: Uint8Array; features: MerchantFeatures } = addMerchantTransaction(
            history,
            atMs,
          );
          history = added.history;
          times.push(atMs);
          expect(added.features).toEqual(bruteForce(times, delivered, atMs));
          if (fraud > 0) continue;
          const label = { atMs, knownMs: atMs + delayMs };
          if (early) deliver(label);
          else coming.push(label);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('counts a late transaction at its own time', () => {
    const added = addMerchantTransaction(null, startMs + 20 * dayMs);
    const late = addMerchantTransaction(added.history, startMs + 5 * dayMs);
    expect(late.features.volume).toEqual([0, 0, 0]);
    const later = addMerchantTransaction(late.history, startMs + 12 * dayMs);
    expect(later.features.volume).toEqual([1, 1, 1]);
    const older = addMerchantTransaction(later.history, startMs - 60 * dayMs);
    expect(older.features.volume).toEqual([0, 0, 0]);
    expect(older.history).toBe(later.history);
  });

  it('never uses a label before its time', () => {
    let { history } = addMerchantTransaction(null, startMs);
    const knownMs = startMs + 9 * dayMs;
    history = addMerchantFraudLabel(history, startMs, knownMs);
    const at = (atMs: number): MerchantFeatures => addMerchantTransaction(history, atMs).features;
    const unknown = { risk: [0, 0, 0], daysSinceFraud: null, lastLabelledRisk: 0, knownFrauds: 0 };
    expect(at(knownMs - 1)).toMatchObject(unknown);
    expect(at(knownMs)).toMatchObject({
      risk: [0, 1, 1],
      delayedFrauds: 1,
      daysSinceFraud: 9,
      lastLabelledRisk: 1,
      knownFrauds: 1,
    });
  });

  it('is bounded, whatever its volume, and saturates', () => {
    let history: Uint8Array | null = null;
    for (let i = 0; i < merchantTransactionsMax + 100; i++) {
      ({ history } = addMerchantTransaction(history, startMs + i));
      if (i % 10 === 0) history = addMerchantFraudLabel(history, startMs + i, startMs + i);
    }
    expect(history!.length).toBe(12 + 16 * merchantFraudsMax + 4 * merchantTransactionsMax);
    const { features } = addMerchantTransaction(history, startMs + 8 * dayMs);
    expect(features.volume[1]).toBe(merchantTransactionsMax);
    expect(features.risk.every((risk) => risk >= 0 && risk <= 1)).toBe(true);
    expect(() => addMerchantTransaction(history!.subarray(1), startMs)).toThrow(/merchant history/);
    expect(() => addMerchantTransaction(history!.subarray(0, 50), startMs)).toThrow(/50 bytes/);
    expect(() => addMerchantTransaction(new Uint8Array(3), startMs)).toThrow(/3 bytes/);
  });
});
