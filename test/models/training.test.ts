import { describe, expect, it } from 'vitest';
import { dayMs } from '#datagen/transaction.ts';
import { handbookDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';
import { type TrainedModel, artifactText } from '#models/artifact.ts';
import { logisticRegression } from '#models/logistic-regression.ts';
import {
  type RecordedEvent,
  type TrainingPlan,
  prepareTraining,
  trainModel,
} from '#models/training.ts';
import { recordedEvents } from '../../scripts/recorded-events.ts';

const firstDay = 17_500;
const world = createWorld({ ...handbookDefaults, customers: 400, terminals: 800, radius: 8 });
const from = (day: number): number => (firstDay + day) * dayMs;
const plan: TrainingPlan = {
  training: { fromMs: from(35), toMs: from(70) },
  calibration: { fromMs: from(70), toMs: from(80) },
  labelsUntilMs: from(94),
  labelDelay: { medianDays: 7, sigma: 0.8 },
  heldOut: { fromMs: from(94), toMs: from(115) },
};
const origin = { data: 'a small world', generator: { ...world.options } };

function train(): Promise<TrainedModel> {
  const data = prepareTraining(recordedEvents(world, firstDay), plan);
  return trainModel(logisticRegression, data, 0.01, origin);
}

describe('training', async () => {
  const model = await train();

  it('beats chance by far on weeks that it has not seen', () => {
    const { heldOut } = model.card;
    const baseRate = heldOut.frauds / heldOut.transactions;
    expect(heldOut.frauds).toBeGreaterThan(50);
    expect(heldOut.auc).toBeGreaterThan(0.8);
    expect(heldOut.averagePrecision).toBeGreaterThan(20 * baseRate);
    // Always saying the base rate gives r (1 - r).
    expect(heldOut.brier).toBeLessThan(0.8 * baseRate * (1 - baseRate));
  });

  it('gives the same artifact again, bit for bit', async () => {
    expect(artifactText(await train())).toBe(artifactText(model));
  });

  it('says what a probability is worth, on weeks that it has not seen', () => {
    const { heldOut } = model.card;
    expect(heldOut.calibrationError).toBeLessThan(0.004);
    expect(heldOut.brier).toBeLessThan(1.05 * heldOut.uncalibrated.brier);
  });

  it('uses no label that arrived after its end, and no transaction of its held-out weeks', () => {
    const untilMs = plan.labelsUntilMs;
    function* forgetful(): Generator<RecordedEvent> {
      for (const event of recordedEvents(world, firstDay)) {
        if (event.kind === 'label' && event.atMs >= untilMs) continue;
        if (event.kind === 'transaction' && event.transaction.atMs >= untilMs) {
          yield { ...event, fraud: false, transaction: { ...event.transaction, amount: 1 } };
        } else yield event;
      }
    }
    const blind = prepareTraining(forgetful(), plan);
    const seeing = prepareTraining(recordedEvents(world, firstDay), plan);
    expect(blind.training.set).toEqual(seeing.training.set);
    expect(blind.calibration.set).toEqual(seeing.calibration.set);
    expect(blind.heldOut.set.labels).not.toEqual(seeing.heldOut.set.labels);
  });
});
