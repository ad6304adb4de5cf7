import type { Random } from '#runtime/ports/clock.ts';

/** Uniform in [0, 1), the same for the same seed (Marsaglia's xorshift with 32 bits). */
export function seededRandom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

export function randomPort(next: () => number): Random {
  return {
    next,
    hex: (bytes) => {
      let text = '';
      while (text.length < bytes * 2)
        text += Math.floor(next() * 256)
          .toString(16)
          .padStart(2, '0');
      return text;
    },
  };
}
