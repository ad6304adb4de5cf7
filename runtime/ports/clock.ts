/** Time, and the only way to wait for it. Simulated in tests. */
export interface Clock {
  /** Wall-clock time, milliseconds since 1970; may jump. For what outlives the process. */
  now(): number;
  /** Milliseconds from an arbitrary point; never goes backwards. For durations and budgets. */
  monotonic(): number;
  /** Calls `action` once, at or after `delayMs` (capped to 2^31-1), unless cancelled. */
  setTimer(delayMs: number, action: () => void): TimerHandle;
}

export interface TimerHandle {
  cancel(): void;
}

/** Chance, for jitter and for names that must not collide. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** `bytes` random bytes in hex. */
  hex(bytes: number): string;
}
