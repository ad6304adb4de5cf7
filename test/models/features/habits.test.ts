import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addHabit, habitFeatures } from '#models/features/habits.ts';
import { HabitsView } from '#models/features/habits-view.ts';
import { type Transaction, categories, dayMs } from '#models/features/transaction.ts';

const startMs = Date.UTC(2018, 3, 1);

function transaction(day: number, changes: Partial<Transaction> = {}): Transaction {
  const ids = { transactionId: 't', accountId: 'a', merchantId: 'm' };
  return { ...ids, amount: 10, atMs: startMs + day * dayMs, ...changes };
}

/** What is known after all of these, with every state packed and read again in between. */
function after(...steps: readonly Transaction[]): HabitsView {
  let packed: Uint8Array | null = null;
  for (const step of steps) {
    const habits = HabitsView.open(packed);
    addHabit(habits, step);
    packed = habits.pack();
  }
  return HabitsView.open(packed);
}

const step = fc.record({
  daysLater: fc.double({ min: -2, max: 40, noNaN: true }),
  amount: fc.double({ min: 0, max: 1_000, noNaN: true }),
  category: fc.constantFrom(...categories, 'unheard-of', undefined),
  channel: fc.constantFrom('online' as const, 'shop' as const, undefined),
  country: fc.constantFrom('BE', 'FR', undefined),
  device: fc.constantFrom('d-1', 'd-2', undefined),
  distanceKm: fc.constantFrom(0, 3, 900, undefined),
});

describe('habits', () => {
  it('are what the definition says: every purchase by what it fades to', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) => {
        let day = 10;
        const made = steps.map(({ daysLater, ...changes }) => {
          day = Math.max(0, day + daysLater);
          const given = Object.entries(changes).filter(([, value]) => value !== undefined);
          return transaction(day, Object.fromEntries(given));
        });
        const habits = after(...made);
        const newestMs = Math.max(...made.map(({ atMs }) => atMs));
        const sum = (of: (one: Transaction) => number): number =>
          made.reduce((all, one) => all + of(one) * 2 ** ((one.atMs - newestMs) / dayMs / 30), 0);
        const { total, online, away, logAmount, categories: bought } = habits.sums;
        const near = (expected: number): number => expect.closeTo(expected, 2) as number;
        expect({ total, online, away, logAmount }).toEqual({
          total: near(sum(() => 1)),
          online: near(sum(({ channel }) => (channel === 'online' ? 1 : 0))),
          away: near(sum(({ distanceKm = 0 }) => (distanceKm > 60 ? 1 : 0))),
          logAmount: near(sum(({ amount }) => Math.log(Math.max(0.01, amount)))),
        });
        categories.forEach((name, i) => {
          expect(bought[i]).toBeCloseTo(
            sum(({ category }) => (category === name ? 1 : 0)),
            2,
          );
        });
        const features = habitFeatures(habits, transaction(60, { category: 'cafe' }));
        for (const value of Object.values(features).flat()) {
          expect(Number.isFinite(Number(value))).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('say of a transaction what was before it alone', () => {
    const empty = habitFeatures(after(), transaction(0, { device: 'd-1', country: 'BE' }));
    // Nothing is new to an account of which nothing is known.
    expect(empty).toMatchObject({ isNewDevice: false, isNewCountry: false, isForeign: false });
    const habits = after(
      transaction(0, { device: 'd-1', country: 'BE', channel: 'online' }),
      transaction(4, { country: 'BE', channel: 'shop', distanceKm: 5 }),
    );
    const abroad = { device: 'd-2', country: 'FR', channel: 'shop', distanceKm: 905 } as const;
    expect(habitFeatures(habits, transaction(5, abroad))).toMatchObject({
      isNewDevice: true,
      deviceDays: 0,
      isForeign: true,
      isNewCountry: true,
      countries: 2,
      // There and back: only the distances from home are known.
      distanceFromLastKm: 910,
      speedKmh: 910 / 24,
      accountDays: 5,
    });
    const usual = { device: 'd-1', country: 'BE', channel: 'shop', distanceKm: 7 } as const;
    expect(habitFeatures(habits, transaction(5, usual))).toMatchObject({
      isNewDevice: false,
      deviceDays: 5,
      isForeign: false,
      isNewCountry: false,
      countries: 1,
      distanceFromLastKm: 2,
    });
  });

  it('forget what was not seen for longest, and stay small', () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      transaction(i, { device: `d-${i % 20}`, country: `C${i % 20}` }),
    );
    const habits = after(...many);
    expect(habits.pack().length).toBeLessThanOrEqual(524);
    expect(habitFeatures(habits, transaction(41, { device: 'd-19' })).isNewDevice).toBe(false);
    expect(habitFeatures(habits, transaction(41, { device: 'd-0' })).isNewDevice).toBe(true);
  });

  it('refuse what is none', () => {
    const packed = after(transaction(0)).pack();
    expect(() => HabitsView.open(packed.subarray(1))).toThrow(/account habits of/);
    expect(() => HabitsView.open(new Uint8Array(0))).toThrow(/account habits of/);
  });
});
