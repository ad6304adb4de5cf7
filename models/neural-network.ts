/**
 * A network with one hidden layer of rectified units on standardised features. TensorFlow.js trains
 * it (network-training.ts); here it is served in plain arrays.
 *
 *     logit = c + sum_j v_j max(0, b_j + sum_i w_ij x_i)
 */
import {
  type Classifier,
  type ClassifierKind,
  type Explanation,
  probabilityOf,
} from './classifier.ts';
import { modelsErrors } from './errors.ts';
import { type NetworkWeights, trainNetwork } from './network-training.ts';
import { packed, unpacked } from './packed.ts';
import {
  type Standardiser,
  clippedRow,
  fitStandardiser,
  loadStandardiser,
} from './standardiser.ts';
import { checkTrainable } from './trainable.ts';

const name = 'neural-network';

class NeuralNetwork implements Classifier {
  readonly name = name;
  readonly #scaling: Standardiser;
  readonly #weights: NetworkWeights;
  readonly #row: Float64Array;

  constructor(scaling: Standardiser, weights: NetworkWeights) {
    this.#scaling = scaling;
    this.#weights = weights;
    this.#row = new Float64Array(scaling.means.length);
  }

  score(features: Float64Array): number {
    const { hiddenBias, outputWeights, outputBias } = this.#weights;
    const x = clippedRow(this.#scaling, features, 0, this.#row, 0);
    let logit = outputBias;
    for (let j = 0; j < hiddenBias.length; j++) {
      const input = hiddenBias[j]! + this.#incoming(j, x);
      if (input > 0) logit += outputWeights[j]! * input;
    }
    return probabilityOf(logit);
  }

  /**
   * Integrated gradients (Sundararajan et al. 2017) from the average row to this one. Along the
   * straight line the input of a unit grows evenly, so it is active on one side of one point, and
   * the integral has a closed form: no steps, no error but rounding.
   */
  explain(features: Float64Array): Explanation {
    const { hidden, hiddenBias, outputWeights, outputBias } = this.#weights;
    const x = clippedRow(this.#scaling, features, 0, this.#row, 0);
    const contributions = new Float64Array(x.length);
    let base = outputBias;
    for (let j = 0; j < hiddenBias.length; j++) {
      const start = hiddenBias[j]!;
      if (start > 0) base += outputWeights[j]! * start;
      const active = outputWeights[j]! * activeShare(start, this.#incoming(j, x));
      if (active === 0) continue;
      const from = j * x.length;
      for (let i = 0; i < x.length; i++) contributions[i]! += active * hidden[from + i]!;
    }
    for (let i = 0; i < x.length; i++) contributions[i]! *= x[i]!;
    return { scale: 'logit', base, contributions };
  }

  save(): Readonly<Record<string, unknown>> {
    const { means, deviations } = this.#scaling;
    const { hidden, hiddenBias, outputWeights, outputBias } = this.#weights;
    return {
      means,
      deviations,
      units: hiddenBias.length,
      hidden: packed([hidden]),
      hiddenBias: packed([hiddenBias]),
      outputWeights: packed([outputWeights]),
      outputBias,
    };
  }

  #incoming(unit: number, x: Float64Array): number {
    const { hidden } = this.#weights;
    let sum = 0;
    for (let i = 0, at = unit * x.length; i < x.length; i++, at++) sum += hidden[at]! * x[i]!;
    return sum;
  }
}

/** Share of the way from 0 to 1 on which `start + way * growth` is positive. */
function activeShare(start: number, growth: number): number {
  if (start > 0 && start + growth > 0) return 1;
  if (start <= 0 && start + growth <= 0) return 0;
  const turn = -start / growth;
  return start > 0 ? turn : 1 - turn;
}

export const neuralNetwork = {
  name,
  async fit(data, settings = {}) {
    checkTrainable(data);
    const scaling = fitStandardiser(data);
    return new NeuralNetwork(scaling, await trainNetwork(data, scaling, settings));
  },
  load(parameters, width) {
    const saved = (parameters ?? {}) as Record<string, unknown>;
    const { units, outputBias } = saved;
    if (!Number.isInteger(units) || !(Number(units) > 0) || !Number.isFinite(outputBias)) {
      throw modelsErrors.BAD_ARTIFACT(`${name}: units and outputBias must be numbers`);
    }
    const weights = (key: string, length: number): Float32Array => {
      const list = new Float32Array(unpacked(saved[key], 4 * length, `${name}: ${key}`));
      if (list.every(Number.isFinite)) return list;
      throw modelsErrors.BAD_ARTIFACT(`${name}: ${key} must be finite`);
    };
    return new NeuralNetwork(loadStandardiser(saved, width, name), {
      hidden: weights('hidden', Number(units) * width),
      hiddenBias: weights('hiddenBias', Number(units)),
      outputWeights: weights('outputWeights', Number(units)),
      outputBias: Number(outputBias),
    });
  },
} satisfies ClassifierKind;
