import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyBudget, packBudget, unpackBudget, withinBudget } from '#models/alerts/budget.ts';
import { moneyOf } from '#models/alerts/money.ts';
import { isAlert, parseAlertRule } from '#models/alerts/rule.ts';
import { seededRandom } from '#models/seeded-random.ts';

describe('a rule for alerts', () => {
  it.each([
    ['model', { kind: 'model' }],
    ['cost:3.5', { kind: 'cost', reviewCost: 3.5 }],
    ['budget:40', { kind: 'budget', perDay: 40 }],
  ])('is read from %s', (text, rule) => {
    expect(parseAlertRule(text)).toEqual(rule);
  });

  it.each(['', 'cost', 'cost:', 'cost:-1', 'cost:x', 'budget:1.5', 'budget:0', 'modell'])(
    'is not read from "%s"',
    (text) => {
      expect(parseAlertRule(text)).toBeNull();
    },
  );

  it('compares the score with a threshold, or what is probably lost with the cost', () => {
    const judged = { score: 0.1, amount: 50, day: 1, threshold: 0.2 };
    const of = (text: string): boolean => isAlert(parseAlertRule(text)!, judged, emptyBudget());
    expect([of('model'), of('cost:4.9'), of('cost:5')]).toEqual([false, true, false]);
  });
});

describe('a budget of alerts', () => {
  it('is never exceeded, and is packed between any two scores', () => {
    const scored = fc.record({
      score: fc.double({ min: 0, max: 1, noNaN: true }),
      later: fc.integer({ min: 0, max: 2 }),
    });
    fc.assert(
      fc.property(
        fc.array(scored, { maxLength: 300 }),
        fc.integer({ min: 1, max: 9 }),
        (all, most) => {
          let packed: Uint8Array | undefined;
          let day = 100;
          const alerts = new Map<number, number>();
          for (const { score, later } of all) {
            day += later === 2 ? 1 : 0;
            const state = unpackBudget(packed);
            if (withinBudget(state, most, { score, day, threshold: 0.5 })) {
              alerts.set(day, (alerts.get(day) ?? 0) + 1);
            }
            packed = packBudget(state);
            expect(unpackBudget(packed)).toEqual(state);
          }
          expect(Math.max(0, ...alerts.values())).toBeLessThanOrEqual(most);
        },
      ),
    );
  });

  it('goes to the highest scores, and is used up on a day like the one before', () => {
    const random = seededRandom(1);
    const state = emptyBudget();
    const alerted: { day: number; score: number }[] = [];
    for (let day = 0; day < 10; day++) {
      for (let n = 0; n < 2_000; n++) {
        const score = random() ** 6;
        if (withinBudget(state, 20, { score, day, threshold: 0.9 })) alerted.push({ day, score });
      }
    }
    const later = alerted.filter(({ day }) => day > 0);
    expect(later.length).toBeGreaterThan(9 * 20 * 0.5);
    // The highest hundredth of these scores begins at .94.
    expect(Math.min(...later.map(({ score }) => score))).toBeGreaterThan(0.9);
  });

  it('begins anew from what is no such state', () => {
    expect(unpackBudget(new Uint8Array(7))).toEqual(emptyBudget());
    expect(unpackBudget(undefined)).toEqual(emptyBudget());
  });
});

describe('money', () => {
  it('counts what is caught against what looking costs', () => {
    const settled = [
      { amount: 100, alert: true, fraud: true },
      { amount: 300, alert: false, fraud: true },
      { amount: 20, alert: true, fraud: false },
      { amount: 20, alert: true, fraud: false },
      { amount: 20, alert: false, fraud: false },
    ];
    expect(moneyOf(settled, 3)).toEqual({
      ...{ transactions: 5, frauds: 2, fraudValue: 400, alerts: 3, caught: 1, caughtValue: 100 },
      ...{ valueDetection: 0.25, falsePerTrue: 2, netSavings: 91 },
    });
    expect(moneyOf([], 3)).toMatchObject({ netSavings: 0, valueDetection: NaN });
  });
});
