/** The bytes of a merchant's history, as merchant-history.ts describes them. */
import { modelsErrors } from '../errors.ts';

const format = 2;
const headerBytes = 12;
const fraudBytes = 16;

export interface KnownFraudAt {
  /** When the transaction was, ms since 1970 UTC. */
  readonly atMs: number;
  /** When its label became known. */
  readonly knownMs: number;
}

/** Reads a history in place; null is an empty one. Throws WEIR_MODELS_BAD_HISTORY. */
export class MerchantView {
  readonly bytes: Uint8Array;
  readonly data: DataView;
  readonly fraudCount: number;
  /** Transactions. */
  readonly count: number;
  readonly baseMs: number;
  /** The packed times. */
  readonly times: Uint8Array;

  constructor(history: Uint8Array | null) {
    const bytes = history ?? merchantBytes([], 0, 0);
    this.bytes = bytes;
    this.data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.length < headerBytes || bytes[0] !== format) {
      const found = bytes.length < headerBytes ? `${bytes.length} bytes` : `format ${bytes[0]}`;
      throw modelsErrors.BAD_HISTORY(`merchant history of ${found}, expected format ${format}`);
    }
    this.fraudCount = bytes[1]!;
    this.count = this.data.getUint16(2, true);
    this.baseMs = this.data.getFloat64(4, true);
    const wanted = headerBytes + fraudBytes * this.fraudCount + 4 * this.count;
    if (bytes.length !== wanted) {
      throw modelsErrors.BAD_HISTORY(`merchant history of ${bytes.length} bytes, not ${wanted}`);
    }
    this.times = bytes.subarray(headerBytes + fraudBytes * this.fraudCount);
  }

  /** Time of the i-th transaction, ms since 1970 UTC. */
  timeAt(i: number): number {
    const at = headerBytes + fraudBytes * this.fraudCount + 4 * i;
    return this.baseMs + this.data.getUint32(at, true);
  }

  frauds(): KnownFraudAt[] {
    return Array.from({ length: this.fraudCount }, (_, i) => fraudAt(this, i));
  }
}

export function fraudAt(view: MerchantView, i: number): KnownFraudAt {
  const at = headerBytes + fraudBytes * i;
  return { atMs: view.data.getFloat64(at, true), knownMs: view.data.getFloat64(at + 8, true) };
}

/** How many of the transactions were at `limitMs` or before: a binary search. */
export function countUpTo(view: MerchantView, limitMs: number): number {
  let low = 0;
  let high = view.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (view.timeAt(middle) <= limitMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A history with its frauds, and room for `count` times at its end that the caller fills. */
export function merchantBytes(
  frauds: readonly KnownFraudAt[],
  count: number,
  baseMs: number,
): Buffer {
  // From the pool, and all of it filled: a small array of its own costs more than the copying.
  const bytes = Buffer.allocUnsafe(headerBytes + fraudBytes * frauds.length + 4 * count);
  bytes[0] = format;
  bytes[1] = frauds.length;
  bytes.writeUInt16LE(count, 2);
  bytes.writeDoubleLE(baseMs, 4);
  frauds.forEach(({ atMs, knownMs }, i) => {
    bytes.writeDoubleLE(atMs, headerBytes + fraudBytes * i);
    bytes.writeDoubleLE(knownMs, headerBytes + fraudBytes * i + 8);
  });
  return bytes;
}
