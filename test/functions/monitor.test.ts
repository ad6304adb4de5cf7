import { describe, expect, it } from 'vitest';
import { personaDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';
import { application } from '#functions/application.ts';
import { Metrics, serveMetrics } from '#functions/metrics.ts';
import { monitoringRecord, transactionMessage, feedbackMessage } from '#functions/messages.ts';
import { accountType, decisionType, monitoringEgress } from '#functions/names.ts';
import { testHarness } from '#sdk/index.ts';
import { recordedEvents } from '../../scripts/recorded-events.ts';

describe('monitoring', () => {
  it('reports each day how far it is from the calibration, as records and as metrics', async () => {
    const metrics = new Metrics();
    const harness = testHarness(application({}, metrics));
    const world = createWorld({ ...personaDefaults, customers: 300, riseDay: 84 });
    const firstDay = personaDefaults.timelineFrom + 80;
    for (const event of recordedEvents(world, firstDay)) {
      if (event.kind === 'label') {
        const { transactionId, fraud, atMs } = event;
        const to = { type: decisionType, id: transactionId };
        await harness.send(to, feedbackMessage, { transactionId, fraud, atMs });
        continue;
      }
      const { transaction } = event;
      if (transaction.atMs >= (firstDay + 9) * 86_400_000) break;
      await harness.send(
        { type: accountType, id: transaction.accountId },
        transactionMessage,
        transaction,
      );
    }
    const records = harness.egress(monitoringEgress, monitoringRecord);
    const stability = records.filter((record) => record.kind === 'stability');
    expect(stability.map(({ day }) => day)).toEqual(
      Array.from({ length: 8 }, (_, i) => firstDay + i),
    );
    // Online and shop customers' signals rise on the fifth day: half of all.
    const signal = stability.map(({ features }) => features['signal-1']!);
    const mean = (values: number[]): number => values.reduce((a, b) => a + b) / values.length;
    expect(mean(signal.slice(4))).toBeGreaterThan(mean(signal.slice(0, 4)));
    const calibration = records.filter((record) => record.kind === 'calibration');
    expect(calibration.length).toBeGreaterThan(6 * 5);
    expect(Object.keys(calibration[0]!.models)).toHaveLength(5);

    const { port, close } = await serveMetrics(metrics, 0, '127.0.0.1');
    try {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      expect(text).toMatch(/weir_fraud_stability_index\{kind="feature",name="signal-1"\} [\d.]+/);
      expect(text).toMatch(
        /weir_fraud_stability_index\{kind="score",name="boosted-trees"\} [\d.]+/,
      );
      expect(text).toMatch(/weir_fraud_calibration_ratio\{persona="\w+",model="[\w-]+"\} [\d.]+/);
      expect(text).toMatch(/weir_fraud_fraud_labels_total\{up_to_days="\d+"\} \d+/);
      expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
    } finally {
      await close();
    }
  });
});
