/** A simulated world: who there is, and what they do on any day. */
import { createHandbookWorld } from './handbook/day.ts';
import type { WorldOptions } from './options.ts';
import { createPersonaWorld } from './personas/day.ts';
import type { GeneratedTransaction } from './transaction.ts';

export interface World {
  readonly options: WorldOptions;
  /**
   * The transactions of a day (days since 1970-01-01 UTC) in time order: a pure function of the
   * options and the day, so that a stream can be taken up at any day.
   */
  readonly day: (day: number) => readonly GeneratedTransaction[];
  /** What a customer is like, hidden from the stream; null where all are alike. */
  readonly personaOf: (customer: number) => string | null;
}

/** Throws WEIR_DATAGEN_BAD_OPTION for impossible options. */
export function createWorld(options: WorldOptions): World {
  return options.world === 'handbook' ? createHandbookWorld(options) : createPersonaWorld(options);
}
