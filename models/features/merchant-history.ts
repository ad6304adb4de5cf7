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

interface History {
  /** Null before the first transaction. */
  newestDay: number | null;
  readonly volumes: Uint32Array;
  labels: number[];
}

/**
 * Counts a transaction at `atMs` (null: an empty history). One that is 30 days or more older than
 * the newest is not kept. Throws WEIR_MODELS_BAD_HISTORY.
 */
export function addMerchantTransaction(
  bytes: Uint8Array | null,
  atMs: number,
): { history: Uint8Array; features: MerchantFeatures } {
  const history = decode(bytes);
  const day = Math.floor(atMs / dayMs);
  advance(history, day);
  const ago = history.newestDay! - day;
  if (ago < days) history.volumes[ago]!++;
  const keepAfterMs = history.newestDay! * dayMs - retentionMs;
  history.labels = history.labels.filter((labelMs) => labelMs > keepAfterMs);
  const volume = [0, 0, 0] as [number, number, number];
  const risk = [0, 0, 0] as [number, number, number];
  let knownFrauds = 0;
  windowDays.forEach((window, w) => {
    let sum = 0;
    for (let i = ago; i < Math.min(days, ago + window); i++) sum += history.volumes[i]!;
    // Itself, even where its day is not kept any more.
    volume[w] = Math.max(1, sum);
    knownFrauds = labelsIn(history.labels, atMs - window * dayMs, atMs);
    risk[w] = Math.min(1, knownFrauds / volume[w]);
  });
  return { history: encode(history), features: { volume, risk, knownFrauds } };
}

/** Remembers that a fraud at this merchant became known at `atMs`. */
export function addMerchantFraudLabel(bytes: Uint8Array | null, atMs: number): Uint8Array {
  const history = decode(bytes);
  history.labels.push(atMs);
  history.labels.sort((a, b) => a - b);
  history.labels = history.labels.slice(-merchantFraudLabelsMax);
  return encode(history);
}

/** Labels in `(fromMs, toMs]`. */
function labelsIn(labels: readonly number[], fromMs: number, toMs: number): number {
  let count = 0;
  for (const atMs of labels) if (atMs > fromMs && atMs <= toMs) count++;
  return count;
}

/** Moves the volumes on so that the first one is that of `day`, if it is a newer day. */
function advance(history: History, day: number): void {
  const passed = history.newestDay === null ? days : day - history.newestDay;
  if (history.newestDay !== null && passed <= 0) return;
  const { volumes } = history;
  volumes.copyWithin(Math.min(days, passed), 0);
  volumes.fill(0, 0, Math.min(days, passed));
  history.newestDay = day;
}

/** A day that no transaction has, for a history that knows labels only. */
const noDay = -0x80000000;

function decode(bytes: Uint8Array | null): History {
  const volumes = new Uint32Array(days);
  if (bytes === null) return { newestDay: null, volumes, labels: [] };
  const labelCount = bytes[1] ?? 0;
  if (bytes[0] !== format || bytes.length !== labelsAt + labelBytes * labelCount) {
    const found = `format ${bytes[0]} in ${bytes.length} bytes`;
    throw modelsErrors.BAD_HISTORY(`merchant history of ${found}, expected format ${format}`);
  }
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const newestDay = data.getInt32(2, true);
  for (let i = 0; i < days; i++) volumes[i] = data.getUint32(volumesAt + 4 * i, true);
  const labels: number[] = [];
  for (let i = 0; i < labelCount; i++) {
    labels.push(data.getFloat64(labelsAt + labelBytes * i, true));
  }
  return { newestDay: newestDay === noDay ? null : newestDay, volumes, labels };
}

function encode(history: History): Uint8Array {
  const bytes = new Uint8Array(labelsAt + labelBytes * history.labels.length);
  const data = new DataView(bytes.buffer);
  bytes[0] = format;
  bytes[1] = history.labels.length;
  data.setInt32(2, history.newestDay ?? noDay, true);
  for (let i = 0; i < days; i++) data.setUint32(volumesAt + 4 * i, history.volumes[i]!, true);
  history.labels.forEach((atMs, i) => data.setFloat64(labelsAt + labelBytes * i, atMs, true));
  return bytes;
}
