import { messageOf, WeirError } from '#protocol/errors.ts';
import type { DecodedReply } from '#protocol/messages.ts';
import type { Clock, Random, TimerHandle } from '#runtime/ports/clock.ts';
import type {
  LastReply,
  RequestFailure,
  RequestSink,
  TransportObserver,
} from '#runtime/ports/transport.ts';
import { retryDelayMs } from './backoff.ts';
import { EndpointHealth } from './endpoint-health.ts';
import { transportErrors } from './errors.ts';
import { attemptFailure, isLoss, type AttemptFailure } from './failure.ts';
import { Mendings } from './mendings.ts';
import { History, PendingRequest } from './pending-request.ts';
import { Suspects } from './suspects.ts';

/** While an endpoint is down one request is let through this often, to see whether it is back. */
const probeEveryMs = 100;
/** With less than this left of a budget another attempt is not worth its cost. */
const shortestAttemptMs = 10;

/** With so many losses in a row a request is a suspect: one that fails with its server, each time. */
const lossesToSuspect = 2;
/** With so many losses as the only suspect it was the reason; fewer may be kills that met it. */
const lossesToBlame = 3;

export interface LifecycleOptions<P> {
  readonly clock: Clock;
  readonly random: Random;
  readonly observer: TransportObserver;
  /** Budget of one request with all its attempts, milliseconds. */
  readonly budgetMs: number;
  /** Makes one attempt; its outcome comes back by `answered`, `failed` or `startAgain`. */
  start(request: PendingRequest<P>): void;
}

/** An attempt that timed out counts against its address if it had this share of the budget. */
const fairShareOfBudget = 0.25;

/**
 * The failure policy that all transports share: retries with capped, jittered delays within a
 * budget, patience with an endpoint that is down, one report per request and never from inside
 * `send` (the engine would re-enter itself in the middle of a step, E2).
 *
 * Blame. An address parks only when it failed, then somebody else was answered, then it failed
 * again, and that in the second half of its budget. "Somebody else was answered since it began"
 * alone would park every address that was in flight when a bad image replaced a good one, and one
 * whose budget ends just after the endpoint came back: a bad image costs time, never a clean-up
 * (E8). Besides:
 * - a timeout counts only if others overtook it;
 * - that its server was lost counts only if it was the only suspect there (`Suspects`);
 * - it failed more often than those do who are answered in the end (`Mendings`).
 */
export class RequestLifecycle<P> {
  readonly health: EndpointHealth;
  readonly #options: LifecycleOptions<P>;
  readonly #clock: Clock;
  readonly #failuresByClass = new Map<string, number>();
  /** Waiting for their delay; woken early when the endpoint comes back. */
  readonly #delayed = new Set<PendingRequest<P>>();
  /** Waiting, in order, while the endpoint is down; bounded by the transport's concurrency (E7). */
  readonly #held = new Set<PendingRequest<P>>();
  readonly #suspects: Suspects<PendingRequest<P>>;
  readonly #mendings: Mendings;
  /** Monotonic milliseconds at which a server was lost last. */
  #lastLossAt = -Infinity;
  /** Of addresses whose last request was given up, until they are asked again. */
  readonly #histories = new WeakMap<object, History>();
  #probeTimer: TimerHandle | null = null;
  #lastProbeAt = -Infinity;
  #probes = 0;
  #inFlight = 0;
  #retries = 0;
  #closed = false;

  constructor(options: LifecycleOptions<P>) {
    this.#options = options;
    this.#clock = options.clock;
    this.health = new EndpointHealth(options.clock);
    this.#mendings = new Mendings(options.budgetMs);
    this.#suspects = new Suspects({
      ...{ clock: options.clock, lossesToSuspect },
      isBack: () => this.#isBack,
      start: (request) => {
        if (this.remainingMs(request) < shortestAttemptMs) this.expired(request);
        else this.#start(request, this.#clock.monotonic());
      },
    });
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get retries(): number {
    return this.#retries;
  }

  failuresByClass(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#failuresByClass);
  }

  begin(functionType: string, payload: P, token: unknown, sink: RequestSink): PendingRequest<P> {
    const now = this.#clock.monotonic();
    const history = this.#recall(token);
    const request = new PendingRequest(functionType, payload, token, sink, now, history);
    this.#inFlight++;
    this.#admit(request, now);
    return request;
  }

  /** Reports, later, a batch that can never be sent: its address parks. */
  refuse(error: unknown, token: unknown, sink: RequestSink): void {
    const code = error instanceof WeirError ? error.code : transportErrors.code('UNENCODABLE');
    const failure: RequestFailure = { blame: 'address', code, message: messageOf(error) };
    this.#inFlight++;
    setImmediate(() => {
      this.#inFlight--;
      if (!this.#closed) sink.failed(token, failure);
    });
  }

  /** Milliseconds of the budget that are left. */
  remainingMs(request: PendingRequest<P>): number {
    return request.beganAt + this.#options.budgetMs - this.#clock.monotonic();
  }

  /** Not to be called from inside `send`. */
  answered(request: PendingRequest<P>, reply: DecodedReply, lastReply?: () => LastReply): void {
    if (request.done || this.#closed) return;
    const now = this.#clock.monotonic();
    request.done = true;
    this.#inFlight--;
    this.#options.observer.attempt(request.functionType, now - request.attemptAt);
    const isBack = this.health.good(now, request.attemptAt);
    const failures = request.history?.failures ?? 0;
    if (failures > 0) this.#mendings.add(failures, now);
    this.#suspects.ended(request);
    request.sink.answered(request.token, reply, lastReply);
    if (isBack) this.#wakeAll();
  }

  failed(request: PendingRequest<P>, failure: AttemptFailure): void {
    if (request.done || this.#closed) return;
    if (failure.staleConnection && !request.silentRetryUsed) {
      request.silentRetryUsed = true; // once: a server that resets every connection has failed
      this.#count('stale-connection');
      this.startAgain(request);
      return;
    }
    const now = this.#clock.monotonic();
    this.#options.observer.attempt(request.functionType, now - request.attemptAt);
    this.#options.observer.failure(request.functionType, failure.failureClass);
    this.#count(failure.failureClass);
    request.failures++;
    // One that only had the rest of the budget: on a busy machine anybody would fail in that, and
    // what it says is less than what an earlier attempt was told.
    const hadTime =
      failure.failureClass !== 'timeout' ||
      now - request.attemptAt >= this.#options.budgetMs * fairShareOfBudget;
    if (hadTime || request.lastFailure === null) request.lastFailure = failure;
    if (isLoss(failure)) this.#lastLossAt = now;
    const wasAlone = this.#suspects.ended(request);
    const proof = failure.reached && this.#proves(request, failure, { now, hadTime, wasAlone });
    this.health.bad(failure, proof);
    const remaining = this.remainingMs(request);
    if (remaining < shortestAttemptMs) this.#giveUp(request, request.lastFailure);
    else this.#retryLater(request, remaining);
  }

  /** Notes what a failure says about the address; true if it speaks against it, not the endpoint. */
  #proves(
    request: PendingRequest<P>,
    failure: AttemptFailure,
    { now, hadTime, wasAlone }: { now: number; hadTime: boolean; wasAlone: boolean },
  ): boolean {
    const history = (request.history ??= new History());
    const { state, upSinceMs, lastGoodAt } = this.health;
    const othersAnswered = lastGoodAt > history.lastFailureAt;
    history.lastFailureAt = now;
    let counts: boolean;
    if (isLoss(failure)) {
      history.losses++;
      // Where all fail in the same moment, the endpoint may be down before it is this one's turn.
      counts = wasAlone && request.sentUp;
      if (counts) history.lossesAlone++;
    } else {
      // Not an attempt that an outage left hanging, nor the try of an endpoint that is down.
      const upThroughout = state === 'up' && request.attemptAt >= upSinceMs;
      counts = upThroughout && hadTime && this.#overtaken(request, failure, now);
      if (counts && history.losses > 0) {
        history.forgetLosses();
        request.provenAt = -Infinity;
      }
    }
    if (!counts) return false;
    history.failures++;
    if (!othersAnswered) return false;
    history.proofs++;
    request.provenAt = now;
    return true;
  }

  /**
   * Whether somebody who was sent when an attempt that timed out had waited half its time already
   * was answered before it. Where all wait in one line that is too long, on a machine that is
   * short of processors, others are answered too, but in their turn: without this an overload parked
   * addresses by the hundred.
   */
  #overtaken(request: PendingRequest<P>, failure: AttemptFailure, now: number): boolean {
    if (failure.failureClass !== 'timeout') return true;
    if (failure.inLine === true) return false;
    return this.health.lastGoodSentAt >= (request.attemptAt + now) / 2;
  }

  /** One more attempt at once, which does not count as a retry of a failed one. */
  startAgain(request: PendingRequest<P>): void {
    if (request.done || this.#closed) return;
    this.#start(request, this.#clock.monotonic());
  }

  /** The budget was spent while the request waited inside the transport. */
  expired(request: PendingRequest<P>): void {
    if (request.done || this.#closed) return;
    const why = this.health.lastError ?? 'all connections are busy';
    this.#suspects.ended(request);
    const waited = attemptFailure('waited', `no connection within the budget: ${why}`);
    this.#giveUp(request, request.lastFailure ?? waited);
  }

  close(): void {
    this.#closed = true;
    this.#probeTimer?.cancel();
    this.#suspects.close();
    for (const request of this.#delayed) request.timer?.cancel();
    this.#delayed.clear();
    this.#held.clear();
    this.#inFlight = 0;
  }

  #retryLater(request: PendingRequest<P>, remainingMs: number): void {
    const delayMs = retryDelayMs(request.failures, this.#options.random);
    this.#delayed.add(request);
    // At most half of what is left, so that a function that comes back late is still tried.
    request.timer = this.#clock.setTimer(Math.min(delayMs, remainingMs / 2), () => {
      this.#delayed.delete(request);
      this.#retry(request);
    });
  }

  #retry(request: PendingRequest<P>): void {
    request.timer = null;
    if (this.#closed) return;
    this.#retries++;
    this.#options.observer.retry(request.functionType);
    this.#admit(request, this.#clock.monotonic());
  }

  /** Whether a request that begins now waits, untried, behind others or for an endpoint that is down. */
  get holds(): boolean {
    return this.health.state === 'down' || this.#held.size > 0;
  }

  #admit(request: PendingRequest<P>, now: number): void {
    if (this.holds) {
      this.#held.add(request);
      this.#probe(now);
    } else {
      this.#launch(request, now);
    }
  }

  /** Begins an attempt, of a suspect in its turn. */
  #launch(request: PendingRequest<P>, now: number): void {
    if (isUnsuspected(request)) this.#start(request, now);
    else this.#suspects.add(request);
  }

  /** Whether somebody was answered since a server was lost last. */
  get #isBack(): boolean {
    return this.health.lastGoodAt > this.#lastLossAt;
  }

  #start(request: PendingRequest<P>, now: number): void {
    request.attemptAt = now;
    request.sentUp = this.health.state === 'up' && this.#isBack;
    this.#options.start(request);
  }

  /**
   * Lets one held request through if the last probe is long enough ago. By time and not by a number
   * of slots: two poisoned requests that hang must not occupy all slots of an endpoint that would
   * answer everybody else (E8).
   */
  #probe(now: number): void {
    for (const request of this.#held) {
      if (now < request.beganAt + this.#options.budgetMs - shortestAttemptMs) continue;
      this.#held.delete(request);
      this.expired(request);
    }
    const [inTurn] = this.#held;
    if (inTurn === undefined) return;
    if (now - this.#lastProbeAt >= probeEveryMs) {
      this.#lastProbeAt = now;
      // Every other time rather nobody who may end the server as soon as it is there.
      const avoidsSuspects = this.#probes++ % 2 === 0;
      const next = (avoidsSuspects ? this.#held.values().find(isUnsuspected) : null) ?? inTurn;
      this.#held.delete(next);
      this.#start(next, now);
    }
    if (this.#held.size === 0 || this.#probeTimer !== null) return;
    const delayMs = Math.max(1, this.#lastProbeAt + probeEveryMs - now);
    this.#probeTimer = this.#clock.setTimer(delayMs, () => {
      this.#probeTimer = null;
      if (!this.#closed) this.#probe(this.#clock.monotonic());
    });
  }

  /** The endpoint is back: nobody sits out a delay that its outage caused. */
  #wakeAll(): void {
    const waiting = [...this.#held, ...this.#delayed];
    this.#held.clear();
    const delayed = new Set(this.#delayed);
    this.#delayed.clear();
    for (const request of waiting) {
      request.timer?.cancel();
      if (delayed.has(request)) this.#retry(request);
      else this.#launch(request, this.#clock.monotonic());
    }
  }

  #giveUp(request: PendingRequest<P>, failure: AttemptFailure): void {
    request.done = true;
    this.#inFlight--;
    const { code, message, lastReply, reached } = failure;
    const tries = `${request.failures} failed attempt${request.failures === 1 ? '' : 's'}`;
    const isGuilty = reached && this.#isGuilty(request);
    this.#remember(request, isGuilty);
    const report: RequestFailure = {
      blame: isGuilty ? 'address' : 'endpoint',
      code,
      message: `${message} (${tries} within ${Math.round(this.#options.budgetMs)} ms)`,
      ...(lastReply === undefined ? {} : { lastReply }),
    };
    setImmediate(() => {
      if (!this.#closed) request.sink.failed(request.token, report);
    });
  }

  #isGuilty({ beganAt, provenAt, history }: PendingRequest<P>): boolean {
    if (provenAt < beganAt + this.#options.budgetMs / 2) return false;
    if (history === null) return false;
    if (history.losses > 0 && history.lossesAlone < lossesToBlame) return false;
    return !this.#mendings.explain(history.proofs, this.#clock.monotonic());
  }

  /**
   * Of one that is blamed only the suspicion remains: its messages are tried again one by one, or
   * later, and must not end the server twice more before they are suspects again.
   */
  #remember({ token, history }: PendingRequest<P>, isGuilty: boolean): void {
    if (typeof token !== 'object' || token === null || history === null) return;
    if (!isGuilty) this.#histories.set(token, history);
    else if (history.losses > 0) this.#histories.set(token, new History(lossesToSuspect));
  }

  #recall(token: unknown): History | null {
    if (typeof token !== 'object' || token === null) return null;
    const history = this.#histories.get(token);
    if (history === undefined) return null;
    this.#histories.delete(token);
    return history;
  }

  #count(failureClass: string): void {
    this.#failuresByClass.set(failureClass, (this.#failuresByClass.get(failureClass) ?? 0) + 1);
  }
}

function isUnsuspected({ losses }: { readonly losses: number }): boolean {
  return losses < lossesToSuspect;
}
