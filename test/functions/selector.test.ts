import type { AlertRule } from '#models/alerts/rule.ts';
import { describe, expect, it } from 'vitest';
import { application } from '#functions/application.ts';
import { classifier } from '#functions/classifier.ts';
import { decision } from '#functions/decision.ts';
import {
  type Score,
  feedbackMessage,
  featuresMessage,
  holdMessage,
  monitoringRecord,
  pinMessage,
  scoreRecord,
} from '#functions/messages.ts';
import { classifierType, decisionType, monitoringEgress, scoresEgress } from '#functions/names.ts';
import { selector } from '#functions/selector.ts';
import { selectorParent } from '#functions/selector-parent.ts';
import { type TrainedModel, loadModels } from '#models/artifact.ts';
import { featureNames, toSparse } from '#models/features/feature-vector.ts';
import { dayMs } from '#models/features/transaction.ts';
import { unpackSelector } from '#models/selector/packed-state.ts';
import { policies } from '#models/selector/policy.ts';
import { lossOf } from '#models/selector/evidence.ts';
import { selectorDefaults } from '#models/selector/selector.ts';
import { type AnyFunction, type TestHarness, testHarness } from '#sdk/index.ts';
import { priorOf } from '../models/selector/streams.ts';

const startMs = Date.UTC(2018, 3, 1);
const [anyModel] = loadModels();

/** A model whose score is a feature: what a transaction says of itself. */
function modelOf(name: string, score: (features: Float64Array) => number): TrainedModel {
  return {
    ...anyModel!,
    classifier: {
      name,
      score,
      explain: () => ({ scale: 'logit', base: 0, contributions: new Float64Array(2).fill(1) }),
      save: () => ({}),
    },
    calibration: { scores: [0, 1], probabilities: [0, 1] },
    alertThreshold: 0.5,
  };
}

/** Feature 0 is what the first model says, feature 1 what the second says; below 0 it says NaN. */
const first = modelOf('first', (features) => (features[0]! < 0 ? NaN : features[0]!));
const second = modelOf('second', (features) => features[1]!);
const options = {
  ...selectorDefaults,
  maturityDays: 3,
  pseudoCount: 10,
  policy: policies.get('follow-the-leader')!,
  prior: priorOf([0.1, 0.2]),
};

function functions(
  changes: Partial<typeof options> = {},
  rule: AlertRule = { kind: 'model' },
): AnyFunction[] {
  const selecting = { ...options, ...changes };
  return [
    classifier([first, second], rule),
    selector([first, second], selecting, rule),
    selectorParent(selecting.prior),
    decision('90 days'),
  ];
}

async function pay(
  harness: TestHarness,
  number: number,
  day: number,
  says: readonly [number, number],
  persona = 'p',
): Promise<void> {
  const ids = { transactionId: `t-${number}`, accountId: 'a', merchantId: 'm' };
  const transaction = { ...ids, amount: 5, atMs: startMs + day * dayMs };
  const features = Float64Array.from(featureNames, (_, i) => says[i] ?? 0);
  const message = { transaction, persona, ...toSparse(features) };
  await harness.send({ type: classifierType, id: '0' }, featuresMessage, message);
}

async function label(harness: TestHarness, number: number, fraud: boolean): Promise<void> {
  const value = { transactionId: `t-${number}`, fraud, atMs: startMs };
  await harness.send({ type: decisionType, id: value.transactionId }, feedbackMessage, value);
}

function scores(harness: TestHarness): readonly Score[] {
  return harness.egress(scoresEgress, scoreRecord);
}

function stateOf(harness: TestHarness, persona = 'p') {
  const at = functions()[1]!.at(persona);
  const { evidence } = harness.state(at) as { evidence: Uint8Array };
  return unpackSelector(evidence, 2);
}

describe('the selector', () => {
  it('serves what the holdout named, until late labels say otherwise', async () => {
    const harness = testHarness(functions({ pseudoCount: 1 }));
    let number = 0;
    for (let day = 0; day < 12; day++) {
      for (let i = 0; i < 120; i++, number++) {
        // The second sees each fraud, the first sees one in everything else.
        const fraud = i % 40 === 0;
        await pay(harness, number, day, fraud ? [0.1, 0.9] : [0.3, 0.01]);
        if (fraud) await label(harness, number, true);
      }
    }
    const given = scores(harness);
    expect(given[0]).toMatchObject({ model: 'first', persona: 'p', propensity: 1 });
    expect(given.at(-1)).toMatchObject({ model: 'second' });
    expect(given.at(-1)!.evidence.count).toBeGreaterThan(300);
    expect(given.at(-1)!.evidence.z).toBeGreaterThan(2);
    const changed = given.findIndex(({ model }) => model === 'second');
    // Not before the first day was mature.
    expect(given[changed]!.atMs).toBeGreaterThanOrEqual(startMs + 3 * dayMs);
    expect(given.slice(changed).every(({ model }) => model === 'second')).toBe(true);
  });

  it('never serves a model that gives no probability', async () => {
    const harness = testHarness(functions());
    await pay(harness, 1, 0, [0.2, 0.3]);
    await pay(harness, 2, 0, [-1, 0.7]);
    await pay(harness, 3, 0, [0.2, 0.3]);
    expect(scores(harness).map(({ model }) => model)).toEqual(['first', 'second', 'first']);
    expect(scores(harness)[1]).toMatchObject({ score: 0.7, alert: true });
    expect(scores(harness)[1]!.reasons).toHaveLength(2);
    await label(harness, 2, true);
    expect(stateOf(harness).evidence.open.get(startMs / dayMs)!.loss[0]).toBeCloseTo(
      2 * lossOf(0.2, false) + 1,
    );
  });

  it('takes a label once, a contradicting one by the difference, in any order', async () => {
    const state = async (...labels: boolean[]): Promise<unknown> => {
      const harness = testHarness(functions());
      await pay(harness, 1, 0, [0.2, 0.3]);
      for (const fraud of labels) await label(harness, 1, fraud);
      return [...stateOf(harness).evidence.open.values()][0]!.loss.map((x) => Number(x.toFixed(9)));
    };
    const losses = (fraud: boolean): Float64Array =>
      Float64Array.of(0.2, 0.3).map((score) => Number(lossOf(score, fraud).toFixed(9)));
    const [legitimate, fraud] = [losses(false), losses(true)];
    expect(await state()).toEqual(legitimate);
    expect(await state(false)).toEqual(legitimate);
    expect(await state(true)).toEqual(fraud);
    expect(await state(true, true)).toEqual(fraud);
    expect(await state(true, false)).toEqual(legitimate);
    expect(await state(true, false, true)).toEqual(fraud);
    const early = testHarness(functions());
    await label(early, 1, true);
    await pay(early, 1, 0, [0.2, 0.3]);
    expect(stateOf(early).evidence.open.get(startMs / dayMs)!.loss[0]).toBeCloseTo(
      lossOf(0.2, true),
    );
  });

  it('tells others by way of the parent what it has learnt', async () => {
    const harness = testHarness(functions());
    for (let day = 0; day < 6; day++) {
      for (let i = 0; i < 30; i++) await pay(harness, 100 * day + i, day, [0.4, 0.01], 'known');
    }
    expect(stateOf(harness, 'known').parent.loss[1]).toBeCloseTo(lossOf(0.01, false), 6);
    await pay(harness, 1_000, 6, [0.4, 0.01], 'fresh');
    expect(stateOf(harness, 'fresh').parent.loss).toEqual([0.1, 0.2]);
    await pay(harness, 1_001, 7, [0.4, 0.01], 'fresh');
    expect(stateOf(harness, 'fresh').parent.loss[0]).toBeCloseTo(lossOf(0.4, false), 6);
  });

  it('serves the mean of all where that is the policy', async () => {
    const harness = testHarness(functions({ policy: policies.get('mean')! }));
    await pay(harness, 1, 0, [0.25, 0.75]);
    expect(scores(harness)[0]).toMatchObject({ model: 'mean', score: 0.5, alert: true });
  });

  it.each([
    ['cost', { kind: 'cost', reviewCost: 1 }],
    ['budget', { kind: 'budget', perDay: 1_000 }],
  ] as const)(
    'gives reasons for an alert below the threshold by %s, and for no other',
    async (_, rule) => {
      const harness = testHarness(functions({}, rule));
      // The second day of a budget knows how high the scores of the first were.
      for (let i = 0; i < 50; i++) await pay(harness, i, i < 25 ? 0 : 1, [0.3, 0.01]);
      await pay(harness, 50, 1, [0.001, 0.01]);
      const given = scores(harness);
      expect(given[49]).toMatchObject({ model: 'first', score: 0.3, alert: true });
      expect(given[49]!.reasons).toHaveLength(2);
      for (const { alert, reasons } of given) if (!alert) expect(reasons).toEqual([]);
    },
  );

  it('gives the reasons of the model that adds most to a mean', async () => {
    const harness = testHarness(functions({ policy: policies.get('mean')! }));
    await pay(harness, 1, 0, [0.1, 0.95]);
    expect(scores(harness)[0]!.alert).toBe(true);
    expect(scores(harness)[0]!.reasons).toHaveLength(2);
  });

  it('follows a pin until it is taken away', async () => {
    const harness = testHarness(functions());
    const pin = async (model: string | null): Promise<void> => {
      await harness.send(functions()[1]!.at('p'), pinMessage, { model });
    };
    await pay(harness, 1, 0, [0.2, 0.3]);
    await pin('second');
    await pay(harness, 2, 0, [0.2, 0.3]);
    await pin(null);
    await pay(harness, 3, 0, [0.2, 0.3]);
    expect(scores(harness).map(({ model }) => model)).toEqual(['first', 'second', 'first']);
    await expect(pin('third')).rejects.toThrow(/model is third, expected one of first, second/);
  });

  it('serves no model that a person holds back, and says how all stand', async () => {
    const harness = testHarness(functions());
    const hold = async (model: string, why: 'shadow' | 'quarantine' | null): Promise<void> => {
      const held = { model, hold: why, reason: 'said in a test' };
      await harness.send(functions()[1]!.at('p'), holdMessage, held);
    };
    await pay(harness, 1, 0, [0.2, 0.3]);
    await hold('first', 'shadow');
    const said = harness.egress(monitoringEgress, monitoringRecord).at(-1);
    expect(said).toMatchObject({
      ...{ kind: 'calibration', persona: 'p', pinned: null },
      models: { first: { hold: 'shadow', offLevel: false }, second: { hold: null } },
    });
    await pay(harness, 2, 0, [0.2, 0.3]);
    await hold('second', 'quarantine');
    // All are held back: better a doubtful score than none.
    await pay(harness, 3, 0, [0.2, 0.3]);
    await hold('first', null);
    await pay(harness, 4, 0, [0.2, 0.3]);
    // A pin is for a model that is to serve.
    await harness.send(functions()[1]!.at('p'), pinMessage, { model: 'second' });
    await pay(harness, 5, 0, [0.2, 0.3]);
    const served = scores(harness).map(({ model }) => model);
    expect(served[1]).toBe('second');
    expect(served.slice(3)).toEqual(['first', 'second']);
    await expect(hold('third', null)).rejects.toThrow(/model is third/);
  });

  it('lets one or two alerts in a hundred through, the same ones each time', async () => {
    const harness = testHarness(functions());
    for (let i = 0; i < 3_000; i++) await pay(harness, i, 0, [0.9, 0.9]);
    const through = scores(harness).filter(({ control }) => control);
    expect(through.length).toBeGreaterThan(20);
    expect(through.length).toBeLessThan(75);
    const again = testHarness(functions());
    for (let i = 0; i < 3_000; i++) await pay(again, i, 0, [0.9, 0.9]);
    expect(scores(again)).toEqual(scores(harness));
    expect(stateOf(again)).toEqual(stateOf(harness));
  });
});

describe('the application', () => {
  it('refuses a policy that there is not, and one that would never learn', () => {
    expect(() => application({ policy: 'luck' })).toThrow(/"luck" is none of follow-the-leader/);
    expect(() => application({ bandit: true })).toThrow(/explores nothing/);
    expect(application({ policy: 'thompson', bandit: true })).toHaveLength(7);
  });
});
