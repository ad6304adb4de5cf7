import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Evidence,
  type EvidenceOptions,
  type Outcome,
  addOutcome,
  correctOutcome,
  emptyEvidence,
  lossOf,
  pairIndex,
  productIndex,
  settleUpTo,
} from '#models/selector/evidence.ts';
import { emptyLevels } from '#models/selector/quarantine.ts';
import { packSelector, unpackSelector } from '#models/selector/packed-state.ts';
import type { SelectorState } from '#models/selector/selector.ts';

const options: EvidenceOptions = { models: 3, maturityDays: 5, discount: 0.8 };
const score = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(NaN));
const step = fc.record({
  daysLater: fc.integer({ min: 0, max: 3 }),
  /** How late it comes. */
  lateDays: fc.integer({ min: 0, max: 8 }),
  scores: fc.tuple(score, score, score),
  /** Which earlier transaction gets a label before it, and what it says. */
  label: fc.option(fc.tuple(fc.nat(), fc.boolean())),
});

/** Everything summed anew from the transactions and what is known of them. */
function bruteForce(known: readonly { outcome: Outcome; fraud: boolean }[], today: number) {
  const loss = [0, 0, 0];
  const squares = [0, 0, 0];
  const products = [0, 0, 0, 0, 0, 0];
  let count = 0;
  for (const { outcome, fraud } of known) {
    const age = today - outcome.day;
    if (age < options.maturityDays) continue;
    const weight = options.discount ** (age - options.maturityDays);
    count += weight;
    const losses = outcome.scores.map((value) => lossOf(value, fraud));
    losses.forEach((value, i) => {
      loss[i]! += weight * value;
      for (let j = i + 1; j < 3; j++) {
        squares[pairIndex(3, i, j)]! += weight * (value - losses[j]!) ** 2;
      }
    });
    const errors = outcome.scores.map((value) => {
      if (Number.isNaN(value)) return fraud ? -1 : 1;
      return value - (fraud ? 1 : 0);
    });
    for (let i = 0; i < 3; i++) {
      for (let j = i; j < 3; j++) {
        products[productIndex(3, i, j)]! += weight * errors[i]! * errors[j]!;
      }
    }
  }
  return { count, loss, squares, products };
}

describe('evidence', () => {
  it('is what a recount of mature days would give, however labels come, change and repeat', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const evidence = emptyEvidence(options);
        const known: { outcome: Outcome; fraud: boolean }[] = [];
        let today = 100;
        for (const { daysLater, lateDays, scores, label } of steps) {
          today += daysLater;
          settleUpTo(evidence, options, today);
          const labelled = label === null ? undefined : known[label[0] % Math.max(1, known.length)];
          if (labelled !== undefined && labelled.fraud !== label![1]) {
            correctOutcome(evidence, options, labelled.outcome, label![1]);
            labelled.fraud = label![1];
          }
          const outcome = { day: today - lateDays, scores, only: null };
          addOutcome(evidence, options, outcome);
          known.push({ outcome, fraud: false });
        }
        const expected = bruteForce(known, today);
        const { count, loss, squares, products } = evidence.settled;
        for (const n of count) expect(n).toBeCloseTo(expected.count, 9);
        loss.forEach((value, i) => expect(value).toBeCloseTo(expected.loss[i]!, 9));
        squares.forEach((value, i) => expect(value).toBeCloseTo(expected.squares[i]!, 9));
        products.forEach((value, i) => expect(value).toBeCloseTo(expected.products[i]!, 9));
        expect(evidence.open.size).toBeLessThanOrEqual(options.maturityDays);
      }),
      { numRuns: 300 },
    );
  });

  it('says nothing of days that are not mature', () => {
    const evidence = emptyEvidence(options);
    for (let day = 0; day < options.maturityDays; day++) {
      addOutcome(evidence, options, { day, scores: [0.5, 0.5, 0.5], only: null });
    }
    expect([...evidence.settled.count]).toEqual([0, 0, 0]);
    settleUpTo(evidence, options, options.maturityDays);
    expect([...evidence.settled.count]).toEqual([1, 1, 1]);
  });

  it('credits one model alone in bandit mode', () => {
    const evidence = emptyEvidence(options);
    addOutcome(evidence, options, { day: 0, scores: [0.5, 0.4, 0.3], only: 1 });
    settleUpTo(evidence, options, 5);
    expect([...evidence.settled.count]).toEqual([0, 1, 0]);
    expect(evidence.settled.loss[1]).toBeCloseTo(lossOf(0.4, false));
    expect([...evidence.settled.squares]).toEqual([0, 0, 0]);
  });

  it('counts a model that gives no probability as wrong', () => {
    for (const value of [NaN, -0.1, 1.1, Infinity]) expect(lossOf(value, false)).toBe(1);
    // ln 0.2 / ln 0.0001, and so on.
    expect(lossOf(0.2, true)).toBeCloseTo(0.1747, 4);
    expect(lossOf(0.2, false)).toBeCloseTo(0.0242, 4);
    expect([lossOf(0, true), lossOf(1e-9, true), lossOf(1, false)]).toEqual([1, 1, 1]);
    expect(lossOf(1, true)).toBeCloseTo(0, 12);
  });
});

describe('a packed state', () => {
  it('is the same when it is read again, and refuses what is none', () => {
    const evidence: Evidence = emptyEvidence(options);
    for (let day = 7; day < 20; day++) {
      addOutcome(evidence, options, { day, scores: [0.1 * (day % 9), 0.2, NaN], only: null });
    }
    const parent = { loss: [0.1, 0.2, 0.3], products: [1, 2, 3, 4, 5, 6] };
    const state: SelectorState = {
      evidence,
      incumbent: 2,
      sinceDay: 9,
      pinned: 1,
      held: [null, 'quarantine', 'shadow'],
      parent,
      levels: emptyLevels(3),
      totals: Float64Array.of(1, 2, 3, 4),
    };
    const bytes = packSelector(state);
    expect(unpackSelector(bytes, 3)).toEqual(state);
    expect(packSelector(unpackSelector(bytes, 3))).toEqual(bytes);
    // What was packed before models could be held back has no such numbers.
    const older = Buffer.from(bytes.subarray(0, bytes.length - 3 * 8));
    older.writeDoubleLE(2, 0);
    expect(unpackSelector(older, 3)).toEqual({ ...state, held: [null, null, null] });
    const fresh = { ...state, pinned: null, evidence: emptyEvidence(options) };
    expect(unpackSelector(packSelector(fresh), 3)).toEqual(fresh);
    expect(() => unpackSelector(bytes, 4)).toThrow(/selector state/);
    expect(() => unpackSelector(bytes.subarray(0, 40), 3)).toThrow(/of 40 bytes/);
    expect(() => unpackSelector(bytes.subarray(0, bytes.length - 8), 3)).toThrow(/selector state/);
    expect(() => unpackSelector(Buffer.alloc(bytes.length), 3)).toThrow(/format 0/);
  });
});
