import type { LabelOptions, NumberSpec, OptionSpecs } from './options.ts';

/** A label never comes at once: somebody has to look. */
export const fraudLabelDaysMin = 0.1;
export const fraudLabelDaysMax = 60;
export const shareOf = (flag: string, text: string, value: number): NumberSpec => {
  return { flag: `${flag} <share>`, text, default: value, min: 0, max: 1, kind: 'real' };
};

export const seedSpec: NumberSpec = {
  flag: '--seed <integer>',
  text: 'the same seed and options give the same stream, byte for byte',
  ...{ default: 1, min: 0, max: 0xffffffff, kind: 'integer' },
};

/** `reviewShare`: by world. */
export function labelSpecs(reviewShare: number): OptionSpecs<LabelOptions> {
  return {
    fraudLabelMedianDays: {
      flag: '--fraud-label-days <days>',
      text: 'median delay of a fraud label (lognormal, clipped to 0.1-60 days)',
      ...{ default: 7, min: fraudLabelDaysMin, max: fraudLabelDaysMax, kind: 'real' },
    },
    fraudLabelSigma: {
      flag: '--fraud-label-sigma <number>',
      text: 'sd of the logarithm of that delay',
      ...{ default: 0.8, min: 0, max: 3, kind: 'real' },
    },
    reviewShare: shareOf(
      '--review-share',
      'share of the frauds that an investigator confirms within hours instead',
      reviewShare,
    ),
    reviewHours: {
      flag: '--review-hours <hours>',
      text: 'mean hours until then',
      ...{ default: 6, min: 0.1, max: 240, kind: 'real' },
    },
    legitimateLabelShare: shareOf(
      '--legitimate-share',
      'share of legitimate transactions that are confirmed (1 doubles the load)',
      0.05,
    ),
    legitimateLabelDays: {
      flag: '--legitimate-label-days <days>',
      text: 'after how many days they are',
      ...{ default: 30, min: fraudLabelDaysMin, max: 120, kind: 'real' },
    },
  };
}
