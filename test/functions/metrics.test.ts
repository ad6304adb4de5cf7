import { describe, expect, it } from 'vitest';
import type { Decided } from '#functions/messages.ts';
import { Metrics } from '#functions/metrics.ts';

const decided: Decided = {
  transaction: { transactionId: 't-1', accountId: 'a', merchantId: 'm', amount: 5, atMs: 0 },
  ...{ persona: 'online', scores: [0.1], served: 0, score: 0.1, model: 'mean', alert: false },
  ...{ propensity: 1, control: false, reasons: [] },
  evidence: { count: 0, z: null, regret: null },
};

async function byVersion(metrics: Metrics): Promise<Record<string, number>> {
  const { values } = await metrics.registry
    .getSingleMetric('weir_fraud_classifier_scores_total')!
    .get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels['version']), value]));
}

describe('scores by version of the classifier', () => {
  it('are counted, those of a classifier without a name too', async () => {
    const metrics = new Metrics();
    for (const version of ['v1', 'v1', 'v2']) metrics.scored({ ...decided, version });
    metrics.scored(decided);
    expect(await byVersion(metrics)).toEqual({ v1: 2, v2: 1, unnamed: 1 });
  });

  it('stay a bounded number of series, whatever a classifier calls itself', async () => {
    const metrics = new Metrics();
    for (let n = 0; n < 200; n++) metrics.scored({ ...decided, version: `v${n}` });
    metrics.scored({ ...decided, version: 'v7' });
    metrics.scored({ ...decided, version: 'x'.repeat(10_000) });
    const counts = await byVersion(metrics);
    expect(Object.keys(counts)).toHaveLength(51);
    expect(counts).toMatchObject({ v7: 2, other: 151 });
  });
});
