/**
 * So many alerts a day and no more, for the highest scores, decided one by one: a score is an alert
 * if fewer of the day before were as high as the budget has room for, and the budget of the day is
 * not spent yet.
 */

const bins = 100;
/** Log odds of the lowest and the highest bin. */
const [lowest, highest] = [-9, 5];

export interface BudgetState {
  /** Newest day seen; null before the first. */
  day: number | null;
  /** Alerts of that day. */
  alerts: number;
  /** Scores of that day and of the one seen before it, by bin. */
  today: Uint32Array;
  before: Uint32Array | null;
}

export function emptyBudget(): BudgetState {
  return { day: null, alerts: 0, today: new Uint32Array(bins), before: null };
}

/**
 * Counts the score, and answers whether it is an alert. On the first day there is no day before: the
 * model's threshold decides. A late transaction of an earlier day counts for the newest one.
 */
export function withinBudget(
  state: BudgetState,
  perDay: number,
  { score, day, threshold }: { score: number; day: number; threshold: number },
): boolean {
  if (state.day === null) state.day = day;
  if (day > state.day) {
    state.before = state.today;
    state.today = new Uint32Array(bins);
    state.day = day;
    state.alerts = 0;
  }
  const bin = binOf(score);
  state.today[bin]!++;
  const high =
    state.before === null ? score >= threshold : bin >= lowestBinWithin(state.before, perDay);
  if (!high || state.alerts >= perDay) return false;
  state.alerts++;
  return true;
}

/** The bin down to which the highest scores of a day, bins taken whole, are at most so many. */
function lowestBinWithin(counts: Uint32Array, most: number): number {
  let sum = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    sum += counts[bin]!;
    if (sum > most) return Math.min(bins - 1, bin + 1);
  }
  return 0;
}

function binOf(score: number): number {
  const logOdds = Math.log(score / (1 - score));
  const place = Math.floor((bins * (logOdds - lowest)) / (highest - lowest));
  // The log odds of 0 and 1 are infinite.
  return Math.max(0, Math.min(bins - 1, place));
}

/** `day | alerts | today | before`, 32 bits each, little endian; without `before` on the first day. */
export function packBudget({ day, alerts, today, before }: BudgetState): Uint8Array {
  const numbers = [day ?? -1, alerts, ...today, ...(before ?? [])];
  const bytes = Buffer.allocUnsafe(4 * numbers.length);
  numbers.forEach((value, i) => bytes.writeInt32LE(value, 4 * i));
  return bytes;
}

/** Whatever is no such state is an empty one: a day's budget is not worth stopping for. */
export function unpackBudget(bytes: Uint8Array | undefined): BudgetState {
  const length = bytes?.length ?? 0;
  if (bytes === undefined || (length !== 4 * (2 + bins) && length !== 4 * (2 + 2 * bins))) {
    return emptyBudget();
  }
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, length);
  const numbers = Uint32Array.from({ length: length / 4 - 2 }, (_, i) =>
    data.readUInt32LE(4 * (i + 2)),
  );
  const day = data.readInt32LE(0);
  return {
    day: day < 0 ? null : day,
    alerts: data.readInt32LE(4),
    today: numbers.slice(0, bins),
    before: numbers.length > bins ? numbers.slice(bins) : null,
  };
}
