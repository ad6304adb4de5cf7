import type { WeirError } from '#protocol/errors.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { SnapshotStore } from '../ports/snapshot-store.ts';
import { noUsage } from '../ports/store-usage.ts';
import type { Owner, SnapshotObserver } from '../ports/snapshots.ts';
import { isPermanent, named, snapshotErrors } from './errors.ts';
import type { HeadState } from './head.ts';
import type { HeadCell } from './head-cell.ts';
import type { SnapshotSettings } from './options.ts';
import type { Pauses } from './pauses.ts';
import type { Processes } from './processes.ts';
import { refuseLostHead } from './store-reads.ts';

export interface SnapshotWorld {
  readonly store: SnapshotStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly processes: Processes;
  /** The engine's loop, if it is another thread's. */
  readonly engine?: EngineLoop;
}

export interface EngineLoop {
  /** False once it has stood still for too long. */
  readonly moves: boolean;
  /** Ends the process, whose loop stands still: it can't stop by itself. */
  end(why: WeirError): void;
}

const commitIdBytes = 12;
/** A standby looks this often within a lease; and soon enough to see at once that one died. */
const looksPerLease = 10;
const longestLookMs = 500;

export function newCommitId(random: Random): string {
  return random.hex(commitIdBytes);
}

/**
 * Takes the ownership of a state: epoch + 1 by one compare-and-swap (E5). Clocks decide only when
 * to try, by watching with the own monotonic clock whether the head changes at all; a writer that
 * lives changes it at least three times per lease.
 */
export class Acquisition {
  readonly #world: SnapshotWorld;
  readonly #settings: SnapshotSettings;
  readonly #head: HeadCell;
  readonly #pauses: Pauses;
  readonly #observer: SnapshotObserver;
  /** The head's tag that was seen last, and since when (monotonic ms). */
  #seen: { tag: string | null; since: number } | null = null;
  #announced = '';
  #storeAnswered = false;

  constructor(
    world: SnapshotWorld,
    settings: SnapshotSettings,
    head: HeadCell,
    pauses: Pauses,
    observer: SnapshotObserver,
  ) {
    this.#world = world;
    this.#settings = settings;
    this.#head = head;
    this.#pauses = pauses;
    this.#observer = observer;
  }

  /** Resolves with true if the state is new, once this process owns the head. */
  async run(): Promise<boolean> {
    const startedAt = this.#world.clock.monotonic();
    for (let failures = 0; ;) {
      try {
        const won = await this.#try();
        if (won !== null) return won;
        failures = 0;
      } catch (error) {
        if (isPermanent(error)) throw error;
        failures++;
        this.#checkBudget(startedAt, error);
        this.#observer.trouble?.(named(error, 'reading the head'));
        await this.#pauses.backOff(failures);
      }
    }
  }

  /** One look and perhaps one attempt: null if the state is still another's. */
  async #try(): Promise<boolean | null> {
    const current = await this.#head.read();
    this.#storeAnswered = true;
    if (current === null) {
      await refuseLostHead(this.#world.store);
      if (!(await this.#take(this.#firstHead()))) return null;
      failPoint('state-created');
      return true;
    }
    this.#checkFingerprint(current);
    if (!this.#mayTake(current)) {
      this.#announce(current.owner);
      const lookMs = this.#leaseMs(current.owner) / looksPerLease;
      await this.#pauses.wait(Math.min(longestLookMs, lookMs));
      return null;
    }
    const { random } = this.#world;
    const next: HeadState = {
      ...current,
      epoch: current.epoch + 1,
      commitId: newCommitId(random),
      owner: this.owner(),
    };
    if (!(await this.#take(next))) return null;
    failPoint('epoch-taken');
    return false;
  }

  /** This process as the head's owner. */
  owner(): Owner {
    return {
      ...this.#world.processes.self,
      leaseMs: this.#settings.leaseMs,
      heartbeatAt: this.#world.clock.now(),
    };
  }

  #firstHead(): HeadState {
    const { random } = this.#world;
    return {
      fingerprint: this.#settings.fingerprint,
      lineage: random.hex(8),
      epoch: 1,
      sequence: 0,
      takenAt: 0,
      commitId: newCommitId(random),
      manifest: null,
      inline: [],
      owner: this.owner(),
      usage: noUsage,
    };
  }

  /** Losing is no error here: somebody else moved the head, so look again. */
  async #take(next: HeadState): Promise<boolean> {
    const startedAt = this.#world.clock.monotonic();
    const outcome = await this.#head.swap(next, (error) => {
      // At the start, a store that can be read and not written is no service.
      if (this.#announced === '') this.#storeAnswered = false;
      this.#checkBudget(startedAt, error);
      this.#observer.trouble?.(named(error, 'taking the head'));
    });
    return outcome.won;
  }

  #mayTake(current: HeadState): boolean {
    const { clock, processes } = this.#world;
    const { owner } = current;
    if (this.#seen === null || this.#seen.tag !== this.#head.tag) {
      this.#seen = { tag: this.#head.tag, since: clock.monotonic() };
    }
    if (owner === null || this.#settings.takeover || processes.isGone(owner)) return true;
    return clock.monotonic() - this.#seen.since >= this.#leaseMs(owner);
  }

  #leaseMs(owner: Owner | null): number {
    return Math.max(this.#settings.leaseMs, owner?.leaseMs ?? 0);
  }

  #announce(owner: Owner | null): void {
    if (owner === null) return;
    const identity = `${owner.host} ${owner.pid} ${owner.processStart}`;
    if (identity === this.#announced) return;
    this.#announced = identity;
    this.#observer.standby?.(owner);
  }

  #checkFingerprint(current: HeadState): void {
    if (current.fingerprint === this.#settings.fingerprint) return;
    throw snapshotErrors.FINGERPRINT_MISMATCH(
      `${this.#world.store.url} belongs to an application with the fingerprint ` +
        `"${current.fingerprint}", this one has "${this.#settings.fingerprint}"`,
    );
  }

  #checkBudget(startedAt: number, error: unknown): void {
    const spentMs = this.#world.clock.monotonic() - startedAt;
    if (this.#storeAnswered || spentMs < this.#settings.startBudgetMs) return;
    throw unreachable(this.#world.store.url, spentMs, error);
  }
}

function unreachable(url: string, spentMs: number, cause: unknown): WeirError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return snapshotErrors.STORE_UNREACHABLE(
    `${url} could not be used for ${Math.round(spentMs / 1_000)} s: ${reason}`,
    { cause },
  );
}
