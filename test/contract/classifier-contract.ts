import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scores } from '#functions/messages.ts';
import { monitorType, selectorType } from '#functions/names.ts';
import { loadModels } from '#models/artifact.ts';
import { type Features, ask, someFeatures } from './classifier-requests.ts';

/** A classifier that answers, and how it is ended. */
export interface RunningClassifier {
  readonly url: string;
  stop(): Promise<unknown>;
}

const known = loadModels().map(({ classifier }) => classifier.name);
const asked = 200;
/** Enough for accounts and merchants that have a past. */
const warmUp = 3_000;

/** What every classifier must do, in whatever language it is written. */
export function classifierContract(name: string, start: () => Promise<RunningClassifier>): void {
  describe(`${name} keeps the contract of classifiers`, () => {
    let classifier: RunningClassifier;
    let features: Features[];
    const url = (): string => classifier.url;
    beforeAll(async () => {
      features = someFeatures(asked, warmUp);
      classifier = await start();
    }, 120_000);
    afterAll(() => classifier?.stop());

    test('each transaction goes on to the selector of its persona, once and in order', async () => {
      const { status, messages, scores, otherEffects } = await ask(url(), features);
      expect(status).toBe(200);
      expect(otherEffects, 'it keeps no state, and nothing else leaves it').toBe(0);
      expect(scores.map(({ transaction }) => transaction)).toEqual(
        features.map(({ transaction }) => transaction),
      );
      expect(scores.map(({ persona }) => persona)).toEqual(features.map(({ persona }) => persona));
      const toSelectors = messages.filter(({ typename }) => typename === 'weir.fraud/Scores');
      expect(toSelectors.map(({ target }) => target)).toEqual(
        features.map(({ persona }) => ({ type: selectorType, id: persona })),
      );
      const others = messages.filter(({ typename }) => typename !== 'weir.fraud/Scores');
      // The sample for the monitor is all that it may send besides.
      for (const { target, typename } of others) {
        expect([target.type, typename]).toEqual([monitorType, 'weir.fraud/Sample']);
      }
    });

    test('scores are probabilities of models that the selector knows', async () => {
      const { scores } = await ask(url(), features);
      for (const one of scores) expectRight(one);
      const values = scores.map((one) => one.scores[0]!.score);
      expect(new Set(values).size, 'it looks at the features').toBeGreaterThan(asked / 10);
    });

    test('the same input gives the same output, whatever was asked before', async () => {
      const together = await ask(url(), features.slice(0, 50));
      const backwards = [];
      for (const one of features.slice(0, 50).toReversed()) {
        backwards.unshift(...(await ask(url(), [one])).scores);
      }
      expect(backwards).toEqual(together.scores);
    });

    test('a vector of another feature set is refused, and the next one is scored', async () => {
      const other = { ...features[0]!, featureSet: 'stream-3/9-00000000' };
      const refused = await ask(url(), [other]);
      expect(refused.status).toBeGreaterThanOrEqual(400);
      expect(refused.messages).toEqual([]);
      // One batch is answered as a whole: nothing of it may be applied.
      expect((await ask(url(), [features[0]!, other])).messages).toEqual([]);
      expect((await ask(url(), [features[0]!])).status).toBe(200);
    });

    test('requests that overlap do not mix', async () => {
      const some = features.slice(0, 32);
      const answers = await Promise.all(some.map((one) => ask(url(), [one])));
      const ids = answers.map(({ scores }) => scores[0]?.transaction.transactionId);
      expect(ids).toEqual(some.map(({ transaction }) => transaction.transactionId));
    });
  });
}

function expectRight({ scores, version }: Scores): void {
  const models = scores.map(({ model }) => model);
  expect(new Set(models).size, 'one word per model').toBe(models.length);
  expect(
    models.some((model) => known.includes(model)),
    `one of ${models.join(', ')} is a model that the selector knows: ${known.join(', ')}`,
  ).toBe(true);
  if (version !== undefined) expect(version).toMatch(/^[\w.+-]{1,40}$/);
  for (const { raw, score, alert, reasons = [] } of scores) {
    for (const value of [raw, score]) {
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThanOrEqual(1);
    }
    expect(typeof alert).toBe('boolean');
    expect(reasons.length).toBeLessThanOrEqual(3);
    for (const reason of reasons) expect(reason).toEqual(expect.any(String));
  }
}
