import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type AccountFeatures,
  addFraudLabel,
  addTransaction,
  transactionsMax,
} from '#models/features/account-history.ts';
import { amountMax, dayMs } from '#models/features/transaction.ts';

interface Step {
  readonly transactionId: string;
  readonly amount: number;
  readonly atMs: number;
}

const startMs = Date.UTC(2018, 3, 1);

/** All steps through the history; null where it saw a duplicate. */
function run(steps: readonly Step[]): (AccountFeatures | null)[] {
  let history: Uint8Array | null = null;
  return steps.map((step) => {
    const added = addTransaction(history, step);
    if (added !== null) history = added.history;
    return added?.features ?? null;
  });
}

/** The definition: every window summed over all that came before. */
function bruteForce(steps: readonly Step[], i: number): AccountFeatures {
  const { atMs } = steps[i]!;
  const before = steps.slice(0, i).filter((step) => step.atMs <= atMs);
  const window = (days: number): Step[] => [
    ...before.filter((step) => step.atMs > atMs - days * dayMs),
    steps[i]!,
  ];
  const cents = (of: Step[]): number => of.reduce((a, s) => a + Math.round(s.amount * 100), 0);
  const [day, week, month] = [window(1), window(7), window(30)];
  const lastMs = Math.max(...before.map((step) => step.atMs));
  const past = month.slice(0, -1).map((step) => Math.round(step.amount * 100) / 100);
  const mean = past.reduce((a, b) => a + b, 0) / (past.length || 1);
  const variance = past.reduce((a, b) => a + (b - mean) ** 2, 0) / (past.length || 1);
  // Amounts up to 43 million squared leave a rounding error that is small against them only.
  const close = (value: number): unknown => expect.closeTo(value, mean > 1e6 ? -2 : 2);
  return {
    count: [day.length, week.length, month.length],
    lastHour: window(1 / 24).length,
    average: [
      cents(day) / 100 / day.length,
      cents(week) / 100 / week.length,
      cents(month) / 100 / month.length,
    ],
    pastMean: expect.closeTo(mean, 6) as number,
    pastDeviation: close(Math.sqrt(variance)) as number,
    pastMax: Math.max(0, ...past),
    secondsSinceLast: before.length === 0 ? null : (atMs - lastMs) / 1000,
    knownFrauds: 0,
  };
}

// Gaps that meet window ends exactly, ties, and pauses longer than the history.
const gap = fc.oneof(
  fc.constantFrom(0, 1, dayMs - 1, dayMs, dayMs + 1, 7 * dayMs, 30 * dayMs - 1, 30 * dayMs),
  fc.integer({ min: 0, max: 40 * dayMs }),
  fc.integer({ min: 0, max: dayMs / 4 }),
);
const cents = fc.oneof(fc.integer({ min: 0, max: 30_000 }), fc.constant(amountMax * 100));

describe('the history of an account', () => {
  it('gives the windows of their definition, whatever the gaps, ties included', () => {
    const recorded = fc.array(fc.tuple(gap, cents), { maxLength: 60 });
    fc.assert(
      fc.property(recorded, (pairs) => {
        let atMs = startMs;
        const steps = pairs.map(([gapMs, amountCents], i) => {
          atMs += gapMs;
          return { transactionId: `t-${i}`, amount: amountCents / 100, atMs };
        });
        run(steps).forEach((features, i) => expect(features).toEqual(bruteForce(steps, i)));
      }),
      { numRuns: 300 },
    );
  });

  it('sorts late transactions in, exactly while the newest has pushed nothing out', () => {
    const offset = fc.integer({ min: 0, max: 30 * dayMs - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(offset, cents), { maxLength: 40 }), (pairs) => {
        const steps = pairs.map(([offsetMs, amountCents], i) => {
          return { transactionId: `t-${i}`, amount: amountCents / 100, atMs: startMs + offsetMs };
        });
        run(steps).forEach((features, i) => expect(features).toEqual(bruteForce(steps, i)));
      }),
    );
  });

  it('still answers for one that is older than all it keeps, without keeping it', () => {
    const [, , late, after] = run([
      { transactionId: 't-1', amount: 10, atMs: startMs },
      { transactionId: 't-2', amount: 20, atMs: startMs + 60 * dayMs },
      { transactionId: 't-3', amount: 30, atMs: startMs + dayMs },
      { transactionId: 't-4', amount: 40, atMs: startMs + 60 * dayMs },
    ]);
    expect(late).toMatchObject({ count: [1, 1, 1], average: [30, 30, 30] });
    expect(after).toMatchObject({ count: [2, 2, 2], average: [30, 30, 30] });
  });

  it('sees a transaction that comes again, and changes nothing', () => {
    const first = { transactionId: 't-1', amount: 10, atMs: startMs };
    const twin = { ...first, transactionId: 't-2' };
    const between = { transactionId: 't-3', amount: 7, atMs: startMs + dayMs };
    const [, tie, , again] = run([first, twin, between, first]);
    expect(tie?.count).toEqual([2, 2, 2]);
    expect(again).toBeNull();
  });

  it('takes at most 4 KB for 350 transactions in 30 days, labels included', () => {
    let history: Uint8Array | null = null;
    for (let i = 0; i < 700; i++) {
      const atMs = startMs + (i * 30 * dayMs) / 350;
      history = addTransaction(history, { transactionId: `t-${i}`, amount: 5, atMs })!.history;
      if (i % 10 === 0) history = addFraudLabel(history, atMs);
    }
    expect(history!.length).toBeLessThanOrEqual(4_096);
    expect(history!.length).toBeGreaterThan(3_500);
  });

  it('is bounded, and saturates', () => {
    let history: Uint8Array | null = null;
    let features: AccountFeatures | null = null;
    for (let i = 0; i < transactionsMax + 50; i++) {
      const step = { transactionId: `t-${i}`, amount: 5, atMs: startMs + i };
      ({ history, features } = addTransaction(history, step)!);
    }
    expect(features!.count).toEqual([2_001, 2_001, 2_001]);
    expect(history!.length).toBeLessThan(21_000);
  });

  it('knows a fraud from the time of its label on, for 30 days', () => {
    const atLabel = startMs + 10 * dayMs;
    let history = addTransaction(null, { transactionId: 't-0', amount: 5, atMs: startMs })!.history;
    history = addFraudLabel(history, atLabel);
    const known = (atMs: number): number => {
      return addTransaction(history, { transactionId: 't-1', amount: 5, atMs })!.features
        .knownFrauds;
    };
    expect(known(atLabel - 1)).toBe(0);
    expect(known(atLabel)).toBe(1);
    expect(known(atLabel + 30 * dayMs - 1)).toBe(1);
    expect(known(atLabel + 30 * dayMs)).toBe(0);
    expect(addTransaction(addFraudLabel(null, startMs), stepAt(startMs))!.features).toMatchObject({
      count: [1, 1, 1],
      knownFrauds: 1,
    });
  });

  it('refuses bytes that it did not write', () => {
    expect(() => addTransaction(new Uint8Array(3), stepAt(startMs))).toThrow(/3 bytes/);
    expect(() => addTransaction(new Uint8Array(12), stepAt(startMs))).toThrow(/format 0/);
    const { history } = addTransaction(null, stepAt(startMs))!;
    expect(() => addTransaction(history.subarray(0, 20), stepAt(startMs))).toThrow(/20 bytes/);
  });
});

function stepAt(atMs: number): Step {
  return { transactionId: 't-1', amount: 5, atMs };
}
