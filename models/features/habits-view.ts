/**
 * The bytes of an account's habits, all numbers little endian:
 *
 *     byte 0   format (1)
 *          1   persona, 255 for none yet
 *          2   number of countries c
 *          3   number of devices d
 *          4   first and newest transaction, last purchase in a shop (or -1), f64 ms each
 *         28   distance of that purchase f32 km | its country u32
 *         36   total, online, away, logarithm of amounts, 6 by time of the day, f32 each
 *         76   by category, fading slowly, then fast, f32 each
 *        236   c countries, d devices: hash u32 | count f32 | first f64 ms | last f64 ms
 *
 * At most 524 bytes.
 */
import { modelsErrors } from '../errors.ts';
import type { HabitSums } from './habits.ts';
import { categories } from './transaction.ts';

const format = 1;
const sumsAt = 36;
const sumCount = 10;
const categoriesAt = sumsAt + 4 * sumCount;
const tablesAt = categoriesAt + 8 * categories.length;
const entryBytes = 24;
const noPersona = 255;

/** A country or a device. */
export interface Known {
  /** Fading, as of `lastMs`. */
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

interface Addition {
  readonly weight: number;
  readonly recentWeight: number;
  readonly online: boolean;
  readonly away: boolean;
  readonly logAmount: number;
  /** -1 for none. */
  readonly category: number;
  readonly hour: number;
}

export class HabitsView {
  firstMs = 0;
  asOfMs = 0;
  /** -1 before the first. */
  lastShopMs = -1;
  lastShopKm = 0;
  lastShopCountry = 0;
  /** Place in the list of personas; null for none yet. */
  persona: number | null = null;
  /** Total, online, away, logarithms of amounts, then by time of the day. */
  readonly #sums = new Float32Array(sumCount);
  readonly #categories = new Float32Array(categories.length);
  readonly recent = new Float32Array(categories.length);
  readonly countries = new Map<number, Known>();
  readonly devices = new Map<number, Known>();

  /** Throws WEIR_MODELS_BAD_HISTORY. */
  static open(bytes: Uint8Array | null): HabitsView {
    const view = new HabitsView();
    if (bytes !== null) view.#read(bytes);
    return view;
  }

  get isEmpty(): boolean {
    return this.#sums[0] === 0;
  }

  get sums(): HabitSums {
    const [total, online, away, logAmount] = this.#sums as unknown as number[];
    return {
      total: total!,
      online: online!,
      away: away!,
      logAmount: logAmount!,
      categories: this.#categories,
    };
  }

  get hours(): Float32Array {
    return this.#sums.subarray(4);
  }

  fade(slow: number, fast: number): void {
    for (let i = 0; i < sumCount; i++) this.#sums[i]! *= slow;
    for (let i = 0; i < categories.length; i++) {
      this.#categories[i]! *= slow;
      this.recent[i]! *= fast;
    }
  }

  addSums({ weight, recentWeight, online, away, logAmount, category, hour }: Addition): void {
    this.#sums[0]! += weight;
    if (online) this.#sums[1]! += weight;
    if (away) this.#sums[2]! += weight;
    this.#sums[3]! += weight * logAmount;
    this.#sums[4 + hour]! += weight;
    if (category < 0) return;
    this.#categories[category]! += weight;
    this.recent[category]! += recentWeight;
  }

  pack(): Uint8Array {
    const size = tablesAt + entryBytes * (this.countries.size + this.devices.size);
    // From the pool, and all of it filled: a small array of its own costs more than the copying.
    const bytes = Buffer.allocUnsafe(size);
    const data = new DataView(bytes.buffer, bytes.byteOffset, size);
    bytes[0] = format;
    bytes[1] = this.persona ?? noPersona;
    bytes[2] = this.countries.size;
    bytes[3] = this.devices.size;
    data.setFloat64(4, this.firstMs, true);
    data.setFloat64(12, this.asOfMs, true);
    data.setFloat64(20, this.lastShopMs, true);
    data.setFloat32(28, this.lastShopKm, true);
    data.setUint32(32, this.lastShopCountry, true);
    let at = sumsAt;
    for (const sums of [this.#sums, this.#categories, this.recent]) {
      for (let i = 0; i < sums.length; i++, at += 4) data.setFloat32(at, sums[i]!, true);
    }
    for (const table of [this.countries, this.devices]) {
      for (const [hash, { count, firstMs, lastMs }] of table) {
        data.setUint32(at, hash, true);
        data.setFloat32(at + 4, count, true);
        data.setFloat64(at + 8, firstMs, true);
        data.setFloat64(at + 16, lastMs, true);
        at += entryBytes;
      }
    }
    return bytes;
  }

  #read(bytes: Uint8Array): void {
    const wanted = tablesAt + entryBytes * ((bytes[2] ?? 0) + (bytes[3] ?? 0));
    if (bytes[0] !== format || bytes.length !== wanted) {
      const found = `${bytes.length} bytes of format ${bytes[0]}`;
      throw modelsErrors.BAD_HISTORY(
        `account habits of ${found}, expected ${wanted} of format ${format}`,
      );
    }
    const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.persona = bytes[1] === noPersona ? null : bytes[1]!;
    this.firstMs = data.getFloat64(4, true);
    this.asOfMs = data.getFloat64(12, true);
    this.lastShopMs = data.getFloat64(20, true);
    this.lastShopKm = data.getFloat32(28, true);
    this.lastShopCountry = data.getUint32(32, true);
    let at = sumsAt;
    for (const sums of [this.#sums, this.#categories, this.recent]) {
      for (let i = 0; i < sums.length; i++, at += 4) sums[i] = data.getFloat32(at, true);
    }
    const counts = [bytes[2]!, bytes[3]!];
    for (const [i, table] of [this.countries, this.devices].entries()) {
      for (let left = counts[i]!; left > 0; left--, at += entryBytes) {
        table.set(data.getUint32(at, true), {
          count: data.getFloat32(at + 4, true),
          firstMs: data.getFloat64(at + 8, true),
          lastMs: data.getFloat64(at + 16, true),
        });
      }
    }
  }
}
