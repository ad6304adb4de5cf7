/**
 * The last 30 days of an account in packed bytes, and the features computed from them.
 *
 * - A1 Windows are exact: `(t - W, t]` in event time, the current transaction included, ties
 *   included if they arrived before.
 * - A2 A transaction that was added is never counted twice: the same id, time and amount again
 *   is a duplicate, and changes nothing.
 * - A3 Bounded: at most `transactionsMax` transactions and `fraudLabelsMax` labels, none older than
 *   30 days before the newest. 350 transactions take 3,526 bytes.
 *
 *     byte 0   format (1)
 *          1   number of fraud labels f
 *          2   number of transactions n, u16
 *          4   base time, f64 ms, not after the oldest transaction
 *         12   f label times, f64 ms, ascending
 *     12 + 8f  n transactions in time order: ms after base u32 | cents u32 | id hash u16
 *
 * All numbers are little endian. Out-of-order transactions are sorted in; their windows end at
 * their own time and see only what is kept, which is exact unless they are older than what the
 * newest transaction has already pushed out.
 */
import { modelsErrors } from '../errors.ts';
import { hashOf } from '../hash.ts';
import { type PerWindow, type Transaction, dayMs, retentionMs, windowDays } from './transaction.ts';

export interface AccountFeatures {
  /** Transactions in the last 1, 7, 30 days, this one included. */
  readonly count: PerWindow;
  /** Transactions in the last hour, this one included. */
  readonly lastHour: number;
  /** Their average amount, by window. */
  readonly average: PerWindow;
  /** Of the amounts in the last 30 days without this one; zeros if there are none. */
  readonly pastMean: number;
  /** Population standard deviation. */
  readonly pastDeviation: number;
  readonly pastMax: number;
  /** Seconds since the account's last earlier transaction; null if none is known. */
  readonly secondsSinceLast: number | null;
  /** Frauds of this account that became known in the last 30 days. */
  readonly knownFrauds: number;
}

const format = 1;
const headerBytes = 12;
const labelBytes = 8;
const transactionBytes = 10;
const hourMs = 3_600_000;
/** An account busier than this in 30 days keeps its newest ones: its counts saturate here. */
export const transactionsMax = 2_000;
const fraudLabelsMax = 16;

/**
 * Adds a transaction to a history (null: an empty one). Answers the new history and the features
 * of this transaction, or null if it is a duplicate (A2). Throws WEIR_MODELS_BAD_HISTORY.
 */
export function addTransaction(
  history: Uint8Array | null,
  transaction: Pick<Transaction, 'transactionId' | 'amount' | 'atMs'>,
): { history: Uint8Array; features: AccountFeatures } | null {
  const view = openHistory(history);
  const { atMs } = transaction;
  const cents = Math.round(transaction.amount * 100);
  const hash = idHash(transaction.transactionId);
  const counts = [0, 0, 0] as [number, number, number];
  const sums = [0, 0, 0] as [number, number, number];
  let count = 1;
  let sum = cents;
  let squares = 0;
  let largest = 0;
  let lastMs = -Infinity;
  let lastHour = 1;
  // From the newest to the oldest: each window ends where the next longer one goes on.
  let window = 0;
  for (let i = view.count - 1; i >= 0 && window < windowDays.length; i--) {
    const at = view.transactionAt(i);
    const earlierMs = view.timeAt(at);
    // A later transaction that came first belongs to no window of this one.
    if (earlierMs > atMs) continue;
    const earlierCents = view.data.getUint32(at + 4, true);
    if (
      earlierMs === atMs &&
      earlierCents === cents &&
      view.data.getUint16(at + 8, true) === hash
    ) {
      return null;
    }
    if (lastMs === -Infinity) lastMs = earlierMs;
    for (; window < windowDays.length; window++) {
      if (atMs - earlierMs < windowDays[window]! * dayMs) break;
      counts[window] = count;
      sums[window] = sum;
    }
    if (window === windowDays.length) break;
    count++;
    if (atMs - earlierMs < hourMs) lastHour++;
    sum += earlierCents;
    squares += (earlierCents / 100) ** 2;
    largest = Math.max(largest, earlierCents);
  }
  for (; window < windowDays.length; window++) {
    counts[window] = count;
    sums[window] = sum;
  }
  const past = counts[2] - 1;
  const pastMean = past === 0 ? 0 : average(sums[2] - cents, past);
  const pastVariance = past === 0 ? 0 : squares / past - pastMean ** 2;
  const features: AccountFeatures = {
    count: counts,
    lastHour,
    average: [
      average(sums[0], counts[0]),
      average(sums[1], counts[1]),
      average(sums[2], counts[2]),
    ],
    pastMean,
    // Rounding may leave a variance of nothing just below zero.
    pastDeviation: Math.sqrt(Math.max(0, pastVariance)),
    pastMax: largest / 100,
    secondsSinceLast: lastMs === -Infinity ? null : (atMs - lastMs) / 1000,
    knownFrauds: view.labelsIn(atMs - retentionMs, atMs),
  };
  return { history: insert(view, atMs, cents, hash), features };
}

/**
 * Remembers that a fraud of this account became known at `atMs`. Labels do not make older
 * transactions fall out; only the newest `fraudLabelsMax` are kept.
 */
export function addFraudLabel(history: Uint8Array | null, atMs: number): Uint8Array {
  const view = openHistory(history);
  const labels = [...view.labels(), atMs].sort((a, b) => a - b).slice(-fraudLabelsMax);
  const from = headerBytes + labelBytes * view.labelCount;
  const transactions = view.bytes.subarray(from, from + transactionBytes * view.count);
  const target = createHistory(labels, view.count, view.baseMs);
  target.set(transactions, headerBytes + labelBytes * labels.length);
  return target;
}

/** Of the transactions of the last 30 days; amounts as they were given. Throws BAD_HISTORY. */
export function historySummary(history: Uint8Array | null): {
  readonly transactions: number;
  readonly meanAmount: number;
  readonly largestAmount: number;
  readonly newestMs: number | null;
  readonly knownFrauds: number;
} {
  const view = openHistory(history);
  let [sum, most] = [0, 0];
  for (let i = 0; i < view.count; i++) {
    const cents = view.data.getUint32(view.transactionAt(i) + 4, true);
    sum += cents;
    most = Math.max(most, cents);
  }
  return {
    transactions: view.count,
    meanAmount: view.count === 0 ? 0 : average(sum, view.count),
    largestAmount: most / 100,
    newestMs: view.count === 0 ? null : view.timeAt(view.transactionAt(view.count - 1)),
    knownFrauds: view.labelCount,
  };
}

class HistoryView {
  readonly bytes: Uint8Array;
  readonly data: DataView;
  readonly labelCount: number;
  readonly count: number;
  readonly baseMs: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.data = dataOf(bytes);
    if (bytes.length < headerBytes || bytes[0] !== format) {
      const found = bytes.length < headerBytes ? `${bytes.length} bytes` : `format ${bytes[0]}`;
      throw modelsErrors.BAD_HISTORY(`account history of ${found}, expected format ${format}`);
    }
    this.labelCount = bytes[1]!;
    this.count = this.data.getUint16(2, true);
    this.baseMs = this.data.getFloat64(4, true);
    const wanted = headerBytes + labelBytes * this.labelCount + transactionBytes * this.count;
    if (bytes.length !== wanted) {
      throw modelsErrors.BAD_HISTORY(`account history of ${bytes.length} bytes, not ${wanted}`);
    }
  }

  /** Byte at which the i-th transaction begins. */
  transactionAt(i: number): number {
    return headerBytes + labelBytes * this.labelCount + transactionBytes * i;
  }

  timeAt(at: number): number {
    return this.baseMs + this.data.getUint32(at, true);
  }

  labels(): number[] {
    const times: number[] = [];
    for (let i = 0; i < this.labelCount; i++) {
      times.push(this.data.getFloat64(headerBytes + labelBytes * i, true));
    }
    return times;
  }

  /** Labels in `(fromMs, toMs]`. */
  labelsIn(fromMs: number, toMs: number): number {
    let count = 0;
    for (let i = 0; i < this.labelCount; i++) {
      const atMs = this.data.getFloat64(headerBytes + labelBytes * i, true);
      if (atMs > fromMs && atMs <= toMs) count++;
    }
    return count;
  }
}

function openHistory(history: Uint8Array | null): HistoryView {
  return new HistoryView(history ?? createHistory([], 0, 0));
}

/** A history with its labels, and room for `count` transactions that the caller fills. */
function createHistory(labels: readonly number[], count: number, baseMs: number): Uint8Array {
  const size = headerBytes + labelBytes * labels.length + transactionBytes * count;
  // From the pool, and filled by the caller: small arrays of their own cost more than the copying.
  const bytes = Buffer.allocUnsafe(size);
  const data = dataOf(bytes);
  bytes[0] = format;
  bytes[1] = labels.length;
  data.setUint16(2, count, true);
  data.setFloat64(4, baseMs, true);
  labels.forEach((atMs, i) => data.setFloat64(headerBytes + labelBytes * i, atMs, true));
  return bytes;
}

/** A copy with the transaction in its place, and without what is too old by now. */
function insert(view: HistoryView, atMs: number, cents: number, hash: number): Uint8Array {
  const { count } = view;
  const newestMs = count === 0 ? atMs : Math.max(atMs, view.timeAt(view.transactionAt(count - 1)));
  const keepAfterMs = newestMs - retentionMs;
  if (atMs <= keepAfterMs) return view.bytes;
  let first = Math.max(0, count + 1 - transactionsMax);
  while (first < count && view.timeAt(view.transactionAt(first)) <= keepAfterMs) first++;
  let place = count;
  while (place > first && view.timeAt(view.transactionAt(place - 1)) > atMs) place--;

  const labels = view.labels().filter((labelMs) => labelMs > keepAfterMs);
  // Times are kept relative to a base that moves only when 32 bits of them would not do.
  const moveBase = count === 0 || atMs < view.baseMs || newestMs - view.baseMs > 0xffffffff;
  const oldestMs = place === first ? atMs : view.timeAt(view.transactionAt(first));
  const baseMs = moveBase ? oldestMs : view.baseMs;
  const target = createHistory(labels, count - first + 1, baseMs);
  const data = dataOf(target);
  const from = headerBytes + labelBytes * labels.length;
  const at = from + transactionBytes * (place - first);
  target.set(view.bytes.subarray(view.transactionAt(first), view.transactionAt(place)), from);
  target.set(view.bytes.subarray(view.transactionAt(place)), at + transactionBytes);
  if (moveBase) {
    const shiftMs = view.baseMs - baseMs;
    for (let to = from; to < target.length; to += transactionBytes) {
      if (to !== at) data.setUint32(to, data.getUint32(to, true) + shiftMs, true);
    }
  }
  data.setUint32(at, atMs - baseMs, true);
  data.setUint32(at + 4, cents, true);
  data.setUint16(at + 8, hash, true);
  return target;
}

function dataOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function average(cents: number, count: number): number {
  return cents / 100 / count;
}

/** Folded to 16 bits: told apart only from transactions of equal time and amount. */
function idHash(id: string): number {
  const hash = hashOf(id);
  return (hash ^ (hash >>> 16)) & 0xffff;
}
