/**
 * Trains the network with TensorFlow.js: `@tensorflow/tfjs-node` where it is installed, else the
 * WebAssembly backend. Only training loads any of them; a function image has neither.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Tensors from '@tensorflow/tfjs-core';
import type * as Layers from '@tensorflow/tfjs-layers';
import type { Settings, TrainingSet } from './classifier.ts';
import { modelsErrors } from './errors.ts';
import { seededRandom, shuffled } from './seeded-random.ts';
import { type Standardiser, clippedRow } from './standardiser.ts';

export interface NetworkWeights {
  /** Unit after unit, one weight per feature. */
  readonly hidden: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly outputWeights: Float32Array;
  readonly outputBias: number;
}

const own = {
  units: 64,
  epochs: 8,
  /** The weights of these last ones are averaged, which steadies them (Izmailov et al. 2018). */
  averagedEpochs: 3,
  batchRows: 256,
  learningRate: 1e-3,
  /** L2 penalty of the hidden weights. */
  penalty: 1e-3,
};
type NetworkSettings = typeof own;
const seed = 20_182;

/** Throws WEIR_MODELS_NO_TRAINING where TensorFlow.js is not installed. */
export async function trainNetwork(
  data: TrainingSet,
  scaling: Standardiser,
  settings: Settings,
): Promise<NetworkWeights> {
  const { tf, layers } = await load();
  const chosen = { ...own, ...settings };
  const { units, epochs, averagedEpochs, batchRows } = chosen;
  const model = build(layers, tf, data.width, chosen);
  const random = seededRandom(seed);
  const rows = new Float32Array(data.rows * data.width);
  for (let row = 0; row < data.rows; row++) {
    const from = row * data.width;
    clippedRow(scaling, data.features, from, rows, from);
  }
  const sums: Float64Array[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    // TensorFlow's own shuffling draws from Math.random.
    const order = shuffled(data.rows, random);
    for (let from = 0; from + batchRows <= data.rows || from === 0; from += batchRows) {
      const batch = order.subarray(from, from + batchRows);
      const x = tf.tensor2d(gather(rows, batch, data.width), [batch.length, data.width]);
      const y = tf.tensor2d(
        Float32Array.from(batch, (row) => data.labels[row]!),
        [batch.length, 1],
      );
      await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
    }
    if (epoch < epochs - averagedEpochs) continue;
    for (const [i, weight] of model.getWeights().entries()) {
      const values = await weight.data();
      const sum = (sums[i] ??= new Float64Array(values.length));
      values.forEach((value, at) => (sum[at]! += value));
    }
  }
  const [kernel, bias, out, outBias] = sums.map((sum) =>
    sum.map((value) => value / averagedEpochs),
  );
  model.dispose();
  return {
    // TensorFlow keeps a row per feature.
    hidden: transposed(kernel!, data.width, units),
    hiddenBias: Float32Array.from(bias!),
    outputWeights: Float32Array.from(out!),
    outputBias: outBias![0]!,
  };
}

/** The untrained model, its weights decided by the seed. */
function build(
  layers: typeof Layers,
  tf: typeof Tensors,
  width: number,
  { units, learningRate, penalty }: NetworkSettings,
): Layers.Sequential {
  const model = layers.sequential();
  model.add(
    layers.layers.dense({
      units,
      activation: 'relu',
      inputShape: [width],
      kernelInitializer: layers.initializers.glorotUniform({ seed }),
      kernelRegularizer: layers.regularizers.l2({ l2: penalty }),
    }),
  );
  model.add(
    layers.layers.dense({
      units: 1,
      activation: 'sigmoid',
      kernelInitializer: layers.initializers.glorotUniform({ seed: seed + 1 }),
    }),
  );
  model.compile({ optimizer: tf.train.adam(learningRate), loss: 'binaryCrossentropy' });
  return model;
}

async function load(): Promise<{ tf: typeof Tensors; layers: typeof Layers }> {
  try {
    const tf = await import('@tensorflow/tfjs-core');
    const layers = await import('@tensorflow/tfjs-layers');
    if (!(await useNative())) {
      const wasm = await import('@tensorflow/tfjs-backend-wasm');
      const require = createRequire(import.meta.url);
      const folder = path.dirname(require.resolve('@tensorflow/tfjs-backend-wasm'));
      wasm.setWasmPaths(`${folder}/`);
      // One thread: the order in which several add up is not the same each time.
      wasm.setThreadsCount(1);
      await tf.setBackend('wasm');
    }
    await tf.ready();
    return { tf, layers };
  } catch (cause) {
    throw modelsErrors.NO_TRAINING('the network needs TensorFlow.js, which does not load here', {
      cause,
      hint: 'Install the development dependencies too: `npm ci` without --omit=dev.',
    });
  }
}

/** Whether `@tensorflow/tfjs-node` is there; it registers itself as the backend. */
async function useNative(): Promise<boolean> {
  const name = '@tensorflow/tfjs-node';
  try {
    await import(name);
    return true;
  } catch {
    return false;
  }
}

function gather(rows: Float32Array, wanted: Uint32Array, width: number): Float32Array {
  const gathered = new Float32Array(wanted.length * width);
  wanted.forEach((row, i) =>
    gathered.set(rows.subarray(row * width, (row + 1) * width), i * width),
  );
  return gathered;
}

function transposed(kernel: ArrayLike<number>, rows: number, columns: number): Float32Array {
  const result = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = kernel[row * columns + column]!;
    }
  }
  return result;
}
