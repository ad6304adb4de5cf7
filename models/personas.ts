/**
 * Whom an account behaves like: the groups for which a model is chosen separately. So far by what
 * every account shows, how often and how much it spends; by its past alone, so that a transaction
 * never decides by itself which model judges it.
 */
import type { AccountFeatures } from './features/account-history.ts';

export const personas = [
  'newcomer',
  'occasional-small',
  'occasional-large',
  'frequent-small',
  'frequent-large',
] as const;

export type Persona = (typeof personas)[number];

/** Past transactions in 30 days below which nothing can be said yet. */
const newcomerBelow = 5;
/** About the medians of the generated accounts. */
const frequentFrom = 55;
const largeFrom = 50;

export function personaOf({ count, pastMean }: AccountFeatures): Persona {
  const past = count[2] - 1;
  if (past < newcomerBelow) return 'newcomer';
  const often = past >= frequentFrom ? 'frequent' : 'occasional';
  return `${often}-${pastMean >= largeFrom ? 'large' : 'small'}`;
}
