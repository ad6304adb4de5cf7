/** When a score is an alert: what somebody should look at. */
import { type BudgetState, withinBudget } from './budget.ts';

export type AlertRule =
  /** The threshold of the model that serves: what a hundredth of its calibration reached. */
  | { readonly kind: 'model' }
  /** If what is probably lost is more than a review costs, in the currency's main unit. */
  | { readonly kind: 'cost'; readonly reviewCost: number }
  /** The highest scores of a persona's day, so many of them. */
  | { readonly kind: 'budget'; readonly perDay: number };

/** `model`, `cost:3.50` or `budget:40`; null for anything else. */
export function parseAlertRule(text: string): AlertRule | null {
  if (text === 'model') return { kind: 'model' };
  const [kind, value] = text.split(':');
  const number = value === undefined || value.trim() === '' ? NaN : Number(value);
  if (kind === 'cost' && number > 0 && number < 1e9) return { kind, reviewCost: number };
  if (kind === 'budget' && Number.isInteger(number) && number > 0 && number <= 1e6) {
    return { kind, perDay: number };
  }
  return null;
}

export interface Judged {
  readonly score: number;
  readonly amount: number;
  /** Days since 1970-01-01 UTC. */
  readonly day: number;
  /** Of the model, or the blend, that served. */
  readonly threshold: number;
}

/** A budget's alerts are the highest scores of a day, which may be below the model's threshold. */
const budgetReach = 0.1;

/**
 * Whether a model's own score is one that may become an alert, by itself or in a blend: a blend
 * reaches its threshold only if one of its models reaches its own.
 */
export function mayAlert(
  rule: AlertRule,
  { score, amount, threshold }: Omit<Judged, 'day'>,
): boolean {
  switch (rule.kind) {
    case 'model':
      return score >= threshold;
    case 'cost':
      return score * amount > rule.reviewCost;
    case 'budget':
      return score >= budgetReach * threshold;
  }
}

/** Whether it is an alert; counts it in `budget`, which only the rule of that kind looks at. */
export function isAlert(rule: AlertRule, judged: Judged, budget: BudgetState): boolean {
  switch (rule.kind) {
    case 'model':
      return judged.score >= judged.threshold;
    case 'cost':
      return judged.score * judged.amount > rule.reviewCost;
    case 'budget':
      return withinBudget(budget, rule.perDay, judged);
  }
}
