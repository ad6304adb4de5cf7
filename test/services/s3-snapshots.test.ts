import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { CommitDelay, CompactionInfo, SnapshotOptions } from '#runtime/ports/snapshots.ts';
import type { StoreUsage } from '#runtime/ports/store-usage.ts';
import { listSnapshots, verifySnapshots } from '#runtime/snapshot/inspect.ts';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { pause, until } from '../chaos/processes.ts';
import { applyChange, cutOf, modelOf, randomChanges, type Model } from '../snapshot/cuts.ts';
import { seededRandom } from '../snapshot/seeded.ts';
import { hasS3, S3Server } from './s3-server.ts';
import { reliable, UnreliableProxy } from './unreliable-proxy.ts';

describe.skipIf(!hasS3())('snapshots on a real S3 server', () => {
  let server: S3Server;
  const proxies: UnreliableProxy[] = [];
  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterEach(async () => {
    for (const proxy of proxies.splice(0)) await proxy.stop();
  });
  afterAll(() => server.stop());

  const open = (url: string, options: Partial<SnapshotOptions> = {}) =>
    openSnapshots(url, { fingerprint: 'app', leaseMs: 2_000, ...options });

  test('through the threads: commits, compaction, recovery, and what it cost', async () => {
    const url = server.newPlace();
    const random = seededRandom(3);
    const model: Model = new Map();
    const compacted = Promise.withResolvers<CompactionInfo>();
    const observer = { compacted: compacted.resolve };
    const options = { inlineBytesMax: 10_000, compactAfterDeltas: 2, observer };
    const writer = open(url, options);
    expect(await writer.acquire()).toMatchObject({ fresh: true, epoch: 1 });
    for (let number = 1; number <= 8; number++) {
      if (number === 6) expect((await compacted.promise).deltas).toBeGreaterThan(2);
      const changes = randomChanges(random, 300, 60);
      for (const change of changes) applyChange(model, change);
      const info = await writer.commit(cutOf(number, changes));
      expect(info).toMatchObject({ sequence: number });
      expect(info.requests).toBeGreaterThan(0);
    }
    await writer.close();
    expect((await verifySnapshots(url)).problems).toEqual([]);
    const { rows, cost } = await listSnapshots(url);
    expect(rows[0]).toMatchObject({ current: true, sequence: 8 });
    expect(rows.at(-1)).toMatchObject({ writes: 3 });
    expect(cost.commits).toBe(8);
    expect(cost.usage.bytesWritten).toBeGreaterThan(20_000);
    const again = open(url);
    expect(await again.acquire()).toMatchObject({ fresh: false, epoch: 2, sequence: 8 });
    expect(await modelOf(again.recover())).toEqual(model);
    await again.close();
  });

  test('a small commit is one request, and nothing is asked for while nothing happens', async () => {
    let used: StoreUsage | null = null;
    const writer = open(server.newPlace(), {
      leaseMs: 60_000,
      observer: { used: (usage) => (used = usage) },
    });
    await writer.acquire();
    for (let number = 1; number <= 5; number++) {
      const info = await writer.commit(cutOf(number, randomChanges(seededRandom(1), 5, 5)));
      expect(info.requests).toBe(1);
    }
    const before = used as unknown as StoreUsage;
    await pause(1_000);
    const info = await writer.commit(cutOf(6, randomChanges(seededRandom(1), 5, 5)));
    expect(info.requests).toBe(1);
    expect((used as unknown as StoreUsage).writes - before.writes).toBe(1);
    expect((used as unknown as StoreUsage).reads).toBe(before.reads);
    await writer.close();
  });

  test('an idle writer that was overtaken learns of it by its heartbeat', async () => {
    const url = server.newPlace();
    const lost = Promise.withResolvers<string>();
    const first = open(url, { observer: { lost: ({ code }) => lost.resolve(code) } });
    await first.acquire();
    const second = open(url, { takeover: true });
    expect(await second.acquire()).toMatchObject({ epoch: 2 });
    expect(await lost.promise).toBe('WEIR_SNAPSHOT_SUPERSEDED');
    await expect(first.commit(cutOf(1, []))).rejects.toMatchObject({
      code: 'WEIR_SNAPSHOT_SUPERSEDED',
    });
    await first.close();
    await second.commit(cutOf(1, randomChanges(seededRandom(1), 5, 5)));
    await second.close();
  });

  test('with 30 % of the requests failing, every commit gets through once', async () => {
    const proxy = await UnreliableProxy.start(server.port, seededRandom(11));
    proxies.push(proxy);
    const url = server.newPlace(proxy.endpoint);
    const random = seededRandom(12);
    const model: Model = new Map();
    const delays: CommitDelay[] = [];
    const writer = open(url, {
      ...{ leaseMs: 60_000, inlineBytesMax: 3_000, compactAfterDeltas: 4 },
      observer: { delayed: (delay) => delays.push(delay) },
    });
    await writer.acquire();
    proxy.behaviour = { refused: 0.15, lost: 0.1, torn: 0.05, delayMs: 5 };
    for (let number = 1; number <= 60; number++) {
      const changes = randomChanges(random, 40, 60);
      for (const change of changes) applyChange(model, change);
      expect(await writer.commit(cutOf(number, changes))).toMatchObject({ sequence: number });
    }
    await writer.close();
    expect(proxy.counts.refused).toBeGreaterThan(10);
    expect(proxy.counts.lost).toBeGreaterThan(5);
    expect(delays.length).toBeGreaterThan(10);
    const again = open(url, { takeover: true });
    expect(await again.acquire()).toMatchObject({ sequence: 60 });
    expect(await modelOf(again.recover())).toEqual(model);
    await again.close();
    proxy.behaviour = reliable;
    expect((await verifySnapshots(url)).problems).toEqual([]);
  });

  test('a server that is killed and comes back loses nothing that was committed', async () => {
    const own = await S3Server.start();
    try {
      const url = own.newPlace();
      const model: Model = new Map();
      const random = seededRandom(5);
      let delayed = 0;
      const writer = open(url, {
        ...{ leaseMs: 60_000, inlineBytesMax: 1_000 },
        observer: { delayed: () => delayed++ },
      });
      await writer.acquire();
      for (let number = 1; number <= 12; number++) {
        const changes = randomChanges(random, 60, 60);
        for (const change of changes) applyChange(model, change);
        const committed = writer.commit(cutOf(number, changes));
        if (number % 4 === 0) {
          await own.kill();
          const seen = delayed;
          // It either was through before, or is told to be delayed.
          await Promise.race([committed, until('a delay', () => delayed > seen)]);
          await own.resume();
        }
        expect(await committed).toMatchObject({ sequence: number });
      }
      await writer.close();
      const again = open(url);
      expect(await again.acquire()).toMatchObject({ sequence: 12 });
      expect(await modelOf(again.recover())).toEqual(model);
      await again.close();
    } finally {
      await own.stop();
    }
  });
});
