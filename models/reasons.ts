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
  for (let i = 0; i < contributions.length; i++) {
    if (!(contributions[i]! > 0)) continue;
    let place = strongest.length;
    while (place > 0 && contributions[strongest[place - 1]!]! < contributions[i]!) place--;
    strongest.splice(place, 0, i);
    if (strongest.length > reasonsMax) strongest.pop();
  }
  return strongest.map((i) => features[i]!.words(row[i]!));
}
