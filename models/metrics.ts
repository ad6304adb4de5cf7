/**
 * How good scores are. All take the scores and, in the same order, the labels (1 for fraud);
 * definitions as in the Fraud Detection Handbook, chapter 4.
 */

/** Area under the ROC curve: the chance that a fraud is scored above another transaction. */
export function rocAuc(scores: Float64Array, labels: Uint8Array): number {
  let frauds = 0;
  let rankSum = 0;
  let below = 0;
  // From the lowest score up; transactions of equal score share the mean of their ranks.
  for (const tie of tiesAscending(scores, labels)) {
    rankSum += tie.frauds * (below + (tie.count + 1) / 2);
    below += tie.count;
    frauds += tie.frauds;
  }
  const others = labels.length - frauds;
  return (rankSum - (frauds * (frauds + 1)) / 2) / (frauds * others);
}

/** Average precision: the sum over thresholds of `(recall step) * precision`. */
export function averagePrecision(scores: Float64Array, labels: Uint8Array): number {
  let frauds = 0;
  let alerts = 0;
  let sum = 0;
  for (const tie of tiesAscending(scores, labels).reverse()) {
    frauds += tie.frauds;
    alerts += tie.count;
    sum += tie.frauds * (frauds / alerts);
  }
  return sum / frauds;
}

/** Mean squared error of the probabilities. */
export function brierScore(scores: Float64Array, labels: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += (scores[i]! - labels[i]!) ** 2;
  return sum / scores.length;
}

/**
 * Expected calibration error: the mean distance between what was said and what came, over bins of
 * about equal numbers of transactions in the order of their scores (with one fraud in a hundred,
 * bins of equal width would hold nearly everything in the first).
 */
export function calibrationError(scores: Float64Array, labels: Uint8Array, bins = 20): number {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let sum = 0;
  for (let bin = 0; bin < bins; bin++) {
    const from = Math.floor((bin * order.length) / bins);
    const to = Math.floor(((bin + 1) * order.length) / bins);
    let difference = 0;
    for (let i = from; i < to; i++) difference += scores[order[i]!]! - labels[order[i]!]!;
    sum += Math.abs(difference);
  }
  return sum / order.length;
}

/** A scored transaction as card precision sees it. */
interface ScoredTransaction {
  readonly day: number;
  readonly accountId: string;
  readonly score: number;
  readonly fraud: boolean;
}

/**
 * Card precision at `k`: each day, the share of compromised accounts among the `k` with the
 * highest score of the day; accounts found on one day are left out of the next. The mean of the
 * days. Ties are broken by account.
 */
export function cardPrecision(transactions: Iterable<ScoredTransaction>, k: number): number {
  const days = new Map<number, Map<string, { score: number; fraud: boolean }>>();
  for (const { day, accountId, score, fraud } of transactions) {
    const accounts = days.get(day) ?? new Map<string, { score: number; fraud: boolean }>();
    days.set(day, accounts);
    const known = accounts.get(accountId);
    accounts.set(accountId, {
      score: Math.max(score, known?.score ?? 0),
      fraud: fraud || known?.fraud === true,
    });
  }
  const found = new Set<string>();
  let sum = 0;
  for (const day of [...days.keys()].sort((a, b) => a - b)) {
    const open = [...days.get(day)!].filter(([accountId]) => !found.has(accountId));
    open.sort((a, b) => b[1].score - a[1].score || (a[0] < b[0] ? -1 : 1));
    const caught = open.slice(0, k).filter(([, account]) => account.fraud);
    for (const [accountId] of caught) found.add(accountId);
    sum += caught.length / k;
  }
  return sum / days.size;
}

/** Transactions of equal score. */
interface Tie {
  readonly count: number;
  readonly frauds: number;
}

function tiesAscending(scores: Float64Array, labels: Uint8Array): Tie[] {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const ties: Tie[] = [];
  for (let i = 0; i < order.length;) {
    const score = scores[order[i]!]!;
    let frauds = 0;
    const first = i;
    while (i < order.length && scores[order[i]!] === score) frauds += labels[order[i++]!]!;
    ties.push({ count: i - first, frauds });
  }
  return ties;
}
