/** A label on its way: when it arrives, and what it says of which transaction. */
interface PendingLabel {
  readonly atMs: number;
  /** Number of the transaction in the stream, from 0. */
  readonly transaction: number;
  readonly customer: number;
  readonly terminal: number;
  /** Event time of the transaction. */
  readonly transactionAtMs: number;
  readonly fraud: boolean;
}

/** Labels by the time they arrive, ties by transaction: a binary heap. */
export class LabelQueue {
  readonly #heap: PendingLabel[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the next label arrives; infinity if none is on its way. */
  get nextAtMs(): number {
    return this.#heap[0]?.atMs ?? Infinity;
  }

  push(label: PendingLabel): void {
    const heap = this.#heap;
    let at = heap.push(label) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(label, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = label;
  }

  /** Removes the label that arrives next. */
  pop(): PendingLabel | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child++;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function before(a: PendingLabel, b: PendingLabel): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.transaction < b.transaction);
}
