import { datagenErrors } from './errors.ts';

/** Everything that decides which transactions and labels there are. */
export interface WorldOptions {
  /** Unsigned 32-bit integer: the same seed and options give the same stream, byte for byte. */
  readonly seed: number;
  readonly customers: number;
  readonly terminals: number;
  /** Customers buy at terminals closer than this, on a square of 100 by 100. */
  readonly radius: number;
  /** Customers' mean transactions a day are drawn from U(0, this). */
  readonly meanPerDayMax: number;
  /** Share of all terminals that is compromised anew each day. */
  readonly terminalCompromiseRate: number;
  /** Share of all customers that is compromised anew each day. */
  readonly customerCompromiseRate: number;
  /** Median days until a fraud is reported (lognormal, clipped to 0.1-60 days). */
  readonly fraudLabelMedianDays: number;
  /** Standard deviation of the logarithm of that delay. */
  readonly fraudLabelSigma: number;
  /** Share of the legitimate transactions that are confirmed as such. */
  readonly legitimateLabelShare: number;
  /** Days after which they are. */
  readonly legitimateLabelDays: number;
}

/**
 * A fifth of the Fraud Detection Handbook's world in each dimension (5,000 customers, 10,000
 * terminals): the same transactions per terminal, and the same shares of fraud.
 */
export const worldDefaults: WorldOptions = {
  seed: 1,
  customers: 1_000,
  terminals: 2_000,
  radius: 5,
  meanPerDayMax: 4,
  terminalCompromiseRate: 2 / 10_000,
  customerCompromiseRate: 3 / 5_000,
  fraudLabelMedianDays: 7,
  fraudLabelSigma: 0.8,
  legitimateLabelShare: 0.05,
  legitimateLabelDays: 30,
};

export const fraudLabelDaysMin = 0.1;
export const fraudLabelDaysMax = 60;
/** More pairs of customer and terminal than this would take over 200 MB. */
const reachablePairsMax = 50_000_000;
/** A day is held in memory, and its sort keys have room for no more than 2^24 transactions. */
const perDayMax = 5_000_000;

const limits: Readonly<Record<keyof WorldOptions, readonly [number, number, 'integer' | 'real']>> =
  {
    seed: [0, 0xffffffff, 'integer'],
    customers: [1, 2_000_000, 'integer'],
    terminals: [1, 2_000_000, 'integer'],
    radius: [0.001, 150, 'real'],
    meanPerDayMax: [0.001, 25, 'real'],
    terminalCompromiseRate: [0, 0.01, 'real'],
    customerCompromiseRate: [0, 0.01, 'real'],
    fraudLabelMedianDays: [fraudLabelDaysMin, fraudLabelDaysMax, 'real'],
    fraudLabelSigma: [0, 3, 'real'],
    legitimateLabelShare: [0, 1, 'real'],
    legitimateLabelDays: [fraudLabelDaysMin, 120, 'real'],
  };

/** Throws WEIR_DATAGEN_BAD_OPTION for a value out of range. */
export function validateWorldOptions(options: WorldOptions): WorldOptions {
  for (const [name, [min, max, kind]] of Object.entries(limits)) {
    const value = options[name as keyof WorldOptions];
    const right = kind === 'integer' ? Number.isInteger(value) : Number.isFinite(value);
    if (!right || value < min || value > max) {
      const wanted = kind === 'integer' ? 'an integer' : 'a number';
      throw datagenErrors.BAD_OPTION(`${name} is ${value}, expected ${wanted} in ${min}..${max}`);
    }
  }
  const share = Math.min(1, (Math.PI * options.radius ** 2) / 10_000);
  const pairs = Math.round(options.customers * options.terminals * share);
  if (pairs > reachablePairsMax) {
    throw datagenErrors.BAD_OPTION(
      `${options.customers} customers would reach ${pairs} terminals in all, at most ` +
        `${reachablePairsMax} are possible`,
      { hint: 'Use a smaller --radius, or fewer customers or terminals.' },
    );
  }
  const perDay = (options.customers * options.meanPerDayMax) / 2;
  if (perDay > perDayMax) {
    throw datagenErrors.BAD_OPTION(
      `${options.customers} customers would make ${perDay} transactions a day, at most ` +
        `${perDayMax} are possible`,
      { hint: 'Use fewer customers, or fewer transactions a day.' },
    );
  }
  return options;
}

/** Days for which a label may still be on its way. */
export function labelHorizonDays(options: WorldOptions): number {
  return Math.ceil(Math.max(fraudLabelDaysMax, options.legitimateLabelDays)) + 1;
}
