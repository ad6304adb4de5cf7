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
