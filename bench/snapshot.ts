/**
 * What snapshots cost: `npx node bench/snapshot.ts`. One JSON line per figure on stdout.
 *
 * - a commit of 20,000 records (2.4 MB), synced to a local folder, through the snapshot thread:
 *   duration, and the longest time that the engine's thread was held up;
 * - reading and verifying 1,000,000 records (130 MB) of one recovery, and of a compacted one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { CompactionInfo } from '#runtime/ports/snapshots.ts';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { quantile } from './report.ts';
import { cutOf } from './state-cuts.ts';

const recordBytes = 130;

function report(metric: string, value: number, unit: string, context: object): void {
  const load = loadavg()[0];
  const line = { bench: 'snapshot', metric, value, unit, context: { ...context, load } };
  console.log(JSON.stringify(line));
}

async function commits(folder: string): Promise<void> {
  const snapshots = openSnapshots(`file:${folder}`, { fingerprint: 'bench' });
  await snapshots.acquire();
  const durations: number[] = [];
  const calls: number[] = [];
  const loop = monitorEventLoopDelay({ resolution: 1 });
  for (let number = 1; number <= 40; number++) {
    const cut = cutOf(number, (number % 5) * 20_000, 20_000, 120);
    await new Promise((resolve) => setTimeout(resolve, 20));
    loop.enable();
    const before = performance.now();
    const committed = snapshots.commit(cut);
    calls.push(performance.now() - before);
    await committed;
    durations.push(performance.now() - before);
    loop.disable();
  }
  await snapshots.close();
  const context = { records: 20_000, bytes: 2_400_000, commits: durations.length };
  report('duration', quantile(durations, 0.5) / 1_000, 'seconds', { ...context, quantile: 0.5 });
  report('duration', Math.max(...durations) / 1_000, 'seconds', { ...context, quantile: 1 });
  // A waking thread often preempts the caller on a busy machine: the median shows the call itself.
  const call = { ...context, of: 'commit call' };
  report('duration', quantile(calls, 0.5) / 1_000, 'seconds', { ...call, quantile: 0.5 });
  report('loop-blocked-max', Math.max(...calls), 'milliseconds', call);
  report('loop-blocked-max', loop.max / 1e6 - 1, 'milliseconds', { ...context, of: 'any turn' });
}

async function recovery(folder: string): Promise<void> {
  const url = `file:${folder}`;
  const options = { fingerprint: 'bench', compactAfterDeltas: 999 };
  const large = openSnapshots(url, { ...options, compactAfterBytes: Number.MAX_SAFE_INTEGER });
  await large.acquire();
  for (let number = 1; number <= 50; number++) {
    await large.commit(cutOf(number, number * 20_000, 20_000, recordBytes));
  }
  await large.close();
  await readAll(url, 'deltas');
  let done: (info: CompactionInfo) => void = () => undefined;
  const compacted = new Promise<CompactionInfo>((resolve) => (done = resolve));
  const observer = { compacted: done };
  const again = openSnapshots(url, { ...options, compactAfterBytes: 1, leaseMs: 500, observer });
  await again.acquire();
  await again.commit(cutOf(1, 0, 20_000, recordBytes));
  const { durationMs, bytesRead } = await compacted;
  report('duration', durationMs / 1_000, 'seconds', { of: 'compaction', bytesRead });
  await again.commit(cutOf(2, 0, 1, recordBytes));
  await again.close();
  await readAll(url, 'bases');
}

async function readAll(url: string, from: string): Promise<void> {
  const snapshots = openSnapshots(url, { fingerprint: 'bench' });
  await snapshots.acquire();
  const before = performance.now();
  let bytes = 0;
  for await (const block of snapshots.recover()) bytes += block.length;
  const seconds = (performance.now() - before) / 1_000;
  report('duration', seconds, 'seconds', { of: 'recovery read', from, bytes });
  await snapshots.close();
}

const folder = await mkdtemp(join(tmpdir(), 'weir-bench-'));
try {
  await commits(join(folder, 'commits'));
  await recovery(join(folder, 'recovery'));
} finally {
  await rm(folder, { recursive: true });
}
