import { describe, expect, it } from 'vitest';
import { dayMs } from '#datagen/day.ts';
import { worldDefaults } from '#datagen/options.ts';
import { createWorld } from '#datagen/world.ts';
import { artifactText } from '#models/artifact.ts';
import { logisticRegression } from '#models/logistic-regression.ts';
import { type RecordedEvent, prepareTraining, trainModel } from '#models/training.ts';
import { recordedEvents } from '../../scripts/recorded-events.ts';

const firstDay = 17_500;
const world = createWorld({ ...worldDefaults, customers: 400, terminals: 800, radius: 8 });
const plan = {
  trainFromMs: (firstDay + 35) * dayMs,
  trainToMs: (firstDay + 70) * dayMs,
  labelsUntilMs: (firstDay + 84) * dayMs,
  heldOutFromMs: (firstDay + 84) * dayMs,
  heldOutToMs: (firstDay + 105) * dayMs,
};
const origin = { data: 'a small world', generator: { ...world.options } };

function train(): ReturnType<typeof trainModel> {
  const data = prepareTraining(recordedEvents(world, firstDay), plan);
  return trainModel(logisticRegression, data, 0.01, origin);
}

describe('training', () => {
  const model = train();

  it('beats chance by far on weeks that it has not seen', () => {
    const { heldOut } = model.card;
    const baseRate = heldOut.frauds / heldOut.transactions;
    expect(heldOut.frauds).toBeGreaterThan(50);
    expect(heldOut.auc).toBeGreaterThan(0.8);
    expect(heldOut.averagePrecision).toBeGreaterThan(20 * baseRate);
    // Always saying the base rate gives r (1 - r).
    expect(heldOut.brier).toBeLessThan(0.8 * baseRate * (1 - baseRate));
  });

  it('gives the same artifact again, bit for bit', () => {
    expect(artifactText(train())).toBe(artifactText(model));
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
    expect(blind.training).toEqual(seeing.training);
    expect(blind.heldOut.labels).not.toEqual(seeing.heldOut.labels);
  });
});
