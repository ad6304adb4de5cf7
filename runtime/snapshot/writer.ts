import type { WeirError } from '#protocol/errors.ts';
import type { Cut } from '../ports/cut.ts';
import { failPoint } from '../ports/fail-point.ts';
import type { Head } from '../ports/snapshot-store.ts';
import type {
  Acquired,
  CommitInfo,
  CommitNote,
  SnapshotObserver,
  SnapshotOptions,
  Snapshots,
} from '../ports/snapshots.ts';
import {
  noUsage,
  requestsOf,
  sumOfUsage,
  usageBetween,
  type StoreUsage,
} from '../ports/store-usage.ts';
import { Acquisition, newCommitId, type EngineLoop, type SnapshotWorld } from './acquire.ts';
import { planCommit, type CommitPlan, type NewCut } from './commit-plan.ts';
import { CompactionSchedule } from './compaction-schedule.ts';
import type { Compactor } from './compaction-job.ts';
import { isPermanent, named, snapshotErrors } from './errors.ts';
import { collectGarbage } from './garbage.ts';
import { decodeHead, encodeHead, type HeadState } from './head.ts';
import { HeadCell, lostTo } from './head-cell.ts';
import type { Manifest } from './manifest.ts';
import { isObjectName } from './object-names.ts';
import { settingsOf, type SnapshotSettings } from './options.ts';
import { Pauses } from './pauses.ts';
import { probeConditions } from './probe.ts';
import { ObjectReader, recoverBlocks } from './recovery.ts';
import { countRecords } from './records.ts';
import { Turns } from './turns.ts';

const heartbeatsPerLease = 3;
const releaseAttempts = 3;
const shortestTidyMs = 5_000;
const longestTidyMs = 3_600_000;

/**
 * The single writer of a state.
 *
 * - E3: what is not in a committed cut does not exist; a segment is durable before the manifest
 *   or the head that names it is current.
 * - E5: the head changes by compare-and-swap alone, one swap at a time; a writer that finds a
 *   higher epoch in it never succeeds again.
 * - E6: `recover` gives exactly the cut that the head named when it was acquired.
 *
 * Uploads and heartbeats overlap (a long upload must not look like a dead writer); swaps do not.
 */
export class SnapshotWriter implements Snapshots {
  readonly #world: SnapshotWorld;
  readonly #settings: SnapshotSettings;
  readonly #observer: SnapshotObserver;
  readonly #pauses: Pauses;
  readonly #head: HeadCell;
  readonly #acquisition: Acquisition;
  readonly #reader: ObjectReader;
  readonly #compaction: CompactionSchedule;
  /** Commits, and the adoption of a compaction's result. */
  readonly #commits = new Turns();
  /** Changes of the head. */
  readonly #swaps = new Turns();
  readonly #background: Promise<void>[] = [];
  readonly #compactor: Compactor;
  #manifest: Manifest | null = null;
  /** What earlier writers of the state have used. */
  #usedBefore: StoreUsage = noUsage;
  #owning = false;
  #lost: WeirError | null = null;
  /** Monotonic ms at which the commit under way was asked for. */
  #commitSince: number | null = null;
  #lastSwapAt = 0;

  constructor(world: SnapshotWorld, options: SnapshotOptions, compactor: Compactor) {
    const { store, clock, random } = world;
    this.#world = world;
    this.#settings = settingsOf(options, store.url);
    this.#observer = options.observer ?? {};
    this.#pauses = new Pauses(clock, random);
    this.#head = new HeadCell(store, this.#pauses);
    this.#acquisition = new Acquisition(
      world,
      this.#settings,
      this.#head,
      this.#pauses,
      this.#observer,
    );
    this.#compactor = compactor;
    const retrying = (error: unknown, attempts: number) => this.#retrying(error, attempts);
    this.#reader = new ObjectReader(store, this.#pauses, retrying);
    this.#compaction = new CompactionSchedule(compactor, this.#settings, clock, this.#observer);
  }

  async acquire(): Promise<Acquired> {
    if (this.#owning) throw snapshotErrors.WRONG_ORDER('acquire was called twice');
    const fresh = await this.#acquisition.run();
    this.#owning = true;
    this.#usedBefore = this.#state().usage;
    try {
      // Of a new state no tag is overtaken yet, and it is such a one that the probe needs.
      if (this.#head.overtaken === null) await this.#swap((state) => state);
      const state = this.#state();
      await this.#patiently('probing the store', () =>
        probeConditions(this.#world.store, encodeHead(state), this.#head.overtaken),
      );
      if (state.manifest !== null) this.#manifest = await this.#reader.manifest(state.manifest);
    } catch (error) {
      const reason = await this.#reasonFor(error);
      await this.close();
      throw reason;
    }
    this.#lastSwapAt = this.#world.clock.monotonic();
    this.#background.push(this.#beat(), this.#tidy());
    const { epoch, lineage, sequence } = this.#state();
    return { fresh, epoch, lineage, sequence };
  }

  async *recover(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const blocks of this.recoverObjects()) yield* blocks;
  }

  /** As `recover`, one array of blocks per object; the blocks of one array share one buffer. */
  async *recoverObjects(): AsyncGenerator<readonly Uint8Array[], void, undefined> {
    try {
      yield* recoverBlocks(this.#state(), this.#manifest, this.#reader);
    } catch (error) {
      throw await this.#reasonFor(error);
    }
  }

  async commit(cut: Cut, info: CommitNote = {}): Promise<CommitInfo> {
    if (this.#commitSince !== null) {
      throw snapshotErrors.WRONG_ORDER(`cut ${cut.number} was given before the last was committed`);
    }
    this.#state();
    const startedAt = this.#world.clock.monotonic();
    const blocks = blocksOf(cut);
    const takenAt = info.takenAt ?? this.#world.clock.now();
    const before = this.#usage;
    this.#commitSince = startedAt;
    try {
      const bytes = await this.#commits.run(() => this.#commit({ blocks, takenAt }));
      const { epoch, sequence, lineage, commitId, manifest } = this.#state();
      const durationMs = this.#world.clock.monotonic() - startedAt;
      const requests = requestsOf(usageBetween(before, this.#usage));
      return {
        ...{ epoch, sequence, lineage, commitId, cut: cut.number, bytes, requests, durationMs },
        oldestRetainedSequence:
          this.#manifest?.retained.at(-1)?.sequence ?? manifest?.sequence ?? sequence,
      };
    } catch (error) {
      throw await this.#reasonFor(error);
    } finally {
      this.#commitSince = null;
    }
  }

  async confirm(): Promise<void> {
    await this.#swap((state) => state);
  }

  async close(): Promise<void> {
    this.#pauses.end();
    await Promise.all(this.#background);
    await this.#commits.idle();
    await this.#swaps.idle();
    await this.#compaction.close();
    if (this.#owning && this.#lost === null) await this.#release();
    this.#owning = false;
    await this.#world.store.close();
  }

  async #commit(cut: NewCut | null): Promise<number> {
    await this.#roomForDelta();
    const { epoch } = this.#state();
    const result = this.#compaction.result;
    const plan = planCommit({
      cut,
      state: this.#state(),
      manifest: this.#manifest,
      compaction: result,
      settings: this.#settings,
      epoch,
      random: this.#world.random,
    });
    let bytes = await this.#upload(plan);
    failPoint('before-head-swap');
    bytes += await this.#swap((state) => ({ ...state, ...plan.head }));
    failPoint('after-head-swap');
    if (result !== null) failPoint('compaction-adopted');
    this.#manifest = plan.manifest;
    if (result !== null) this.#compaction.adopted();
    if (plan.manifest !== null) {
      const { sequence } = this.#state();
      this.#compaction.consider({ manifest: plan.manifest, epoch, sequence });
    }
    return bytes;
  }

  /** Segment and manifest at the same time: their names are known beforehand. */
  async #upload(plan: CommitPlan): Promise<number> {
    const results = await Promise.allSettled(
      plan.objects.map(async ({ name, object }) => {
        const write = () => this.#world.store.put(name, object.chunks);
        await this.#patiently(`writing ${name}`, write);
        if (isObjectName(name, 'delta')) failPoint('segment-written');
        else failPoint('manifest-written');
      }),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
    return plan.objects.reduce((sum, { object }) => sum + object.bytes, 0);
  }

  /** Back-pressure: recovery must never have more than `deltasMax` deltas to read. */
  async #roomForDelta(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const manifest = this.#manifest;
      if (manifest === null || manifest.deltas.length < this.#settings.deltasMax) return;
      if (this.#compaction.result !== null) return;
      const { epoch, sequence } = this.#state();
      const error = await this.#compaction.now({ manifest, epoch, sequence });
      if (error === null) continue;
      if (isPermanent(error)) throw error;
      this.#retrying(error, attempt);
      await this.#pauses.backOff(attempt);
    }
  }

  /** Changes the head; everything that is not a win is for good (E5). */
  #swap(change: (state: HeadState) => HeadState): Promise<number> {
    return this.#swaps.run(async () => {
      const state = this.#state();
      const next: HeadState = {
        ...change(state),
        commitId: newCommitId(this.#world.random),
        owner: this.#acquisition.owner(),
        usage: sumOfUsage(this.#usedBefore, this.#usage),
      };
      try {
        const outcome = await this.#head.swap(next, (error, attempts) =>
          this.#retrying(error, attempts),
        );
        if (!outcome.won) throw lostTo(outcome.current, state.epoch, this.#world.store.url);
        this.#lastSwapAt = this.#world.clock.monotonic();
        this.#observer.used?.(this.#usage);
        return outcome.bytes;
      } catch (error) {
        if (isPermanent(error) && error.code !== snapshotErrors.code('CLOSED')) this.#lose(error);
        throw error;
      }
    });
  }

  /**
   * What really stopped this writer: what the heartbeat learned meanwhile, whatever that
   * interrupted; and if an object is missing, perhaps a successor that has compacted it away while
   * this process was frozen, which is no damage.
   */
  async #reasonFor(error: unknown): Promise<unknown> {
    if (this.#lost !== null) return this.#lost;
    const missing = isPermanent(error) && error.code === snapshotErrors.code('MISSING_OBJECT');
    if (!missing) return error;
    const { epoch } = this.#state();
    const head = await this.#world.store.readHead().catch(() => null);
    return this.#supersededBy(head, epoch) ?? error;
  }

  /** The loss to the writer of a later epoch, if the head is of one; told once. */
  #supersededBy(head: Head | null, epoch: number): WeirError | null {
    const current = head === null ? null : decodeHead(head.body);
    if (current === null || current.epoch <= epoch) return null;
    const superseded = lostTo(current, epoch, this.#world.store.url);
    this.#lose(superseded);
    return superseded;
  }

  #lose(error: WeirError): void {
    if (this.#lost !== null) return;
    this.#lost = error;
    this.#pauses.end();
    this.#observer.lost?.(error);
  }

  /** Keeps the head changing while nothing is committed, and so learns of a takeover. */
  async #beat(): Promise<void> {
    const everyMs = this.#settings.leaseMs / heartbeatsPerLease;
    await this.#forever(everyMs, async () => {
      const { engine } = this.#world;
      if (engine?.moves === false) {
        await this.#lookForSuccessor(engine);
        return;
      }
      const idleMs = this.#world.clock.monotonic() - this.#lastSwapAt;
      if (this.#compaction.result !== null && !this.#commits.busy) {
        await this.#commits.run(() => this.#commit(null));
      } else if (idleMs >= everyMs / 2 && !this.#swaps.busy) {
        await this.#swap((state) => state);
      }
    });
  }

  /**
   * Of a process whose loop stands still. The loop can't be told that it was superseded, and the
   * ports that it holds would keep its successor from opening them.
   */
  async #lookForSuccessor(engine: EngineLoop): Promise<void> {
    const head = await this.#world.store.readHead();
    const superseded = this.#supersededBy(head, this.#state().epoch);
    if (superseded !== null) engine.end(superseded);
  }

  async #tidy(): Promise<void> {
    const everyMs = Math.min(longestTidyMs, Math.max(shortestTidyMs, this.#settings.graceMs / 4));
    await this.#forever(everyMs, async () => {
      // New bases are not reachable before their manifest is current.
      if (this.#compaction.busy) return;
      const { epoch, sequence } = this.#state();
      await collectGarbage(this.#world.store, { epoch, sequence, graceMs: this.#settings.graceMs });
    });
  }

  /** Repeats a background action until this is closed or lost; its failures are only told. */
  async #forever(everyMs: number, action: () => Promise<void>): Promise<void> {
    while (!this.#pauses.ended) {
      try {
        await this.#pauses.wait(everyMs);
        await action();
      } catch (error) {
        if (!this.#pauses.ended) this.#observer.trouble?.(named(error, 'in the background'));
      }
    }
  }

  async #patiently(what: string, action: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await action();
        return;
      } catch (error) {
        if (isPermanent(error)) throw error;
        this.#retrying(named(error, what), attempt);
        await this.#pauses.backOff(attempt);
      }
    }
  }

  #retrying(error: unknown, attempts: number): void {
    const failure = named(error, 'using the store');
    if (this.#commitSince === null) {
      this.#observer.trouble?.(failure);
      return;
    }
    const ageMs = this.#world.clock.monotonic() - this.#commitSince;
    this.#observer.delayed?.({ ageMs, attempts, reason: failure.message });
  }

  /** Best effort: a standby that is not told waits for the lease. */
  async #release(): Promise<void> {
    const state = this.#head.state;
    if (state === null) return;
    const commitId = newCommitId(this.#world.random);
    const body = encodeHead({ ...state, commitId, owner: null });
    for (let attempt = 1; attempt <= releaseAttempts; attempt++) {
      try {
        await this.#world.store.swapHead(body, this.#head.tag);
        return;
      } catch {
        // Whether it arrived or not, this writer has ended.
      }
    }
  }

  /** Of this writer, its compactions included. */
  get #usage(): StoreUsage {
    return sumOfUsage(this.#world.store.usage, this.#compactor.usage);
  }

  #state(): HeadState {
    if (this.#lost !== null) throw this.#lost;
    if (!this.#owning || this.#head.state === null) {
      throw snapshotErrors.WRONG_ORDER('the state is not acquired');
    }
    return this.#head.state;
  }
}

/** The cut's records in blocks, after a check that they are whole records. */
function blocksOf(cut: Cut): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  let bytes = 0;
  for (const chunk of cut.chunks) {
    const block = chunk.bytes.subarray(0, chunk.length);
    bytes += block.length;
    if (block.length !== chunk.length || countRecords(block) < 0) {
      throw snapshotErrors.INVALID_CUT(`chunk ${blocks.length} of cut ${cut.number} is malformed`);
    }
    blocks.push(block);
  }
  if (bytes !== cut.bytes) {
    throw snapshotErrors.INVALID_CUT(`cut ${cut.number} has ${bytes} bytes, not ${cut.bytes}`);
  }
  return blocks;
}
