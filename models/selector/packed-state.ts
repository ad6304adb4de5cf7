/**
 * A selector's state in bytes: numbers of 64 bits, little endian.
 *
 *     format | models m | newest day or NaN | incumbent | since day | pinned or -1
 *     transactions behind the levels | levels m | totals m + 1
 *     parent: loss m, products m (m + 1) / 2
 *     settled: count m, loss m, squares m (m - 1) / 2, products m (m + 1) / 2,
 *     expected m, seen m
 *     number of open days, then per day: day, and the same again
 *     held back by a person m: 0 not, 1 shadow, 2 quarantine
 *
 * Format 2 has no last line.
 */
import { modelsErrors } from '../errors.ts';
import { type Sums, emptySums, sumKeys } from './evidence.ts';
import { type Hold, type SelectorState, holds } from './selector.ts';

const format = 3;
const formatWithoutHolds = 2;
const headNumbers = 8;

export function packSelector(state: SelectorState): Uint8Array {
  const { evidence, parent } = state;
  const models = parent.loss.length;
  const perSums = numbersOf(models);
  const length = fixedNumbers(models) + evidence.open.size * (1 + perSums) + models;
  // From the pool, and all of it filled: a small array of its own costs more than the copying.
  const bytes = Buffer.allocUnsafe(8 * length);
  let at = 0;
  const put = (value: number): void => {
    at = bytes.writeDoubleLE(value, at);
  };
  for (const value of [format, models, evidence.newestDay ?? NaN, state.incumbent ?? -1])
    put(value);
  put(state.sinceDay);
  put(state.pinned ?? -1);
  put(state.levels.count);
  state.levels.means.forEach(put);
  state.totals.forEach(put);
  parent.loss.forEach(put);
  parent.products.forEach(put);
  const putSums = (sums: Sums): void => sumKeys.forEach((key) => sums[key].forEach(put));
  putSums(evidence.settled);
  put(evidence.open.size);
  for (const [day, sums] of evidence.open) {
    put(day);
    putSums(sums);
  }
  for (const held of state.held) put(held === null ? 0 : 1 + holds.indexOf(held));
  return bytes;
}

/** Throws WEIR_MODELS_BAD_HISTORY for what is no state over so many models. */
export function unpackSelector(bytes: Uint8Array, models: number): SelectorState {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const perSums = numbersOf(models);
  const fixed = fixedNumbers(models);
  const refuse = (what: string): Error =>
    modelsErrors.BAD_HISTORY(
      `selector state ${what}, expected format ${format} of ${models} models`,
    );
  if (bytes.length < 8 * fixed) throw refuse(`of ${bytes.length} bytes`);
  let at = 0;
  const take = (): number => {
    const value = data.getFloat64(at, true);
    at += 8;
    return value;
  };
  const found = [take(), take()];
  const hasHolds = found[0] === format;
  if ((!hasHolds && found[0] !== formatWithoutHolds) || found[1] !== models) {
    throw refuse(`of format ${found[0]} with ${found[1]} models`);
  }
  const takeSums = (): Sums => {
    const sums = emptySums(models);
    for (const key of sumKeys) for (let i = 0; i < sums[key].length; i++) sums[key][i] = take();
    return sums;
  };
  const newest = take();
  const [incumbent, sinceDay] = [take(), take()];
  const pinned = take();
  const levels = { count: take(), means: Float64Array.from({ length: models }, take) };
  const totals = Float64Array.from({ length: models + 1 }, take);
  const parent = {
    loss: Array.from({ length: models }, take),
    products: Array.from({ length: productsOf(models) }, take),
  };
  const settled = takeSums();
  const days = take();
  const length = fixed + days * (1 + perSums) + (hasHolds ? models : 0);
  if (bytes.length !== 8 * length) throw refuse(`of ${bytes.length} bytes`);
  const open = new Map<number, Sums>();
  for (let i = 0; i < days; i++) open.set(take(), takeSums());
  const held = Array.from({ length: models }, (): Hold | null =>
    hasHolds ? (holds[take() - 1] ?? null) : null,
  );
  const newestDay = Number.isNaN(newest) ? null : newest;
  const evidence = { newestDay, settled, open };
  return {
    evidence,
    incumbent: incumbent < 0 ? null : incumbent,
    sinceDay,
    pinned: pinned < 0 ? null : pinned,
    held,
    parent,
    levels,
    totals,
  };
}

function numbersOf(models: number): number {
  return 4 * models + models ** 2;
}

function productsOf(models: number): number {
  return (models * (models + 1)) / 2;
}

/** All but the open days. */
function fixedNumbers(models: number): number {
  return headNumbers + 3 * models + productsOf(models) + numbersOf(models) + 1;
}
