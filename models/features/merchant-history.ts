/**
 * The last 30 days of a merchant in packed bytes, and the features computed from them.
 *
 * - M1 Volume is counted by UTC calendar days: a window of W days is the day of the transaction so
 *   far and the W - 1 days before. So the state does not grow with the merchant's volume.
 * - M2 Known frauds are counted by the time at which their labels became known, exactly, in
 *   `(t - W, t]`: a label is never used by a transaction before it, however the two streams
 *   overtake each other.
 * - M3 Risk is known frauds per transaction of the window, at most 1.
 *
 *     byte 0   format (1)
 *          1   number of fraud labels f
 *          2   newest day, i32, days since 1970-01-01 UTC
 *          6   30 volumes u32, of the newest day first
 *        126   f label times, f64 ms, ascending
 *
 * All numbers are little endian.
 */
import { modelsErrors } from '../errors.ts';
import { type PerWindow, dayMs, retentionMs, windowDays } from './transaction.ts';

export interface MerchantFeatures {
  /** Transactions in the last 1, 7, 30 calendar days, this one included. */
  readonly volume: PerWindow;
  /** Frauds that became known in the last 1, 7, 30 days, per transaction of the window. */
  readonly risk: PerWindow;
  /** Frauds that became known in the last 30 days. */
  readonly knownFrauds: number;
}

const format = 1;
const days = 30;
const volumesAt = 6;
const labelsAt = volumesAt + 4 * days;
const labelBytes = 8;
/** The newest are kept; a merchant with more is at the highest risk anyway. */
export const merchantFraudLabelsMax = 128;

/** A day that no transaction has, for a history that knows labels only. */
const noDay = -0x80000000;

/**
 * Counts a transaction at `atMs` (null: an empty history). One that is 30 days or more older than
 * the newest is not kept. Throws WEIR_MODELS_BAD_HISTORY.
 */
export function addMerchantTransaction(
  bytes: Uint8Array | null,
  atMs: number,
): { history: Uint8Array; features: MerchantFeatures } {
  const day = Math.floor(atMs / dayMs);
  const { history, newestDay } = advance(openHistory(bytes), day);
  const data = dataOf(history);
  const ago = newestDay - day;
  if (ago < days) {
    const at = volumesAt + 4 * ago;
    data.setUint32(at, data.getUint32(at, true) + 1, true);
  }
  const volume = [0, 0, 0] as [number, number, number];
  const risk = [0, 0, 0] as [number, number, number];
  let knownFrauds = 0;
  let sum = 0;
  let back = ago;
  for (let w = 0; w < windowDays.length; w++) {
    const window = windowDays[w]!;
    for (; back < Math.min(days, ago + window); back++) {
      sum += data.getUint32(volumesAt + 4 * back, true);
    }
    // Itself, even where its day is not kept any more.
    const transactions = Math.max(1, sum);
    volume[w] = transactions;
    knownFrauds = labelsIn(data, history[1]!, atMs - window * dayMs, atMs);
    risk[w] = Math.min(1, knownFrauds / transactions);
  }
  return { history, features: { volume, risk, knownFrauds } };
}

/** Remembers that a fraud at this merchant became known at `atMs`. */
export function addMerchantFraudLabel(bytes: Uint8Array | null, atMs: number): Uint8Array {
  const before = openHistory(bytes);
  const data = dataOf(before);
  const labels = [atMs];
  for (let i = 0; i < before[1]!; i++)
    labels.push(data.getFloat64(labelsAt + labelBytes * i, true));
  const kept = labels.sort((a, b) => a - b).slice(-merchantFraudLabelsMax);
  const after = Buffer.allocUnsafe(labelsAt + labelBytes * kept.length);
  after.set(before.subarray(0, labelsAt));
  after[1] = kept.length;
  kept.forEach((labelMs, i) => after.writeDoubleLE(labelMs, labelsAt + labelBytes * i));
  return after;
}

/**
 * A copy whose first volume is that of `day`, if it is a newer day than the newest so far, and
 * without the labels that no later transaction looks at.
 */
function advance(before: Uint8Array, day: number): { history: Uint8Array; newestDay: number } {
  const data = dataOf(before);
  const known = data.getInt32(2, true);
  const newestDay = Math.max(known, day);
  const passed = known === noDay ? days : Math.min(days, newestDay - known);
  const keepAfterMs = newestDay * dayMs - retentionMs;
  const labelCount = before[1]!;
  let expired = 0;
  while (expired < labelCount) {
    if (data.getFloat64(labelsAt + labelBytes * expired, true) > keepAfterMs) break;
    expired++;
  }
  // From the pool, and all of it filled: a small array of its own costs more than the copying.
  const history = Buffer.allocUnsafe(before.length - labelBytes * expired);
  history[0] = format;
  history[1] = labelCount - expired;
  history.writeInt32LE(newestDay, 2);
  history.fill(0, volumesAt, volumesAt + 4 * passed);
  history.set(before.subarray(volumesAt, labelsAt - 4 * passed), volumesAt + 4 * passed);
  history.set(before.subarray(labelsAt + labelBytes * expired), labelsAt);
  return { history, newestDay };
}

/** Labels in `(fromMs, toMs]`. */
function labelsIn(data: DataView, labelCount: number, fromMs: number, toMs: number): number {
  let count = 0;
  for (let i = 0; i < labelCount; i++) {
    const atMs = data.getFloat64(labelsAt + labelBytes * i, true);
    if (atMs > fromMs && atMs <= toMs) count++;
  }
  return count;
}

/** Checks that the bytes are a history; makes an empty one of null. */
function openHistory(bytes: Uint8Array | null): Uint8Array {
  if (bytes === null) {
    const empty = Buffer.alloc(labelsAt);
    empty[0] = format;
    empty.writeInt32LE(noDay, 2);
    return empty;
  }
  if (bytes[0] !== format || bytes.length !== labelsAt + labelBytes * (bytes[1] ?? 0)) {
    const found = `format ${bytes[0]} in ${bytes.length} bytes`;
    throw modelsErrors.BAD_HISTORY(`merchant history of ${found}, expected format ${format}`);
  }
  return bytes;
}

function dataOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
