/**
 * Pseudo-random numbers that are the same on every machine: sfc32, the 32-bit "small fast
 * counting" generator by Chris Doty-Humphrey (PractRand, public domain), with its state
 * (three words and a counter) derived from a key by the 32-bit finaliser of MurmurHash3 (Austin
 * Appleby, public domain).
 *
 * One stream per key `(seed, purpose, index, day)`: what customer 7 does on day 100 never depends
 * on how many numbers another customer drew, so any day can be generated without those before.
 */

/** What a stream is for; two purposes with otherwise equal keys are unrelated streams. */
export const purpose = {
  customerProfile: 1,
  terminalProfile: 2,
  customerDay: 3,
  compromisedTerminals: 4,
  compromisedCustomers: 5,
  account: 6,
  accountDay: 7,
  trips: 8,
  skimmed: 9,
  signalSigns: 10,
  device: 11,
  /** And one more for each kind of fraud episode behind it. */
  episodes: 16,
} as const;

const twoToMinus32 = 2 ** -32;
/** Rounds until a sparse key is spread over all bits; the value its author uses for seeding. */
const warmUpRounds = 15;

export class RandomStream {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 0;

  /** Starts the stream of a key; all parts are taken as unsigned 32-bit integers. */
  start(seed: number, streamPurpose: number, index: number, day: number): this {
    const h = mix(mix(seed ^ 0x9e3779b9) + streamPurpose);
    this.#a = mix(h + index);
    this.#b = mix(this.#a ^ mix(day + 0x7f4a7c15));
    this.#c = mix(this.#b + h);
    this.#counter = 1;
    for (let round = 0; round < warmUpRounds; round++) this.nextUint32();
    return this;
  }

  nextUint32(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum;
    this.#c |= 0;
    return sum >>> 0;
  }

  /** In the open interval (0, 1), in steps of 2^-32: a logarithm of it is finite. */
  uniform(): number {
    return (this.nextUint32() + 0.5) * twoToMinus32;
  }

  /** An integer in `[0, limit)`; `limit` is far below 2^32, so its bias is below 2^-10. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** Normal by the Box-Muller transform; one of its two values, so that a stream has no memory. */
  normal(mean: number, standardDeviation: number): number {
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    return mean + standardDeviation * radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Exponential with this mean. */
  exponential(mean: number): number {
    return -mean * Math.log(this.uniform());
  }

  /** Gamma of scale 1 by Marsaglia and Tsang (2000). */
  gamma(shape: number): number {
    // Below 1 a power of a uniform number makes up for the part that their method does not cover.
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal(0, 1);
      const v = (1 + c * x) ** 3;
      if (v <= 0) continue;
      if (Math.log(this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** The place of a rising list of partial sums, by the parts. */
  pick(sums: Float64Array | readonly number[]): number {
    const at = this.uniform() * sums[sums.length - 1]!;
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The whole part always, the rest by chance: 2.3 is 2 or 3, and never 0. */
  count(expected: number): number {
    return Math.floor(expected) + (this.uniform() < expected % 1 ? 1 : 0);
  }

  /** Poisson by Knuth's product of uniforms; meant for means below 30. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    return count;
  }
}

function mix(word: number): number {
  let h = word | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
