/**
 * Longest time that handlers which never wait may keep the answers of others back. Behind it what
 * is done goes out, and sockets and timers get their turn.
 */
const sliceMs = 5;

/** Work that can be left and taken up again. */
export interface Sliced {
  /** Goes on until it is done, or until `performance.now()` is beyond `endMs`. True once done. */
  runUntil(endMs: number): boolean;
}

/**
 * Works batches off in the order in which they came. Were they to take turns, a large one would be
 * passed by every small one behind it: where a process falls behind, its requests would time out
 * while later ones are answered, and their addresses look like those that fail (E8).
 */
export class BatchTurns {
  /** In the order of arrival; no more than connections, and those that were just given up. */
  readonly #waiting: Sliced[] = [];
  #scheduled = false;

  add(work: Sliced): void {
    this.#waiting.push(work);
    if (!this.#scheduled) this.#run();
  }

  #run(): void {
    const endMs = performance.now() + sliceMs;
    try {
      while (this.#waiting.length > 0 && performance.now() <= endMs) {
        const first = this.#waiting.shift() as Sliced; // what throws has no more turns
        if (!first.runUntil(endMs)) this.#waiting.unshift(first);
      }
    } finally {
      if (this.#waiting.length > 0) this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#run();
    });
  }
}
