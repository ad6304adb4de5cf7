/**
 * What a day's sample of transactions looks like against the weeks on which the models were
 * calibrated: one report a day of event time, as a record and as metrics of this process. An alarm
 * on it is what a team would act on long before labels come.
 */
import { fromSparse } from '#models/features/feature-vector.ts';
import { addLabel, addSample, packCounts, unpackCounts } from '#models/monitoring/day-counts.ts';
import type { MonitoringReference } from '#models/monitoring/reference.ts';
import { dayMs } from '#models/features/transaction.ts';
import { type AnyFunction, bytes, defineFunction, on } from '#sdk/index.ts';
import { labelSeenMessage, sampleMessage } from './messages.ts';
import type { Metrics } from './metrics.ts';
import { monitorType } from './names.ts';
import { type Output, plainOutput } from './output.ts';

export function monitor(
  reference: MonitoringReference,
  metrics: Metrics,
  output: Output = plainOutput,
): AnyFunction {
  return defineFunction(
    { type: monitorType, state: { counts: bytes('weir.fraud/DayCounts') } },
    on(sampleMessage, (ctx, { atMs, scores, ...vector }) => {
      const counts = unpackCounts(ctx.state.counts, reference);
      const report = addSample(counts, reference, {
        day: Math.floor(atMs / dayMs),
        features: fromSparse(vector),
        scores: reference.scores.map(({ name }) => scores[name] ?? NaN),
      });
      ctx.state.counts = packCounts(counts);
      if (report === null) return;
      output.monitoring(ctx, { kind: 'stability', ...report });
      metrics.stability(report);
    }),
    on(labelSeenMessage, (ctx, { ageDays }) => {
      const counts = unpackCounts(ctx.state.counts, reference);
      addLabel(counts, ageDays);
      ctx.state.counts = packCounts(counts);
      metrics.label(ageDays);
    }),
  );
}
