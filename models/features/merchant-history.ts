/**
 * The last 37 days of a merchant in packed bytes, and the features computed from them.
 *
 * - M1 Windows are exact, and end a delay of 7 days before the transaction: `(t - 7 d - W, t - 7 d]`
 *   in event time, ties included.
 *   What is older than 37 days counts nowhere.
 * - M2 A fraud counts for a transaction from the moment on at which its label became known: a label
 *   is never used by a transaction before it, however the two streams overtake each other.
 * - M3 Bounded: at most `merchantTransactionsMax` transactions, the newest, and
 *   `merchantFraudsMax` known frauds. Where a merchant has more, its volumes saturate.
 *
 *     byte 0   format (2)
 *          1   number of known frauds f
 *          2   number of transactions n, u16
 *          4   base time, f64 ms, not after the oldest transaction
 *         12   f known frauds: time of the transaction f64 ms | of the label f64 ms, by the first
 *    12 + 16f  n times, ms after base u32, ascending
 *
 * All numbers are little endian.
 */
import { MerchantView, countUpTo, fraudAt, merchantBytes } from './merchant-view.ts';
import { type PerWindow, dayMs, labelDelayMs, retentionMs, windowDays } from './transaction.ts';

export interface MerchantFeatures {
  /** Transactions in 1, 7, 30 days up to 7 days before this one. */
  readonly volume: PerWindow;
  /** Known frauds per transaction of these windows; 0 without any transaction. */
  readonly risk: PerWindow;
  /** Known frauds in the 21 days up to 7 days before. */
  readonly delayedFrauds: number;
  /** Days since the newest transaction that is known to be a fraud; null if none is kept. */
  readonly daysSinceFraud: number | null;
  /** Share of frauds in the newest 4 that are labelled: known frauds, and what is 7 days old. */
  readonly lastLabelledRisk: number;
  /** Frauds whose label became known in the last 30 days. */
  readonly knownFrauds: number;
}

export const merchantTransactionsMax = 2_000;
export const merchantFraudsMax = 128;
const keptMs = retentionMs + labelDelayMs;
const delayedFraudDays = 21;
const lastLabelled = 4;

/**
 * Counts a transaction at `atMs` (null: an empty history). One that is older than all that is kept
 * is answered, and not kept. Throws WEIR_MODELS_BAD_HISTORY.
 */
export function addMerchantTransaction(
  bytes: Uint8Array | null,
  atMs: number,
): { history: Uint8Array; features: MerchantFeatures } {
  const view = new MerchantView(bytes);
  return { history: insert(view, atMs), features: featuresAt(view, atMs) };
}

/**
 * Remembers that the transaction at `transactionAtMs` was a fraud, known since `labelAtMs`. Throws
 * WEIR_MODELS_BAD_HISTORY.
 */
export function addMerchantFraudLabel(
  bytes: Uint8Array | null,
  transactionAtMs: number,
  labelAtMs: number,
): Uint8Array {
  const view = new MerchantView(bytes);
  const frauds = [...view.frauds(), { atMs: transactionAtMs, knownMs: labelAtMs }];
  frauds.sort((a, b) => a.atMs - b.atMs || a.knownMs - b.knownMs);
  const kept = frauds.slice(-merchantFraudsMax);
  const target = merchantBytes(kept, view.count, view.baseMs);
  target.set(view.times, target.length - view.times.length);
  return target;
}

function featuresAt(view: MerchantView, atMs: number): MerchantFeatures {
  const endMs = atMs - labelDelayMs;
  const upToEnd = countUpTo(view, endMs);
  const volume = [0, 0, 0] as [number, number, number];
  const frauds = [0, 0, 0] as [number, number, number];
  for (let w = 0; w < windowDays.length; w++) {
    volume[w] = upToEnd - countUpTo(view, endMs - windowDays[w]! * dayMs);
  }
  let delayedFrauds = 0;
  let knownFrauds = 0;
  let newestMs = -Infinity;
  let recent = 0;
  for (let i = 0; i < view.fraudCount; i++) {
    const fraud = fraudAt(view, i);
    if (fraud.knownMs > atMs) continue; // M2
    if (fraud.knownMs > atMs - retentionMs) knownFrauds++;
    if (fraud.atMs > atMs || fraud.atMs <= atMs - keptMs) continue;
    newestMs = Math.max(newestMs, fraud.atMs);
    if (fraud.atMs > endMs) recent++;
    else {
      for (let w = 0; w < windowDays.length; w++) {
        if (fraud.atMs > endMs - windowDays[w]! * dayMs) frauds[w]!++;
      }
      if (fraud.atMs > endMs - delayedFraudDays * dayMs) delayedFrauds++;
    }
  }
  return {
    volume,
    risk: [share(frauds[0], volume[0]), share(frauds[1], volume[1]), share(frauds[2], volume[2])],
    delayedFrauds,
    daysSinceFraud: newestMs === -Infinity ? null : (atMs - newestMs) / dayMs,
    lastLabelledRisk: lastLabelledRisk(view, atMs, upToEnd, recent),
    knownFrauds,
  };
}

/** Frauds in what may be fewer transactions than there were (M3). */
function share(frauds: number, transactions: number): number {
  return transactions === 0 ? Math.min(1, frauds) : Math.min(1, frauds / transactions);
}

/** `recent`: frauds that are known although their transaction is younger than the delay. */
function lastLabelledRisk(
  view: MerchantView,
  atMs: number,
  upToEnd: number,
  recent: number,
): number {
  const old = upToEnd - countUpTo(view, atMs - keptMs);
  const rest = Math.min(lastLabelled - Math.min(lastLabelled, recent), old);
  const labelled = Math.min(lastLabelled, recent) + rest;
  if (labelled === 0) return 0;
  let frauds = 0;
  if (rest > 0) {
    const fromMs = view.timeAt(upToEnd - rest);
    for (let i = 0; i < view.fraudCount; i++) {
      const fraud = fraudAt(view, i);
      const among = fraud.atMs >= fromMs && fraud.atMs <= atMs - labelDelayMs;
      if (among && fraud.knownMs <= atMs) frauds++;
    }
  }
  return (labelled - rest + Math.min(rest, frauds)) / labelled;
}

/** A copy with the transaction in its place, and without what no later one looks at. */
function insert(view: MerchantView, atMs: number): Uint8Array {
  const { count } = view;
  const newestMs = count === 0 ? atMs : Math.max(atMs, view.timeAt(count - 1));
  const keepAfterMs = newestMs - keptMs;
  if (atMs <= keepAfterMs) return view.bytes;
  const first = Math.max(countUpTo(view, keepAfterMs), count + 1 - merchantTransactionsMax, 0);
  const place = Math.max(first, countUpTo(view, atMs));
  const frauds = view.frauds().filter((fraud) => {
    return fraud.atMs > keepAfterMs || fraud.knownMs > newestMs - retentionMs;
  });
  const oldestMs = place === first ? atMs : view.timeAt(first);
  // Times are kept relative to a base that moves only when 32 bits of them would not do.
  const moveBase = count === 0 || atMs < view.baseMs || newestMs - view.baseMs > 0xffffffff;
  const baseMs = moveBase ? oldestMs : view.baseMs;
  const kept = count - first + 1;
  const target = merchantBytes(frauds, kept, baseMs);
  const from = target.length - 4 * kept;
  const at = from + 4 * (place - first);
  target.set(view.times.subarray(4 * first, 4 * place), from);
  target.set(view.times.subarray(4 * place), at + 4);
  if (moveBase) {
    for (let to = from; to < target.length; to += 4) {
      if (to !== at) target.writeUInt32LE(target.readUInt32LE(to) + view.baseMs - baseMs, to);
    }
  }
  target.writeUInt32LE(atMs - baseMs, at);
  return target;
}
