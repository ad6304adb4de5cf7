import type { DecodedReply, InvocationBatch } from '#protocol/messages.ts';

/**
 * How functions are reached. One request is one batch of one address (E1); the transport retries
 * it within its budget, decodes the reply, and reports once, later (never from inside `send`).
 */
export interface Transport {
  /** How many requests may be outstanding now; the engine keeps the rest in mailboxes (E7). */
  readonly concurrency: number;
  /**
   * Sends one batch. The views in `batch` are valid only during this call: encode or copy them
   * before returning. `token` comes back to `sink` unchanged.
   */
  send(batch: InvocationBatch, token: unknown, sink: RequestSink): void;
  /** What `/endpoints` and the metrics show. */
  status(): EndpointStatus;
  /** Gives up what is in flight (no further report) and closes connections. */
  close(): Promise<void>;
}

export interface RequestSink {
  /**
   * The slices in `reply` are valid only during this call. `lastReply` makes what a person is shown
   * if the reply can't be applied; a transport without bytes of its own has none.
   */
  answered(token: unknown, reply: DecodedReply, lastReply?: () => LastReply): void;
  failed(token: unknown, failure: RequestFailure): void;
}

/** Why a request was given up, when its budget was spent. */
export interface RequestFailure {
  /**
   * `endpoint`: it failed as others do, or there is nobody to compare it with, so nothing parks:
   * the engine sends the same batch again. `address`: others were answered, so this address parks
   * (E8).
   */
  readonly blame: 'endpoint' | 'address';
  /** A code of the transport's error catalogue. */
  readonly code: string;
  readonly message: string;
  readonly lastReply?: LastReply;
}

/** What a person needs to see of the answer that was not accepted. */
export interface LastReply {
  readonly status: number;
  readonly contentType: string;
  /** The first 1,024 bytes, as UTF-8 with replacement characters. */
  readonly bodyStart: string;
}

export interface EndpointStatus {
  /** Function types served, as in the module (`ns/name` or `ns/*`). */
  readonly functions: string;
  /** Without credentials. */
  readonly url: string;
  /** A kind of the module file, e.g. `io.statefun.transports.v1/async`. */
  readonly transport: string;
  readonly state: 'unknown' | 'up' | 'down';
  /** Wall-clock milliseconds of the last change of `state`; null while unknown. */
  readonly since: number | null;
  readonly inFlight: number;
  readonly lastError: string | null;
  readonly failuresByClass: Readonly<Record<string, number>>;
  readonly retries: number;
}

/** What a transport tells the metrics; every method is cheap and must not throw. */
export interface TransportObserver {
  attempt(functionType: string, durationMs: number): void;
  failure(functionType: string, failureClass: string): void;
  retry(functionType: string): void;
}
