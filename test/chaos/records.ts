/** What the workload's input and output lines hold. */

/** An input line of `chaos/counter`. `n` counts the lines of one key from 1 on. */
export interface Record {
  readonly key: string;
  readonly n: number;
  /** Bytes that the function shall put into its state. */
  readonly ballast?: number;
  /** The function fails on it, always. */
  readonly poison?: boolean;
  /** The function's process ends on it, with whatever else it has in hand. */
  readonly ends?: boolean;
  /** The function never answers it, while `HANG` is not `over`. */
  readonly hang?: boolean;
  /** So that the record is large. */
  readonly padding?: string;
}

export interface Timer {
  readonly n: number;
  /** By the wall clock of this machine, ms. */
  readonly dueAt: number;
}

export interface ToTotal {
  readonly key: string;
  readonly n: number;
}

/** The body of an HTTP request for `chaos/register`. */
export interface HttpEvent {
  readonly register: string;
  readonly value: string;
}

export interface CountOutput extends ToTotal {
  readonly kind: 'count';
  readonly count: number;
}

export interface TimerOutput extends ToTotal {
  readonly kind: 'timer';
  /** How much before its time it fired, ms; negative: after it. */
  readonly earlyMs: number;
}

export interface TotalOutput extends ToTotal {
  readonly kind: 'total';
  readonly total: string;
  readonly count: number;
}

export interface RegisterOutput {
  readonly kind: 'register';
  readonly register: string;
  readonly value: string;
  /** The value that it replaced; null if it was the first. */
  readonly previous: string | null;
  readonly writes: number;
}

export type Output = CountOutput | TimerOutput | TotalOutput | RegisterOutput;
