/** A seeded source of numbers (mulberry32), so that a failure can be repeated. */
export class SeededNumbers {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer in [0, below). */
  below(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  }
}

/** Bytes that mean something where a length, a tag or a number is expected. */
const telling = [0x00, 0x01, 0x7f, 0x80, 0xff, 0x0a, 0x0b, 0x0c, 0x12, 0x1a, 0x22, 0xa2, 0x06];

/** One to four changes of `input`, often with a part of `other` in it; `input` stays as it is. */
export function mutated(input: Buffer, other: Buffer, numbers: SeededNumbers): Buffer {
  let bytes = Buffer.from(input);
  for (let changes = 1 + numbers.below(4); changes > 0 && bytes.length > 0; changes--) {
    const at = numbers.below(bytes.length);
    switch (numbers.below(7)) {
      case 0: // a flipped bit
        bytes[at] = bytes[at]! ^ (1 << numbers.below(8));
        break;
      case 1: // a length or tag that is somewhat wrong
        bytes[at] = (bytes[at]! + 255 + 2 * numbers.below(2)) & 0xff;
        break;
      case 2:
        bytes[at] = telling[numbers.below(telling.length)]!;
        break;
      case 3: // a truncation
        bytes = bytes.subarray(0, at);
        break;
      case 4: {
        // a part of another message in place of a part of this one
        const from = numbers.below(other.length);
        const part = other.subarray(from, from + numbers.below(40));
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          part,
          bytes.subarray(Math.min(bytes.length, at + numbers.below(40))),
        ]);
        break;
      }
      case 5: {
        // a part twice
        const end = at + numbers.below(20);
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
        break;
      }
      default: // a long varint
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          Buffer.alloc(1 + numbers.below(11), 0x80 + numbers.below(128)),
          bytes.subarray(at),
        ]);
    }
  }
  return bytes;
}
