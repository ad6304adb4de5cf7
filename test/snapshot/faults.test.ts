import { expect, test } from 'vitest';
import { noUsage } from '#runtime/ports/store-usage.ts';
import type { SwapResult } from '#runtime/ports/snapshot-store.ts';
import type { CommitDelay, SnapshotOptions } from '#runtime/ports/snapshots.ts';
import type { CompactionResult, Compactor } from '#runtime/snapshot/compaction-job.ts';
import { StoreCompactor } from '#runtime/snapshot/compaction.ts';
import { collectGarbage } from '#runtime/snapshot/garbage.ts';
import { SnapshotWriter } from '#runtime/snapshot/writer.ts';
import { cutOf, randomChanges } from './cuts.ts';
import { noFaults, Scheduler, SimPlace, SimProcess, SimStore } from './sim-world.ts';
import { injected } from '../fault-table/injected.ts';

/** A writer on a simulated store of its own, or on that of another. */
function simulate(
  options: Partial<SnapshotOptions> = {},
  place = new SimPlace(),
  compactor?: Compactor,
) {
  const scheduler = new Scheduler(1);
  const process = new SimProcess(scheduler, 1, new Map());
  const store = new SimStore(place, scheduler, process, noFaults);
  const { clock, random, processes } = process;
  const start = (own: SimStore = store) =>
    new SnapshotWriter(
      { store: own, clock, random, processes },
      { fingerprint: 'app', inlineBytesMax: 100, ...options },
      compactor ?? new StoreCompactor(own, random),
    );
  const changes = (count: number) => randomChanges(scheduler.next, count, 20);
  return { scheduler, process, store, place, start, changes };
}

test('a store that does not honour conditions is refused at the start', async () => {
  injected(9);
  class Careless extends SimStore {
    override async swapHead(body: Uint8Array): Promise<SwapResult> {
      const current = await this.readHead();
      return super.swapHead(body, current?.tag ?? null);
    }
  }
  const { scheduler, process, place, start } = simulate();
  const careless = new Careless(place, scheduler, process, noFaults);
  await expect(scheduler.complete(start(careless).acquire())).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_STORE_NOT_CONDITIONAL',
  });
});

test('a store that fails while running delays the commit, and never ends it', async () => {
  const delays: CommitDelay[] = [];
  const observer = { delayed: (delay: CommitDelay) => delays.push(delay) };
  const { scheduler, store, start, changes } = simulate({ observer });
  const writer = start();
  await scheduler.complete(writer.acquire());
  store.faults = { ...noFaults, refused: 1 };
  injected(5);
  scheduler.after(600_000, () => (store.faults = noFaults), null);
  const committed = writer.commit(cutOf(1, changes(20)));
  expect(await scheduler.complete(committed, 700_000)).toMatchObject({ sequence: 1 });
  expect(delays.length).toBeGreaterThan(50);
  // Capped: it never takes longer than this to notice that the store is back.
  expect(scheduler.now).toBeLessThan(606_000 + 6_000);
  expect(delays.at(-1)?.ageMs).toBeGreaterThan(500_000);
  expect(delays.at(-1)?.reason).toContain('did not answer');
});

test('a store that answers nobody at the start is told after the budget', async () => {
  const { scheduler, store, start } = simulate({ startBudgetMs: 30_000 });
  store.faults = { ...noFaults, refused: 1 };
  await expect(scheduler.complete(start().acquire())).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_STORE_UNREACHABLE',
  });
  expect(scheduler.now).toBeLessThan(40_000);
});

test('a lost answer is resolved by the commit id, not by a second commit', async () => {
  const { scheduler, store, start, place, changes } = simulate();
  const writer = start();
  await scheduler.complete(writer.acquire());
  store.faults = { ...noFaults, lost: 0.5 };
  for (let number = 1; number <= 10; number++) {
    const committed = writer.commit(cutOf(number, changes(5)));
    expect(await scheduler.complete(committed)).toMatchObject({ sequence: number });
  }
  const sequences = place.history.map((head) => head.sequence).filter((number) => number > 0);
  expect([...new Set(sequences)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('two commits at once are a defect that is named, and the first one goes on', async () => {
  const { scheduler, start, changes } = simulate();
  const writer = start();
  await expect(writer.commit(cutOf(1, []))).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_WRONG_ORDER',
  });
  await scheduler.complete(writer.acquire());
  const first = writer.commit(cutOf(1, changes(20)));
  await expect(writer.commit(cutOf(2, changes(1)))).rejects.toMatchObject({
    code: 'WEIR_SNAPSHOT_WRONG_ORDER',
  });
  expect(await scheduler.complete(first)).toMatchObject({ sequence: 1 });
});

test('commits wait for compaction rather than leave more deltas than the bound', async () => {
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  let inner: Compactor | null = null;
  const slow: Compactor = {
    usage: noUsage,
    run: async (job): Promise<CompactionResult> => {
      await gate;
      return (inner as Compactor).run(job);
    },
    close: () => Promise.resolve(),
  };
  const options = { inlineBytesMax: 0, compactAfterDeltas: 2, deltasMax: 6 };
  const { scheduler, store, process, start, changes } = simulate(options, undefined, slow);
  inner = new StoreCompactor(store, process.random);
  const writer = start();
  await scheduler.complete(writer.acquire());
  for (let number = 1; number <= 6; number++) {
    await scheduler.complete(writer.commit(cutOf(number, changes(5))));
  }
  let through = false;
  const seventh = writer.commit(cutOf(7, changes(5))).then((info) => {
    through = true;
    return info;
  });
  scheduler.after(60_000, release, null);
  const before = scheduler.now;
  await scheduler.until(() => through || scheduler.now >= before + 59_000);
  expect(through).toBe(false);
  expect(await scheduler.complete(seventh)).toMatchObject({ sequence: 7 });
});

test('garbage: what kept manifests reach stays, the young stay, a newer epoch stays', async () => {
  const options = { inlineBytesMax: 0, retainedManifests: 2, graceMs: 1e9 };
  const { scheduler, store, start, place, changes } = simulate(options);
  const writer = start();
  await scheduler.complete(writer.acquire());
  for (let number = 1; number <= 6; number++) {
    await scheduler.complete(writer.commit(cutOf(number, changes(5))));
  }
  const names = () => [...place.objects.keys()].sort();
  const newer = 'delta/0000000002-0000000000000001-' + 'ab'.repeat(12);
  const underWay = 'delta/0000000001-0000000000000007-' + 'ab'.repeat(12);
  const orphan = 'delta/0000000001-0000000000000006-' + 'ab'.repeat(12);
  for (const name of [newer, underWay, orphan]) {
    await scheduler.complete(store.put(name, [Buffer.from('x')]));
  }
  const collect = (graceMs: number, epoch = 1) =>
    scheduler.complete(collectGarbage(store, { epoch, sequence: 6, graceMs }));
  const before = names();
  expect(await collect(1e9)).toEqual([]);
  // Superseded: the head is not this writer's any more.
  expect(await collect(-1, 0)).toEqual([]);
  expect(names()).toEqual(before);
  const removed = await collect(-1);
  expect(removed).toContain(orphan);
  expect(removed.filter((name) => name.startsWith('manifest/'))).toHaveLength(3);
  expect(names().filter((name) => name.startsWith('manifest/'))).toHaveLength(3);
  // All deltas are still reached, since nothing was compacted.
  expect(names().filter((name) => name.startsWith('delta/'))).toHaveLength(6 + 2);
  expect(names()).toContain(newer);
  expect(names()).toContain(underWay);
});
