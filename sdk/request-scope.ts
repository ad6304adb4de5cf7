/** What outlives no request: whether somebody still waits for the answer. */
export class RequestScope {
  #controller: AbortController | null = null;
  #abandoned = false;

  /** Made at its first use, since most handlers never look at it. */
  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#abandoned) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Nobody waits any more; what comes now is thrown away. */
  abandon(): void {
    this.#abandoned = true;
    this.#controller?.abort();
  }
}
