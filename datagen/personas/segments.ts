/** What sorts of customers there are, and what each buys: the tables of the persona world. */

export const categories = [
  ...['groceries', 'fuel', 'restaurant', 'cafe', 'pharmacy', 'clothing', 'household', 'diy'],
  ...['electronics', 'games', 'giftcards', 'digital', 'airline', 'hotel', 'transport'],
  ...['entertainment', 'beauty', 'sports', 'office', 'transfer'],
] as const;

export const categoryOf = (name: (typeof categories)[number]): number => categories.indexOf(name);

/** An amount is so many times the customer's median, by category. */
export const amountFactors: readonly number[] = [
  0.9, 1.1, 1, 0.25, 0.6, 1.4, 1.1, 1.5, 3, 1, 1.2, 0.4, 5, 3, 0.5, 1, 0.9, 1.3, 1.6, 2,
];

/** Where everybody lives, then where trips go: the farther behind, the farther away. */
export const countries = [
  ...['BE', 'NL', 'FR', 'DE', 'GB', 'ES', 'IT', 'PT', 'GR', 'TR', 'MA'],
] as const;

export interface Segment {
  readonly name: string;
  /** Of all customers. */
  readonly share: number;
  /** Mean transactions a day; each customer has their own, by a gamma factor. */
  readonly perDay: number;
  /** Share of purchases online. */
  readonly online: number;
  readonly medianAmount: number;
  /** Standard deviation of an amount's logarithm. */
  readonly logDeviation: number;
  /** Chance of a trip to begin, per day. */
  readonly tripRate: number;
  /** Hour of the day around which they buy. */
  readonly hour: number;
  /** Mean distance of a shop at home, km. */
  readonly distanceKm: number;
  /** Share of online purchases of a very small amount, as in a shop for apps. */
  readonly tinyShare: number;
  /** Chance per day of a harmless burst of purchases online. */
  readonly spreeRate: number;
  /** Weights of the categories. */
  readonly basket: readonly number[];
}

export const segments: readonly Segment[] = [
  {
    name: 'online',
    ...{ share: 0.24, perDay: 1.1, online: 0.85, medianAmount: 38, logDeviation: 0.8 },
    ...{ tripRate: 0.003, hour: 18, distanceKm: 5, tinyShare: 0.1, spreeRate: 0.025 },
    basket: [10, 3, 6, 2, 4, 14, 9, 4, 12, 7, 4, 10, 2, 2, 3, 4, 6, 5, 2, 2],
  },
  {
    name: 'shop',
    ...{ share: 0.24, perDay: 1.2, online: 0.1, medianAmount: 32, logDeviation: 0.7 },
    ...{ tripRate: 0.003, hour: 14, distanceKm: 5, tinyShare: 0.02, spreeRate: 0.008 },
    basket: [26, 11, 9, 7, 7, 8, 7, 6, 2, 1, 1, 1, 0.5, 0.5, 4, 3, 4, 3, 1, 0.5],
  },
  {
    name: 'traveller',
    ...{ share: 0.13, perDay: 1, online: 0.45, medianAmount: 55, logDeviation: 0.9 },
    ...{ tripRate: 0.06, hour: 14, distanceKm: 5, tinyShare: 0.02, spreeRate: 0.008 },
    basket: [8, 5, 16, 8, 3, 6, 2, 1, 3, 1, 1, 4, 10, 14, 11, 7, 2, 2, 2, 1],
  },
  {
    name: 'homebody',
    ...{ share: 0.17, perDay: 0.75, online: 0.22, medianAmount: 30, logDeviation: 0.6 },
    ...{ tripRate: 0.001, hour: 12, distanceKm: 2, tinyShare: 0.02, spreeRate: 0.008 },
    basket: [30, 8, 5, 4, 12, 5, 12, 8, 2, 1, 1, 3, 0.5, 0.5, 3, 2, 4, 2, 1, 1],
  },
  {
    name: 'student',
    ...{ share: 0.14, perDay: 0.9, online: 0.6, medianAmount: 16, logDeviation: 0.7 },
    ...{ tripRate: 0.004, hour: 20, distanceKm: 5, tinyShare: 0.1, spreeRate: 0.008 },
    basket: [12, 2, 12, 10, 2, 8, 2, 1, 5, 10, 3, 14, 2, 1, 10, 9, 4, 4, 0.5, 2],
  },
  {
    name: 'business',
    ...{ share: 0.08, perDay: 1.3, online: 0.5, medianAmount: 110, logDeviation: 1.2 },
    ...{ tripRate: 0.03, hour: 12, distanceKm: 25, tinyShare: 0.02, spreeRate: 0.008 },
    basket: [2, 12, 14, 4, 1, 1, 2, 5, 9, 0.5, 1, 4, 11, 11, 9, 2, 0.5, 0.5, 16, 3],
  },
];

export const segmentOf = (name: string): number =>
  segments.findIndex((segment) => segment.name === name);
