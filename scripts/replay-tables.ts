/** What a replay prints: two runs of the same transactions, held against each other. */
import { type Money, moneyOf } from '#models/alerts/money.ts';
import { decimals, percent, table } from './spread.ts';

export interface Decision {
  readonly amount: number;
  readonly score: number;
  readonly alert: boolean;
  readonly persona: string;
}

export interface Run {
  /** By transaction id, in order. */
  readonly decisions: ReadonlyMap<string, Decision>;
  readonly frauds: ReadonlySet<string>;
}

interface Outcome extends Decision {
  readonly fraud: boolean;
}

/** Of one persona, or of all. */
function settledIn({ decisions, frauds }: Run, persona: string | null): Outcome[] {
  return [...decisions].flatMap(([id, decision]) => {
    if (persona !== null && decision.persona !== persona) return [];
    return [{ ...decision, fraud: frauds.has(id) }];
  });
}

/** Alerts and money of both. `reviewCost`: of one alert, in the currency's main unit. */
export function comparison(before: Run, after: Run, reviewCost: number): string {
  const [old, now] = [before, after].map((run) => {
    return moneyOf(settledIn(run, null), reviewCost);
  }) as [Money, Money];
  const amount = (value: number): string => decimals(value, 2);
  const count = String;
  const ratio = (value: number): string => decimals(value, 2);
  const row = (
    what: string,
    of: (money: Money) => number,
    show: (n: number) => string,
  ): string[] => {
    const change = of(now) - of(old);
    return [what, show(of(old)), show(of(now)), `${change > 0 ? '+' : ''}${show(change)}`];
  };
  const money = table(
    ['', 'as compared', 'with the change', 'difference'],
    [
      row('transactions', ({ transactions }) => transactions, count),
      row('known frauds among them', ({ frauds }) => frauds, count),
      row('alerts', ({ alerts }) => alerts, count),
      row('frauds caught', ({ caught }) => caught, count),
      row('value of fraud caught', ({ caughtValue }) => caughtValue, amount),
      row(
        'of all fraud value',
        ({ valueDetection }) => valueDetection,
        (n) => percent(n, 1),
      ),
      row('false alerts per true one', ({ falsePerTrue }) => falsePerTrue, ratio),
      row(`net savings, a review at ${reviewCost}`, ({ netSavings }) => netSavings, amount),
    ],
  );
  return `${money}\n${decisionsChanged(before, after)}\n`;
}

function decisionsChanged(before: Run, after: Run): string {
  let [more, less, moreFraud, lessFraud] = [0, 0, 0, 0];
  let moved = 0;
  for (const [id, old] of before.decisions) {
    const now = after.decisions.get(id);
    if (now === undefined) continue;
    moved += Math.abs(now.score - old.score);
    if (now.alert === old.alert) continue;
    const fraud = before.frauds.has(id);
    if (now.alert) {
      more++;
      if (fraud) moreFraud++;
    } else {
      less++;
      if (fraud) lessFraud++;
    }
  }
  return (
    `${more} more transactions are alerts (${moreFraud} of them fraud), ${less} no longer are ` +
    `(${lessFraud} of them fraud); scores differ by ${decimals(moved / before.decisions.size, 4)} on average.`
  );
}

/** By persona: who is bothered without reason, and how much is caught. */
export function personaTable(before: Run, after: Run): string {
  const personas = [...new Set([...after.decisions.values()].map(({ persona }) => persona))].sort();
  const rows = personas.map((persona) => {
    const [old, now] = [before, after].map((run) => moneyOf(settledIn(run, persona), 0));
    return [persona, ...both(old!, now!, falseShare), ...both(old!, now!, caughtShare)];
  });
  const head = ['persona', 'legitimate taken for fraud', 'with the change'];
  return `\n${table([...head, 'frauds caught', 'with the change'], rows)}\n`;
}

function both(old: Money, now: Money, share: (money: Money) => number): string[] {
  return [old, now].map((money) => {
    return Number.isNaN(share(money)) ? '–' : percent(share(money), 2);
  });
}

/** False-positive rate: of the legitimate transactions those that are alerts. */
function falseShare({ transactions, frauds, alerts, caught }: Money): number {
  return (alerts - caught) / (transactions - frauds);
}

function caughtShare({ frauds, caught }: Money): number {
  return caught / frauds;
}

const alertShares = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] as const;

/** What it would have been worth to look at the highest scores, so many of them. */
export function thresholdTable(run: Run, reviewCost: number): string {
  const all = settledIn(run, null).sort((a, b) => b.score - a.score);
  const rows = alertShares.flatMap((share) => {
    const alerts = Math.round(share * all.length);
    if (alerts === 0) return [];
    const money = moneyOf(
      all.map((one, i) => ({ ...one, alert: i < alerts })),
      reviewCost,
    );
    return [
      [
        percent(share, 1),
        decimals(all[alerts - 1]!.score, 4),
        String(alerts),
        Number.isNaN(caughtShare(money)) ? '–' : percent(caughtShare(money), 1),
        Number.isNaN(money.valueDetection) ? '–' : percent(money.valueDetection, 1),
        Number.isFinite(money.falsePerTrue) ? decimals(money.falsePerTrue, 2) : '–',
        decimals(money.netSavings, 2),
      ],
    ];
  });
  const head = ['alerts, of all', 'from score', 'alerts', 'frauds caught', 'of their value'];
  const costs = ['false alerts per true one', `net savings, a review at ${reviewCost}`];
  return `\n${table([...head, ...costs], rows)}\n`;
}
