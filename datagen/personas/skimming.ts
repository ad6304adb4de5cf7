/** Shops whose terminal copies cards: part of what is bought there in the evening is fraud. */
import { RandomStream, purpose } from '../random.ts';
import { cachedByDay } from './day-cache.ts';
import type { PersonaOptions } from './options.ts';
import { type Merchants, partialSums } from './population.ts';

export const skimming = { fromHour: 16.5, toHour: 21.5, share: 0.8, signal: 0.1 };
/** Shops that are skimmed anew each day, of all local ones. */
const dailyShare = 0.6 / 1_280;
const days = 35;

/** The shops that are skimmed on a day; busier ones are worth it more often. */
export function skimmedShops(
  options: PersonaOptions,
  merchants: Merchants,
): (day: number) => ReadonlySet<number> {
  const weights = Array.from({ length: merchants.localCount }, (_, shop) =>
    Math.sqrt(merchants.localWeight(shop)),
  );
  const sums = partialSums(weights);
  const beginning = cachedByDay((day) => {
    const random = new RandomStream().start(options.seed, purpose.skimmed, 0, day);
    const count = random.count(merchants.localCount * dailyShare * options.skimmingRate);
    return Array.from({ length: count }, () => random.pick(sums));
  });
  return (day) => {
    const all = new Set<number>();
    for (let from = day - days + 1; from <= day; from++) {
      for (const shop of beginning(from)) all.add(shop);
    }
    return all;
  };
}
