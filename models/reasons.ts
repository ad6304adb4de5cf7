/** The reasons of a score, for people: the features that raised it most, in plain words. */
import type { Explanation } from './classifier.ts';
import { features } from './features/registry.ts';

const reasonsMax = 3;

/**
 * Up to three, the strongest first; fewer where fewer features raised the score. `row` is what was
 * explained.
 */
export function reasonsOf({ contributions }: Explanation, row: Float64Array): string[] {
  const strongest: number[] = [];
  // What the weakest of a full list contributes: most features are below it, and passed over.
  let least = 0;
  for (let i = 0; i < contributions.length; i++) {
    const own = contributions[i]!;
    if (!(own > least)) continue;
    let place = Math.min(strongest.length, reasonsMax - 1);
    for (; place > 0 && contributions[strongest[place - 1]!]! < own; place--) {
      strongest[place] = strongest[place - 1]!;
    }
    strongest[place] = i;
    if (strongest.length === reasonsMax) least = contributions[strongest[reasonsMax - 1]!]!;
  }
  return strongest.map((i) => features[i]!.words(row[i]!));
}
