/** Runs actions one after the other, in the order of the calls; a failed one holds up nobody. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** Whether an action runs or waits. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  run<T>(action: () => Promise<T>): Promise<T> {
    this.#pending++;
    const result = this.#last.then(action).finally(() => {
      this.#pending--;
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything that was asked for so far has ended. */
  async idle(): Promise<void> {
    while (this.busy) await this.#last;
  }
}
