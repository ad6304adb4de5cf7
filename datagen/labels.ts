/** When it becomes known what a transaction was. */
import { fraudLabelDaysMax, fraudLabelDaysMin } from './label-options.ts';
import type { LabelOptions } from './options.ts';
import type { RandomStream } from './random.ts';
import { dayMs } from './transaction.ts';

/**
 * Milliseconds until the label; NaN if there never is one. A few numbers are drawn in any case, so
 * that the shares change nothing but which labels there are.
 */
export function labelDelayMs(
  options: LabelOptions,
  random: RandomStream,
  fraud: boolean,
  unreportedShare = 0,
): number {
  const chance = random.uniform();
  if (!fraud) {
    return chance < options.legitimateLabelShare
      ? Math.round(options.legitimateLabelDays * dayMs)
      : NaN;
  }
  const reviewed = random.uniform() < options.reviewShare;
  const chargebackDays = Math.exp(
    random.normal(Math.log(options.fraudLabelMedianDays), options.fraudLabelSigma),
  );
  if (chance < unreportedShare) return NaN;
  const days = reviewed ? random.exponential(options.reviewHours / 24) : chargebackDays;
  return Math.round(Math.min(fraudLabelDaysMax, Math.max(fraudLabelDaysMin, days)) * dayMs);
}
