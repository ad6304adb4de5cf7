import { expect, it } from 'vitest';
import { featureNames } from '#models/features/feature-vector.ts';
import { FeatureReplay } from '#models/features/feature-replay.ts';
import { referenceEvents } from '../../../scripts/reference-events.ts';

/** The Handbook's data can't be redistributed: the test runs where somebody has it. */
const file = process.env['WEIR_REFERENCE_DATA'];

/** Sums over the training week 2018-07-25 to 07-31, of the data with the Handbook's own features. */
const expected: Record<string, number> = {
  amount: 3602233.45,
  'during-weekend': 19028,
  'during-night': 11676,
  'account-count-1d': 239717,
  'account-count-7d': 1273426,
  'account-count-30d': 5240825,
  'account-average-1d': 3604023.554,
  'account-average-7d': 3605191.485,
  'account-average-30d': 3607397.576,
  'merchant-volume-1d': 67223,
  'merchant-volume-7d': 469933,
  'merchant-volume-30d': 2017578,
  'merchant-risk-1d': 352.35,
  'merchant-risk-7d': 603.288,
  'merchant-risk-30d': 599.055,
};

it.runIf(file !== undefined)(
  "the features are the Handbook's (skipped unless WEIR_REFERENCE_DATA names its transactions)",
  { timeout: 300_000 },
  () => {
    const replay = new FeatureReplay();
    const [fromMs, toMs] = [Date.parse('2018-07-25'), Date.parse('2018-08-01')];
    const sums = new Float64Array(featureNames.length);
    for (const event of referenceEvents(file!)) {
      if (event.kind === 'label') {
        replay.label(event);
        continue;
      }
      const { atMs } = event.transaction;
      if (atMs >= toMs) break;
      const vector = replay.transaction(event.transaction)!.features;
      if (atMs >= fromMs) vector.forEach((value, i) => (sums[i]! += value));
    }
    for (const [name, sum] of Object.entries(expected)) {
      expect(sums[featureNames.indexOf(name)], name).toBeCloseTo(sum, 2);
    }
  },
);
