import { expect, test } from 'vitest';
import { WeirError } from '#protocol/errors.ts';
import type { SnapshotOptions } from '#runtime/ports/snapshots.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { applyChange, cutOf, modelOf, randomChanges, type Model } from './cuts.ts';
import { noFaults, Scheduler, SimPlace, SimProcess, SimStore, type Faults } from './sim-world.ts';
import { injected } from '../fault-table/injected.ts';
import { tries } from '../fault-table/tries.ts';

const tight: Partial<SnapshotOptions> = {
  inlineBytesMax: 500,
  compactAfterDeltas: 2,
  compactAfterBytes: 2_000,
  deltasMax: 5,
  retainedManifests: 1,
  graceMs: 0,
  leaseMs: 3_000,
};

/** Several runtimes on one simulated store, and the knowledge of what each committed cut holds. */
class Cluster {
  readonly scheduler: Scheduler;
  readonly place = new SimPlace();
  readonly processes = new Map<number, SimProcess>();
  /** What the state is after a cut, by `epoch/sequence` of the writer that made it. */
  readonly models = new Map<string, Model>();

  constructor(seed: number) {
    this.scheduler = new Scheduler(seed);
  }

  start(faults: Faults = noFaults, options: Partial<SnapshotOptions> = {}): Runtime {
    const pid = this.processes.size + 1;
    const process = new SimProcess(this.scheduler, pid, this.processes);
    this.processes.set(pid, process);
    return new Runtime(this, process, faults, { ...tight, ...options });
  }

  /** The model of the cut `sequence`, as the writer that committed it knows it. */
  modelAt(sequence: number): Model {
    if (sequence === 0) return new Map();
    const epoch = this.place.history.find((head) => head.sequence === sequence)?.epoch;
    const model = this.models.get(`${epoch}/${sequence}`);
    if (model === undefined) throw new Error(`nobody made cut ${sequence}`);
    return model;
  }

  /** The numbers never go back, so whatever was once in the history is in every later cut. */
  checkHistory(): void {
    let last = { epoch: 0, sequence: 0 };
    for (const head of this.place.history) {
      expect(head.epoch).toBeGreaterThanOrEqual(last.epoch);
      expect(head.sequence - last.sequence).toBeGreaterThanOrEqual(0);
      expect(head.sequence - last.sequence).toBeLessThanOrEqual(1);
      last = head;
    }
  }
}

/** One life of a runtime. */
class Runtime {
  readonly process: SimProcess;
  readonly store: SimStore;
  readonly writer: SnapshotWriter;
  error: Error | null = null;
  acquired = false;
  running: Promise<void> = Promise.resolve();
  readonly #cluster: Cluster;
  #model: Model = new Map();

  constructor(
    cluster: Cluster,
    process: SimProcess,
    faults: Faults,
    options: Partial<SnapshotOptions>,
  ) {
    this.#cluster = cluster;
    this.process = process;
    this.store = new SimStore(cluster.place, cluster.scheduler, process, faults);
    const { clock, random, processes } = process;
    this.writer = new SnapshotWriter(
      { store: this.store, clock, random, processes },
      { fingerprint: 'app', ...options },
      new StoreCompactor(this.store, random, { changesBytesMax: 3_000 }),
    );
  }

  /** Acquires, checks what it recovers, and commits `cuts` cuts. */
  run(cuts: number): Runtime {
    this.running = this.#run(cuts).catch((error: Error) => void (this.error = error));
    return this;
  }

  async #run(cuts: number): Promise<void> {
    const cluster = this.#cluster;
    const { epoch, sequence } = await this.writer.acquire();
    this.acquired = true;
    // E6: exactly the cut that was current at the takeover.
    expect(cluster.place.history.find((head) => head.epoch === epoch)?.sequence).toBe(sequence);
    this.#model = await modelOf(this.writer.recover());
    expect(this.#model).toEqual(cluster.modelAt(sequence));
    for (let number = 1; number <= cuts; number++) {
      const changes = randomChanges(cluster.scheduler.next, 1 + (number % 17), 40);
      for (const change of changes) applyChange(this.#model, change);
      cluster.models.set(`${epoch}/${sequence + number}`, new Map(this.#model));
      const info = await this.writer.commit(cutOf(number, changes, 7));
      expect(info).toMatchObject({ epoch, sequence: sequence + number });
      // E5: whoever gets a success is in the history, and nobody else has that number.
      expect(cluster.place.history.find((head) => head.sequence === info.sequence)?.epoch).toBe(
        epoch,
      );
      await new Promise<void>((resolve) => {
        this.process.clock.setTimer(cluster.scheduler.next() * 1_500, resolve);
      });
    }
    await this.writer.close();
  }
}

async function finish(cluster: Cluster, runtime: Runtime): Promise<void> {
  await cluster.scheduler.complete(runtime.running, 600_000);
  if (runtime.error !== null) throw runtime.error;
}

test('a writer that dies at any operation of the store, before or after it, loses nothing', async () => {
  for (const applied of [false, true]) {
    for (let operation = 1; ; operation++) {
      injected(1);
      const cluster = new Cluster(7);
      const first = cluster.start();
      first.process.dieAt = { operation, applied };
      first.run(10);
      let ended = false;
      void first.running.then(() => (ended = true));
      await cluster.scheduler.until(() => first.process.dead || ended);
      await finish(cluster, cluster.start().run(4));
      await finish(cluster, cluster.start().run(0));
      cluster.checkHistory();
      if (!first.process.dead) {
        // Commits with and without a segment, heartbeats, a compaction and its adoption.
        expect(operation).toBeGreaterThan(40);
        expect([...cluster.place.objects.keys()].some((name) => name.startsWith('base/'))).toBe(
          true,
        );
        break;
      }
    }
  }
});

const seeds = tries(30, 3_000);

test(
  `faults, crashes, freezes and rivals over ${seeds} seeds: every cut is whole`,
  async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      injected(25);
      try {
        await chaos(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
      }
    }
  },
  60_000 + seeds * 1_000,
);

async function chaos(seed: number): Promise<void> {
  const cluster = new Cluster(seed);
  const { next } = cluster.scheduler;
  const faults: Faults = {
    refused: next() < 0.5 ? next() * 0.3 : 0,
    lost: next() < 0.5 ? next() * 0.3 : 0,
    latencyMs: 1 + next() * (next() < 0.3 ? 2_000 : 50),
  };
  const runtimes: Runtime[] = [];
  for (let life = 0; life < 5; life++) {
    const runtime = cluster.start(faults, { takeover: next() < 0.3 }).run(8);
    runtimes.push(runtime);
    const until = cluster.scheduler.now + next() * 15_000;
    cluster.scheduler.after(until - cluster.scheduler.now, () => undefined, null);
    let ended = false;
    void runtime.running.then(() => (ended = true));
    await cluster.scheduler.until(() => ended || cluster.scheduler.now >= until);
    const fate = next();
    if (fate < 0.4) runtime.process.dead = true;
    else if (fate < 0.7) runtime.process.frozenUntil = cluster.scheduler.now + next() * 20_000;
  }
  // Liveness: once faults stop, what still lives comes to its end, or learns that it lost.
  for (const runtime of runtimes) runtime.store.faults = noFaults;
  for (const runtime of runtimes) {
    if (!runtime.process.dead) await cluster.scheduler.complete(runtime.running, 600_000);
    const { error } = runtime;
    const superseded = error instanceof WeirError && error.code === 'WEIR_SNAPSHOT_SUPERSEDED';
    if (error !== null && !superseded) throw error;
  }
  await finish(cluster, cluster.start().run(3));
  await finish(cluster, cluster.start().run(0));
  cluster.checkHistory();
}
