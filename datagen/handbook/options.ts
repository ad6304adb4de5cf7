import { labelSpecs, seedSpec, shareOf } from '../label-options.ts';
import type { CommonOptions, OptionSpecs } from '../options.ts';

/**
 * The world of the Fraud Detection Handbook: all customers behave by one law, and nothing is known
 * of a transaction but who, where, how much and when.
 */
export interface HandbookOptions extends CommonOptions {
  readonly world: 'handbook';
  readonly terminals: number;
  /** Customers buy at terminals closer than this, on a square of 100 by 100. */
  readonly radius: number;
  /** Customers' mean transactions a day are drawn from U(0, this). */
  readonly meanPerDayMax: number;
  /** Share of all terminals that is compromised anew each day. */
  readonly terminalCompromiseRate: number;
  /** Share of all customers that is compromised anew each day. */
  readonly customerCompromiseRate: number;
}

/**
 * Defaults are a fifth of the Handbook's world in each dimension (5,000 customers, 10,000
 * terminals): the same transactions per terminal, and the same shares of fraud.
 */
export const handbookSpecs: OptionSpecs<HandbookOptions> = {
  seed: seedSpec,
  customers: {
    flag: '--customers <count>',
    text: 'customers (accounts a-0, a-1, …)',
    ...{ default: 1_000, min: 1, max: 2_000_000, kind: 'integer' },
  },
  terminals: {
    flag: '--terminals <count>',
    text: 'terminals (merchants m-0, m-1, …)',
    ...{ default: 2_000, min: 1, max: 2_000_000, kind: 'integer' },
  },
  radius: {
    flag: '--radius <distance>',
    text: 'reach of a customer, in a square of 100 by 100',
    ...{ default: 5, min: 0.001, max: 150, kind: 'real' },
  },
  meanPerDayMax: {
    flag: '--per-day <count>',
    text: "upper end of customers' mean transactions a day",
    ...{ default: 4, min: 0.001, max: 25, kind: 'real' },
  },
  terminalCompromiseRate: {
    ...shareOf(
      '--terminal-compromise-rate',
      'share of all terminals compromised anew each day, for 28 days',
      2 / 10_000,
    ),
    max: 0.01,
  },
  customerCompromiseRate: {
    ...shareOf(
      '--customer-compromise-rate',
      'share of all customers compromised anew each day, for 14 days',
      3 / 5_000,
    ),
    max: 0.01,
  },
  ...labelSpecs(0),
};

/** More pairs of customer and terminal than this would take over 200 MB. */
const reachablePairsMax = 50_000_000;
/** A day is held in memory. */
const perDayMax = 5_000_000;

/** What options that are right one by one would ask for together; null if it is possible. */
export function checkHandbook(options: HandbookOptions): { message: string; hint: string } | null {
  const share = Math.min(1, (Math.PI * options.radius ** 2) / 10_000);
  const pairs = Math.round(options.customers * options.terminals * share);
  if (pairs > reachablePairsMax) {
    return {
      message:
        `${options.customers} customers would reach ${pairs} terminals in all, at most ` +
        `${reachablePairsMax} are possible`,
      hint: 'Use a smaller --radius, or fewer customers or terminals.',
    };
  }
  const perDay = (options.customers * options.meanPerDayMax) / 2;
  if (perDay <= perDayMax) return null;
  return {
    message:
      `${options.customers} customers would make ${perDay} transactions a day, at most ` +
      `${perDayMax} are possible`,
    hint: 'Use fewer customers, or fewer transactions a day.',
  };
}
