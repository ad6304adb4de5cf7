/** What is known of the models beyond a single persona: the sums of all of them. */
import { type Sums, add, emptySums } from './evidence.ts';
import { type Means, shrunk } from './means.ts';

/** The settled sums of a persona, as it last told them. */
export interface PersonaSums {
  readonly count: readonly number[];
  readonly loss: readonly number[];
  readonly products: readonly number[];
}

/** More would be no personas but a mistake; those that came first stay. */
export const personasMax = 256;

/** By persona; what a persona tells replaces what it told before. */
export function tell(
  known: Readonly<Record<string, PersonaSums>>,
  persona: string,
  sums: PersonaSums,
): Record<string, PersonaSums> {
  const isNew = !Object.hasOwn(known, persona);
  if (isNew && Object.keys(known).length >= personasMax) return { ...known };
  return { ...known, [persona]: sums };
}

/** Over all personas; the prior's where nothing is counted. */
export function parentMeans(known: Readonly<Record<string, PersonaSums>>, prior: Means): Means {
  const models = prior.loss.length;
  const all = emptySums(models);
  for (const { count, loss, products } of Object.values(known)) {
    const sums: Sums = {
      ...emptySums(models),
      count: Float64Array.from(count),
      loss: Float64Array.from(loss),
      products: Float64Array.from(products),
    };
    add(all, sums, 1);
  }
  return shrunk(all, prior, 0);
}
