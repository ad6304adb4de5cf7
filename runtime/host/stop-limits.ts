/**
 * How long each part of a stop may take, in milliseconds. Together they stay below the 30 s that
 * container platforms give a process between SIGTERM and SIGKILL.
 */
export interface StopLimits {
  /** Requests in flight end by themselves. */
  readonly requestsMs: number;
  /** The last commit; if it does not get through, the stop fails with LAST_COMMIT. */
  readonly commitMs: number;
  /** Publishing what that commit made publishable; the rest is in the cut, for the next start. */
  readonly publishMs: number;
  /** Committing what was published, so that the next start need not look for it. */
  readonly noteMs: number;
  /** Closing sockets, files and the store; what is still open then ends with the process. */
  readonly closeMs: number;
}

export const defaultStopLimits: StopLimits = {
  requestsMs: 10_000,
  commitMs: 10_000,
  publishMs: 3_000,
  noteMs: 2_000,
  closeMs: 3_000,
};
