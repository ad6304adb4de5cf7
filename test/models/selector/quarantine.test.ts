import { describe, expect, it } from 'vitest';
import { addToLevels, emptyLevels, quarantined } from '#models/selector/quarantine.ts';
import { seededRandom } from '#models/seeded-random.ts';

/** Levels after so many transactions on which five models say about the same, but for a change. */
function after(count: number, change: (score: number) => number = (score) => score): boolean[] {
  const random = seededRandom(1);
  const levels = emptyLevels(5);
  for (let n = 0; n < count; n++) {
    const risk = random() < 0.02 ? 0.7 : 0.003;
    const scores = Array.from({ length: 5 }, () => risk * (0.5 + random()));
    addToLevels(levels, scores.with(3, change(scores[3]!)));
  }
  return quarantined(levels);
}
const none = [false, false, false, false, false];
const fourth = [false, false, false, true, false];

describe('the quarantine', () => {
  it('leaves models alone that agree on how much fraud there is', () => {
    for (const count of [0, 49, 50, 200, 1_000, 5_000]) expect(after(count)).toEqual(none);
    // One that sees half or twice as much fraud is badly calibrated, which labels will show.
    expect(after(2_000, (score) => Math.min(1, 2 * score))).toEqual(none);
    expect(after(2_000, (score) => score / 2)).toEqual(none);
  });

  it('takes one out that is on another level, as soon as that is no accident', () => {
    expect(after(49, () => 0.5)).toEqual(none);
    expect(after(60, () => 0.5)).toEqual(fourth);
    expect(after(300, (score) => 1 - score)).toEqual(fourth);
    expect(after(300, () => 0)).toEqual(fourth);
  });

  it('forgets what is long past', () => {
    let left = 500;
    expect(after(3_000, (score) => (left-- > 0 ? 0.5 : score))).toEqual(none);
  });

  it('does not trust a model that never said anything', () => {
    expect(after(500, () => NaN)).toEqual(fourth);
  });
});
