/** Mean losses, and mean products of errors, of all models: what sums come to per transaction. */
import { type Sums, productIndex } from './evidence.ts';

export interface Means {
  /** By model. */
  readonly loss: readonly number[];
  /** By `productIndex`. */
  readonly products: readonly number[];
}

/** What is said of models of which nothing is known: that they are all alike. */
export function equalMeans(models: number): Means {
  const pairs = (models * (models + 1)) / 2;
  return { loss: new Array(models).fill(0.5), products: new Array(pairs).fill(0.25) };
}

/** Shrunk to `parent`, which counts for so many transactions; `parent` where nothing is counted. */
export function shrunk(
  { count, loss, products }: Pick<Sums, 'count' | 'loss' | 'products'>,
  parent: Means,
  pseudoCount: number,
): Means {
  const models = parent.loss.length;
  const mean = (sum: number, n: number, prior: number): number => {
    return n + pseudoCount > 0 ? (sum + pseudoCount * prior) / (n + pseudoCount) : prior;
  };
  const means = {
    loss: parent.loss.map((value, i) => mean(loss[i]!, count[i]!, value)),
    products: [...parent.products],
  };
  for (let i = 0; i < models; i++) {
    for (let j = i; j < models; j++) {
      const pair = productIndex(models, i, j);
      const n = Math.min(count[i]!, count[j]!);
      means.products[pair] = mean(products[pair]!, n, parent.products[pair]!);
    }
  }
  return means;
}
