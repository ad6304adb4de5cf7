import type { TimerHandle } from '#runtime/ports/clock.ts';
import type { RequestSink } from '#runtime/ports/transport.ts';
import type { AttemptFailure } from './failure.ts';

/** What speaks against an address since it was last answered, over all its requests. */
export class History {
  /** How often in a row its server was lost with it. */
  losses = 0;
  /** How often of these no other suspect was with that server. */
  lossesAlone = 0;
  /** Failures that were no matter of an outage or of a line that is too long. */
  failures = 0;
  /** How many of these came although somebody else was answered since the failure before. */
  proofs = 0;
  /** Monotonic milliseconds of the last attempt that reached a server and failed. */
  lastFailureAt = Infinity;
}

/** One logical request: a batch of one address with all its attempts. */
export class PendingRequest<P> {
  readonly functionType: string;
  readonly token: unknown;
  readonly sink: RequestSink;
  /** Monotonic milliseconds; the budget counts from here. */
  readonly beganAt: number;
  readonly history: History;
  payload: P;
  attemptAt = 0;
  /** Whether the endpoint was up when the last attempt began. */
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
    history: History,
  ) {
    this.functionType = functionType;
    this.payload = payload;
    this.token = token;
    this.sink = sink;
    this.beganAt = beganAtMs;
    this.history = history;
  }

  get losses(): number {
    return this.history.losses;
  }
}
