import type { TimerHandle } from '#runtime/ports/clock.ts';
import type { RequestSink } from '#runtime/ports/transport.ts';
import type { AttemptFailure } from './failure.ts';

/** What speaks against an address since it was last answered, over all its requests. */
export class History {
  /** How often in a row its server was lost with it. */
  losses: number;
  /** How often of these the server was there, and no other suspect with it. */
  lossesAlone = 0;
  /** Failures that were no matter of an outage or of a line that is too long. */
  failures = 0;
  /** How many of these came although somebody else was answered since the failure before. */
  proofs = 0;
  /** Monotonic milliseconds of the last attempt that reached a server and failed. */
  lastFailureAt = Infinity;

  constructor(losses = 0) {
    this.losses = losses;
  }

  /** It fails in another way now: what was lost with it before was perhaps not its doing. */
  forgetLosses(): void {
    this.losses = this.lossesAlone = this.failures = this.proofs = 0;
  }
}

/** One logical request: a batch of one address with all its attempts. */
export class PendingRequest<P> {
  readonly functionType: string;
  readonly token: unknown;
  readonly sink: RequestSink;
  /** Monotonic milliseconds; the budget counts from here. */
  readonly beganAt: number;
  /** Null while nothing is against it. */
  history: History | null;
  payload: P;
  attemptAt = 0;
  /** Whether the endpoint was up when the last attempt began, and no server lost since it answered. */
  sentUp = false;
  failures = 0;
  lastFailure: AttemptFailure | null = null;
  /** When an attempt last failed although somebody was answered since the failure before it. */
  provenAt = -Infinity;
  silentRetryUsed = false;
  done = false;
  /** Set while it waits: for its delay, or for an endpoint that is down. */
  timer: TimerHandle | null = null;

  constructor(
    functionType: string,
    payload: P,
    token: unknown,
    sink: RequestSink,
    beganAtMs: number,
    history: History | null,
  ) {
    this.functionType = functionType;
    this.payload = payload;
    this.token = token;
    this.sink = sink;
    this.beganAt = beganAtMs;
    this.history = history;
  }

  get losses(): number {
    return this.history?.losses ?? 0;
  }
}
