/** Models that are trees: one, the mean of many, or a sum of many on the logit's scale. */
import {
  type Classifier,
  type ClassifierKind,
  type Explanation,
  probabilityOf,
} from '../classifier.ts';
import { modelsErrors } from '../errors.ts';
import { type Tree, addPathContributions, loadTrees, saveTrees, treeValue } from './tree.ts';

interface Ensemble {
  readonly scale: Explanation['scale'];
  readonly trees: readonly Tree[];
  /** Raw output: `base + factor * sum of the trees' values`. */
  readonly base: number;
  readonly factor: number;
}

export class TreeEnsemble implements Classifier {
  readonly name: string;
  readonly #ensemble: Ensemble;

  constructor(name: string, ensemble: Ensemble) {
    this.name = name;
    this.#ensemble = ensemble;
  }

  /** Logit or probability, by the ensemble's scale. */
  raw(features: Float64Array): number {
    const { trees, base, factor } = this.#ensemble;
    let sum = 0;
    for (let i = 0; i < trees.length; i++) sum += treeValue(trees[i]!, features);
    return base + factor * sum;
  }

  score(features: Float64Array): number {
    const raw = this.raw(features);
    return this.#ensemble.scale === 'logit' ? probabilityOf(raw) : raw;
  }

  explain(features: Float64Array): Explanation {
    const { scale, trees, factor } = this.#ensemble;
    const contributions = new Float64Array(features.length);
    let { base } = this.#ensemble;
    for (let i = 0; i < trees.length; i++) {
      base += factor * trees[i]!.value[0]!;
      addPathContributions(trees[i]!, features, factor, contributions);
    }
    return { scale, base, contributions };
  }

  save(): Readonly<Record<string, unknown>> {
    const { base, factor, trees } = this.#ensemble;
    return { base, factor, trees: saveTrees(trees) };
  }
}

/** `load` of a kind whose models are ensembles on this scale. */
export function ensembleLoader(
  name: string,
  scale: Explanation['scale'],
): Pick<ClassifierKind, 'load'> {
  return {
    load(parameters, width) {
      const { base, factor, trees } = (parameters ?? {}) as Record<string, unknown>;
      if (!Number.isFinite(base) || !Number.isFinite(factor)) {
        throw modelsErrors.BAD_ARTIFACT(`${name}: base and factor must be numbers`);
      }
      return new TreeEnsemble(name, {
        scale,
        trees: loadTrees(trees, width, name),
        base: Number(base),
        factor: Number(factor),
      });
    },
  };
}
