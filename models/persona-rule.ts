/**
 * Whom an account behaves like: the groups for which a model is chosen separately. It is told from
 * the account's past alone, so that a transaction never decides by itself which model judges it.
 *
 * The rule is a naive Bayes classifier over fading sums, tempered: what somebody bought says less
 * than so many independent draws would, so evidence counts for at most `categoryWeight` and
 * `habitWeight` purchases, and an account keeps its persona until another one is ahead by `margin`.
 */
import { modelsErrors } from './errors.ts';
import type { HabitSums } from './features/habits.ts';
import { categories } from './features/transaction.ts';

/** What is typical of a persona. */
export interface PersonaProfile {
  readonly name: string;
  /** Of all accounts. */
  readonly share: number;
  /** Of purchases, by category. */
  readonly categories: readonly number[];
  readonly online: number;
  readonly away: number;
  /** Mean of the accounts' mean logarithms of amounts. */
  readonly logAmount: number;
}

const categoryWeight = 25;
const habitWeight = 15;
/** Of an account's mean logarithm of amounts around that of its persona. */
const logAmountDeviation = 0.6;
/** Below so many purchases a mean says nothing. */
const amountFrom = 3;
/** Of log likelihood. */
const margin = 1;

/** Place of the persona among the profiles; `current` is the one that the account had. */
export function personaOf(
  sums: HabitSums,
  profiles: readonly PersonaProfile[],
  current: number | null,
): number {
  const scores = profiles.map((profile) => likelihood(sums, profile));
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  const kept = current !== null && current < profiles.length ? current : best;
  return scores[best]! - scores[kept]! > margin ? best : kept;
}

/** Log likelihood, up to what is the same for all. */
function likelihood(sums: HabitSums, profile: PersonaProfile): number {
  const { total, online, away, logAmount } = sums;
  let score = Math.log(profile.share);
  if (total === 0) return score;
  let bought = 0;
  let baskets = 0;
  for (let i = 0; i < categories.length; i++) {
    const count = sums.categories[i]!;
    if (count === 0) continue;
    bought += count;
    baskets += count * Math.log(profile.categories[i]!);
  }
  if (bought > 0) score += Math.min(1, categoryWeight / bought) * baskets;
  const habits =
    online * Math.log(profile.online) +
    (total - online) * Math.log(1 - profile.online) +
    away * Math.log(profile.away) +
    (total - away) * Math.log(1 - profile.away);
  score += Math.min(1, habitWeight / total) * habits;
  if (total <= amountFrom) return score;
  const deviation = (logAmount / total - profile.logAmount) / logAmountDeviation;
  return score - deviation ** 2 / 2;
}

/** Accounts of which somebody has said what they are like, with what they did so far. */
export interface KnownAccount {
  readonly persona: string;
  readonly sums: HabitSums;
}

/** The profiles of the personas that occur, by name. Throws WEIR_MODELS_NO_TRAINING for none. */
export function fitPersonas(accounts: readonly KnownAccount[]): PersonaProfile[] {
  if (accounts.length === 0) throw modelsErrors.NO_TRAINING('no accounts to tell personas from');
  const names = [...new Set(accounts.map(({ persona }) => persona))].sort();
  return names.map((name) => {
    const own = accounts.filter(({ persona }) => persona === name).map(({ sums }) => sums);
    const sum = (of: (sums: HabitSums) => number): number =>
      own.reduce((all, sums) => all + of(sums), 0);
    const total = sum((sums) => sums.total);
    // One purchase more of everything: what was never seen is not impossible.
    const share = (part: number, kinds: number): number => (part + 1) / (total + kinds);
    return {
      name,
      share: own.length / accounts.length,
      categories: categories.map((_, i) =>
        share(
          sum((sums) => sums.categories[i]!),
          categories.length,
        ),
      ),
      online: share(
        sum(({ online }) => online),
        2,
      ),
      away: share(
        sum(({ away }) => away),
        2,
      ),
      logAmount: sum(({ logAmount, total: count }) => logAmount / count) / own.length,
    };
  });
}
