import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { Classifier, TrainingSet } from '#models/classifier.ts';
import { probabilityOf } from '#models/classifier.ts';
import { classifierKinds } from '#models/registry.ts';
import { seededRandom } from '#models/seeded-random.ts';

const width = 4;

/** Feature 0 matters by itself, 1 and 2 only together, 3 not at all. */
function examples(rows: number, seed: number): TrainingSet {
  const random = seededRandom(seed);
  const features = new Float64Array(rows * width);
  const labels = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const draw = (): number => 2 * random() - 1;
    const [a, b, c, d] = [draw(), draw(), draw(), draw()];
    features.set([a, b, c, d * 100], row * width);
    const logit = 3 * a - 3 + (b * c > 0 ? 3 : -3);
    labels[row] = random() < probabilityOf(logit) ? 1 : 0;
  }
  return { rows, width, features, labels };
}

const training = examples(6_000, 1);
const unseen = examples(3_000, 2);

function rowsOf(set: TrainingSet): Float64Array[] {
  return Array.from({ length: set.rows }, (_, i) => set.features.slice(i * width, (i + 1) * width));
}

function logLoss(model: Classifier, set: TrainingSet): number {
  const losses = rowsOf(set).map((row, i) => {
    const p = Math.min(1 - 1e-6, Math.max(1e-6, model.score(row)));
    return -Math.log(set.labels[i] === 1 ? p : 1 - p);
  });
  return losses.reduce((a, b) => a + b, 0) / losses.length;
}

/** The application has many features and rows: here every tree may look at all of them. */
const settings = { featureShare: 1, minLeafRows: 10 };

/** What a model can't do better without the interaction: the logistic regression's. */
const linear = await classifierKinds.get('logistic-regression')!.fit(training);

describe.each([...classifierKinds.values()])('$name', async (kind) => {
  const model = await kind.fit(training, settings);
  const rows = rowsOf(unseen);

  it('learns what there is to be learnt', () => {
    if (kind.name === 'logistic-regression') {
      const rate = training.labels.reduce((sum, label) => sum + label, 0) / training.rows;
      const entropy = -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
      expect(logLoss(model, unseen)).toBeLessThan(0.9 * entropy);
    } else {
      expect(logLoss(model, unseen)).toBeLessThan(0.9 * logLoss(linear, unseen));
    }
  });

  it('explains each score: base and contributions sum to its raw output', () => {
    for (const row of rows) {
      const { scale, base, contributions } = model.explain(row);
      const raw = contributions.reduce((sum, value) => sum + value, base);
      const score = model.score(row);
      const expected = scale === 'logit' ? Math.log(score / (1 - score)) : score;
      expect(Math.abs(raw - expected)).toBeLessThan(1e-9);
    }
  });

  it('gives little to what means nothing', () => {
    const total = new Float64Array(width);
    for (const row of rows) {
      model.explain(row).contributions.forEach((value, i) => (total[i]! += Math.abs(value)));
    }
    expect(total[3]!).toBeLessThan(0.35 * total[0]!);
  });

  it('is the same again, bit for bit, and after it was stored', async () => {
    const again = await kind.fit(examples(6_000, 1), settings);
    const stored = JSON.stringify(model.save());
    expect(JSON.stringify(again.save())).toBe(stored);
    const loaded = kind.load(JSON.parse(stored), width);
    for (const row of rows) expect(loaded.score(row)).toBe(model.score(row));
    expect(JSON.stringify(loaded.save())).toBe(stored);
  });

  it('gives a probability for any row', () => {
    for (const value of [0, 1e300, -1e300, 1e-300]) {
      const score = model.score(new Float64Array(width).fill(value));
      expect(score >= 0 && score <= 1, `${value}: ${score}`).toBe(true);
    }
  });

  it('refuses parameters that are not its own', () => {
    const good = model.save();
    const broken: unknown[] = [null, [], {}, 7, 'x'];
    for (const key of Object.keys(good)) {
      for (const value of [undefined, null, NaN, 'AAAA', [], [1, 2], -1]) {
        broken.push({ ...good, [key]: value });
      }
    }
    let refused = 0;
    for (const parameters of broken) {
      try {
        kind.load(parameters, width);
      } catch (error) {
        expect((error as { code?: string }).code).toBe('WEIR_MODELS_BAD_ARTIFACT');
        refused++;
      }
    }
    // A number may stand for another number, nothing else for anything.
    expect(refused).toBeGreaterThan(broken.length - 4);
    expect(() => kind.load(good, width - 1)).toThrow(/WEIR_MODELS_BAD_ARTIFACT|numbers|leads/);
  });

  it('refuses to learn from one class alone, and from what is no number', async () => {
    const one = { ...training, labels: new Uint8Array(training.rows) };
    await expect((async () => kind.fit(one))()).rejects.toThrow(/two classes needed/);
    const features = training.features.with(width + 2, NaN);
    const wrong = (async () => kind.fit({ ...training, features }))();
    await expect(wrong).rejects.toThrow(/row 1, feature 2 is NaN/);
  });
});

describe('the network', () => {
  it('gives what TensorFlow.js gives with the same weights, to 1e-5', async () => {
    const model = await classifierKinds.get('neural-network')!.fit(training);
    const saved = model.save() as Record<string, unknown>;
    const floats = (key: string): Float32Array => {
      return new Float32Array(Uint8Array.from(Buffer.from(String(saved[key]), 'base64')).buffer);
    };
    const units = Number(saved['units']);
    const [means, deviations] = [saved['means'], saved['deviations']] as number[][];
    const scores = tf.tidy(() => {
      const x = tf.tensor2d(Float32Array.from(unseen.features), [unseen.rows, width]);
      const scaled = tf.div(tf.sub(x, tf.tensor1d(means!)), tf.tensor1d(deviations!));
      const kernel = tf.transpose(tf.tensor2d(floats('hidden'), [units, width]));
      const hidden = tf.relu(tf.add(tf.matMul(scaled, kernel), tf.tensor1d(floats('hiddenBias'))));
      const out = tf.matMul(hidden, tf.tensor2d(floats('outputWeights'), [units, 1]));
      return tf.sigmoid(tf.add(out, Number(saved['outputBias']))).dataSync();
    });
    rowsOf(unseen).forEach((row, i) => {
      expect(Math.abs(model.score(row) - scores[i]!)).toBeLessThan(1e-5);
    });
  });
});
