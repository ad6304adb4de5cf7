const windowIds = 1 << 22;
const givenUpMax = 100_000;

/** The ledger as it is written down; `bits` is base64 of the ids from `low` to `high`. */
export interface LedgerRecord {
  readonly first: number;
  readonly low: number;
  readonly high: number;
  readonly seen: number;
  readonly doubled: number;
  readonly givenUp: readonly number[];
  readonly bits: string;
}

/**
 * Counts whether each of a sequence of numbers came exactly once, in bounded memory: a sliding
 * bitmap over the 4,194,304 numbers above the lowest one that is still missing.
 *
 *     first ........ low ................ high
 *       | all seen    | some seen          | none seen
 */
export class SequenceLedger {
  /** The first number that counts; null until `begin`. */
  first: number | null = null;
  /** The lowest number not seen yet. */
  low = 0;
  /** One more than the highest number seen. */
  high = 0;
  /** Distinct numbers seen. */
  seen = 0;
  /** Numbers that came once too often. */
  doubled = 0;
  /** Numbers so far ahead that they can't belong to the sequence; not counted otherwise. */
  strange = 0;
  private readonly bits = new Uint32Array(windowIds / 32);
  private readonly givenUp = new Set<number>();

  /** Sets the first number, once; later calls change nothing. */
  begin(first: number): void {
    if (this.first !== null) return;
    this.first = first;
    this.low = first;
    this.high = first;
  }

  /** Notes that `n` came. */
  note(n: number): void {
    if (this.first === null) this.begin(n);
    if (n < this.first!) return;
    if (n < this.low) {
      if (this.givenUp.delete(n)) this.seen++;
      else this.doubled++;
      return;
    }
    if (n >= this.low + 2 * windowIds) {
      this.strange++;
      return;
    }
    while (n >= this.low + windowIds) this.giveUpLowest();
    if (this.has(n)) {
      this.doubled++;
      return;
    }
    this.set(n);
    this.seen++;
    if (n >= this.high) this.high = n + 1;
    this.slide();
  }

  /** How many numbers below `limit` did not come (those given up included). */
  missingBelow(limit: number): number {
    let missing = this.givenUp.size;
    const end = Math.min(limit, this.high);
    for (let n = this.low; n < end; n++) if (!this.has(n)) missing++;
    return missing + Math.max(0, limit - Math.max(this.high, this.low));
  }

  record(): LedgerRecord | null {
    if (this.first === null) return null;
    const bits = Buffer.alloc(Math.ceil((this.high - this.low) / 8));
    for (let n = this.low; n < this.high; n++) {
      if (this.has(n)) bits[(n - this.low) >> 3]! |= 1 << ((n - this.low) & 7);
    }
    const { first, low, high, seen, doubled } = this;
    return {
      first,
      low,
      high,
      seen,
      doubled,
      givenUp: [...this.givenUp],
      bits: bits.toString('base64'),
    };
  }

  restore(record: LedgerRecord): void {
    this.bits.fill(0);
    this.givenUp.clear();
    Object.assign(this, {
      first: record.first,
      low: record.low,
      high: record.high,
      seen: record.seen,
      doubled: record.doubled,
    });
    for (const n of record.givenUp) this.givenUp.add(n);
    const bits = Buffer.from(record.bits, 'base64');
    for (let n = this.low; n < this.high; n++) {
      if (((bits[(n - this.low) >> 3] ?? 0) >> ((n - this.low) & 7)) & 1) this.set(n);
    }
  }

  private has(n: number): boolean {
    return ((this.bits[(n >>> 5) % this.bits.length]! >>> (n & 31)) & 1) === 1;
  }

  private set(n: number): void {
    this.bits[(n >>> 5) % this.bits.length]! |= 1 << (n & 31);
  }

  private clear(n: number): void {
    this.bits[(n >>> 5) % this.bits.length]! &= ~(1 << (n & 31));
  }

  private slide(): void {
    while (this.low < this.high && this.has(this.low)) this.clear(this.low++);
  }

  /** The window is full: its lowest missing number counts as lost, unless it comes after all. */
  private giveUpLowest(): void {
    if (this.givenUp.size < givenUpMax) this.givenUp.add(this.low);
    this.low++;
    if (this.high < this.low) this.high = this.low;
    this.slide();
  }
}
