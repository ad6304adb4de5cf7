import type { WeirError } from '#protocol/errors.ts';
import { Engine } from '../core/engine.ts';
import type { EngineLimits, EngineObserver } from '../core/engine-options.ts';
import { ExpirySweep } from '../core/expiry.ts';
import type { Lane } from '../core/lane.ts';
import { Restore } from '../core/restore.ts';
import type { Clock, TimerHandle } from '../ports/clock.ts';
import type { Egress } from '../ports/egress.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { CommittedReply, Ingress } from '../ports/ingress.ts';
import type { Acquired, CommitInfo, Snapshots } from '../ports/snapshots.ts';
import { steadyClock } from '../ports/steady-clock.ts';
import { CommitLoop } from './commit-loop.ts';
import { DelayLoop } from './delay-loop.ts';
import { EgressPump } from './egress-pump.ts';
import { hostErrors } from './errors.ts';
import { EngineSink } from './ingress-sink.ts';
import { PositionHistory } from './position-history.ts';
import { defaultStopLimits, type StopLimits } from './stop-limits.ts';
import { endsWithin } from './time-limit.ts';

const sweepEveryMs = 50;

export type RuntimeState =
  'starting' | 'standby' | 'recovering' | 'running' | 'stopping' | 'stopped';

export interface RuntimeParts {
  readonly clock: Clock;
  readonly snapshots: Snapshots;
  readonly laneOf: (functionType: string) => Lane | null;
  readonly lanes: readonly Lane[];
  /** With the bounds of its idempotency keys. */
  readonly ingresses: readonly {
    readonly ingress: Ingress;
    readonly idempotency: { readonly keysMax: number; readonly ttlMs: number };
  }[];
  readonly egresses: readonly Egress[];
  /** Function types and patterns of the module, for error texts. */
  readonly functionTypes: readonly string[];
  readonly commitEveryMs: number;
  readonly limits?: Partial<EngineLimits>;
  readonly stopLimits?: Partial<StopLimits>;
  readonly observer?: EngineObserver;
  readonly listener: RuntimeListener;
}

export interface RuntimeListener {
  state(state: RuntimeState): void;
  recovered(picture: { records: number; durationMs: number; acquired: Acquired }): void;
  committed(info: CommitInfo): void;
  /** An address parked whose endpoint says that the runtime stops then: after a last commit. */
  poisoned?(error: WeirError): void;
  /** The runtime can't go on; it has stopped taking part by itself. */
  lost(error: unknown): void;
}

/**
 * One writer: engine, snapshots, connectors, and the loops between them. `start` ends when the
 * ingresses are open; `stop` takes a last cut.
 */
export class Runtime {
  readonly engine: Engine;
  readonly commits: CommitLoop;
  readonly pumps: EgressPump[] = [];
  state: RuntimeState = 'starting';
  acquired: Acquired | null = null;
  readonly parts: RuntimeParts;
  readonly clock: Clock;
  readonly #delays: DelayLoop;
  readonly #sweep: ExpirySweep;
  readonly #history: PositionHistory;
  #sweepTimer: TimerHandle | null = null;
  /** It takes part no more: superseded, failed, or stopped without its last commit. */
  #lost = false;
  /** Requests are sent and answered: whatever comes of them belongs into a last commit. */
  #begun = false;
  readonly #stopLimits: StopLimits;
  #starting: Promise<void> = Promise.resolve();
  #stopping: Promise<void> | null = null;

  constructor(parts: RuntimeParts) {
    this.parts = parts;
    this.#stopLimits = { ...defaultStopLimits, ...parts.stopLimits };
    this.clock = steadyClock(parts.clock);
    this.engine = new Engine({
      clock: this.clock,
      laneOf: parts.laneOf,
      egresses: parts.egresses.map((egress) => ({
        id: egress.id,
        validate: egress.validate?.bind(egress),
      })),
      ingresses: parts.ingresses.map(({ ingress, idempotency }) => ({
        id: ingress.id,
        idempotency,
      })),
      ...(parts.limits === undefined ? {} : { limits: parts.limits }),
      ...(parts.observer === undefined ? {} : { observer: parts.observer }),
    });
    this.engine.onPoisoned = (error) => parts.listener.poisoned?.(error);
    this.#history = new PositionHistory(
      this.engine,
      parts.ingresses.map(({ ingress }) => ingress),
    );
    this.commits = new CommitLoop(this.engine, parts.snapshots, this.clock, parts.commitEveryMs, {
      cutTaken: (cut) => this.#history.cutTaken(cut),
      committed: (info, replies) => this.#committed(info, replies),
      lost: (error) => this.#stopForGood(error),
    });
    this.#delays = new DelayLoop(this.engine, this.clock);
    this.#sweep = new ExpirySweep(this.engine);
  }

  /**
   * Acquires the state (waiting as a standby if need be), recovers, and opens everything. Rejects
   * with STOPPED if `stop` was called meanwhile.
   */
  start(): Promise<void> {
    this.#starting = this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    const acquired = await this.parts.snapshots.acquire();
    this.#goOn();
    this.acquired = acquired;
    this.#enter('recovering');
    const since = this.clock.monotonic();
    const restore = new Restore(this.engine);
    for await (const block of this.parts.snapshots.recover()) {
      this.#goOn();
      restore.block(block);
      failPoint('recovery-midway');
    }
    restore.finish();
    const durationMs = this.clock.monotonic() - since;
    this.parts.listener.recovered({ records: restore.records, durationMs, acquired });
    failPoint('recovered');
    for (const egress of this.parts.egresses) {
      await this.#openEgress(egress, acquired);
      this.#goOn();
    }
    this.engine.start();
    this.#begun = true;
    this.commits.start();
    this.#delays.arm();
    this.#sweepLater();
    for (const pump of this.pumps) pump.committed(0);
    failPoint('ingresses-closed');
    for (const { ingress } of this.parts.ingresses) {
      const sink = new EngineSink(this.engine, this.commits, ingress.id, this.parts.functionTypes);
      await ingress.open(sink, new Map(this.engine.intake.positionsOf(ingress.id)));
      this.#goOn();
    }
    this.#enter('running');
  }

  /** A start that goes on after a stop would open what was just closed. */
  #goOn(): void {
    if (this.#stopping !== null) throw hostErrors.STOPPED('stopped while it was starting');
  }

  /** Commits now; answers when it is durable. Null if there was nothing new. */
  commitNow(): Promise<CommitInfo | null> {
    return this.commits.commitNow();
  }

  /**
   * Takes nothing in any more, lets requests end, commits, publishes, closes; each of it within
   * its limit (`StopLimits`), whatever hangs. Rejects with LAST_COMMIT if the store did not take
   * the last commit in time.
   */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#enter('stopping');
    for (const { ingress } of this.parts.ingresses) ingress.pause();
    try {
      if (this.#begun && !this.#lost) await this.#lastCommit();
    } finally {
      // Whatever comes of a commit now, nobody acts on it any more.
      this.#lost = true;
      await this.#close();
    }
  }

  async #lastCommit(): Promise<void> {
    const { commitMs, publishMs, noteMs } = this.#stopLimits;
    this.engine.hold();
    await this.#drained();
    this.engine.seal();
    failPoint('before-last-commit');
    if (!(await this.#within(commitMs, this.#commitAll()))) {
      throw hostErrors.LAST_COMMIT(`the last commit was not through after ${commitMs / 1000} s`);
    }
    await this.#within(publishMs, Promise.all(this.pumps.map((pump) => pump.drain())));
    // What was published since is known to the next start without rewriting anything.
    await this.#within(noteMs, this.commits.commitNow());
    failPoint('after-last-commit');
  }

  async #commitAll(): Promise<void> {
    await this.commits.stop();
    await this.commits.commitNow();
  }

  #within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
    return endsWithin(this.clock, limitMs, work);
  }

  #committed(info: CommitInfo, replies: readonly CommittedReply[]): void {
    for (const pump of this.pumps) pump.committed(info.cut);
    for (const reply of replies) {
      for (const { ingress } of this.parts.ingresses) ingress.reply?.(reply);
    }
    this.#history.committed(info);
    this.parts.listener.committed(info);
  }

  async #openEgress(egress: Egress, acquired: Acquired): Promise<void> {
    const pending = this.engine.egress(egress.id);
    const { lineage, epoch, fresh } = acquired;
    await egress.open(pending.position, fresh, {
      ...{ lineage, epoch },
      nextSequence: () => pending.nextSequence,
      confirmOwner: () => this.parts.snapshots.confirm(),
    });
    this.pumps.push(new EgressPump(this.engine, egress, this.clock, acquired));
  }

  #sweepLater(): void {
    this.#sweepTimer = this.clock.setTimer(sweepEveryMs, () => {
      this.#sweep.step(this.clock.now());
      this.engine.widenProbes();
      this.engine.pumpLanes();
      this.#sweepLater();
    });
  }

  async #drained(): Promise<void> {
    const until = this.clock.monotonic() + this.#stopLimits.requestsMs;
    while (this.engine.inFlight > 0 && this.clock.monotonic() < until) {
      await new Promise<void>((resolve) => this.clock.setTimer(5, resolve));
    }
  }

  /** Nothing of a superseded writer may become visible: everything ends at once (E5). */
  #stopForGood(error: unknown): void {
    if (this.#lost) return;
    this.#lost = true;
    this.engine.hold();
    for (const { ingress } of this.parts.ingresses) ingress.pause();
    for (const pump of this.pumps) pump.halt();
    this.#delays.stop();
    this.parts.listener.lost(error);
  }

  /** For whoever sees first that another writer has taken over. */
  superseded(error: WeirError): void {
    this.#stopForGood(error);
  }

  async #close(): Promise<void> {
    this.#delays.stop();
    this.#sweepTimer?.cancel();
    await this.#within(this.#stopLimits.closeMs, this.#closeAll());
    this.#enter('stopped');
  }

  /** A part that can't be closed keeps none of the others open. */
  async #closeAll(): Promise<void> {
    const { ingresses, lanes, snapshots } = this.parts;
    // A standby waits in `acquire`: this is what ends it.
    const early = this.acquired === null ? [snapshots.close()] : [];
    await Promise.allSettled([...early, this.#starting]);
    // A commit that hangs is ended by closing the snapshots: waiting for it first would be too long.
    void this.commits.stop();
    await Promise.allSettled([
      ...ingresses.map(({ ingress }) => ingress.close()),
      ...this.pumps.map((pump) => pump.close()),
      ...lanes.map((lane) => lane.transport.close()),
    ]);
    if (early.length === 0) await snapshots.close().catch(() => undefined);
  }

  #enter(state: RuntimeState): void {
    this.state = state;
    this.parts.listener.state(state);
  }
}
