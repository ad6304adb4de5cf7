import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { S3Server } from '#test/services/s3-server.ts';
import { LoadSource } from './load-source.ts';
import { quantile, report } from './report.ts';
import { startRig } from './rig.ts';
import { cutOf } from './state-cuts.ts';

const addresses = 1_000_000;
const changedKeys = 10_000;
/** A state value of 200 bytes with its key, expiry and header. */
const recordBytes = 232;
const commits = 200;

/**
 * With the state on an S3 server on the same machine (versitygw on a disk): a commit of 10,000
 * changed keys of 200 bytes, how long it holds up the caller's loop, and the recovery of a million
 * addresses with 100 bytes each.
 */
export async function s3Bench(): Promise<void> {
  const server = await S3Server.start();
  try {
    await commitTimes(server.newPlace());
    await recovery(server.newPlace());
  } finally {
    await server.stop();
  }
}

async function commitTimes(url: string): Promise<void> {
  const snapshots = openSnapshots(url, { fingerprint: 'bench' });
  await snapshots.acquire();
  const durations: number[] = [];
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const blocked: number[] = [];
  let requests = 0;
  for (let number = 1; number <= commits; number++) {
    const cut = cutOf(number, (number % 10) * changedKeys, changedKeys, recordBytes);
    await sleep(20);
    loop.reset();
    loop.enable();
    const before = performance.now();
    const info = await snapshots.commit(cut);
    durations.push(performance.now() - before);
    loop.disable();
    blocked.push(loop.max / 1e6 - 1);
    requests += info.requests;
  }
  await snapshots.close();
  const context = { changedKeys, valueBytes: 200, commits, requestsPerCommit: requests / commits };
  const figure = (metric: string, value: number): void =>
    report({ bench: 's3', metric, value, unit: 'milliseconds', context });
  figure('commit-p50', quantile(durations, 0.5));
  figure('commit-p99', quantile(durations, 0.99));
  figure('loop-blocked-p50', quantile(blocked, 0.5));
  figure('loop-blocked-max', quantile(blocked, 1));
}

async function recovery(state: string): Promise<void> {
  const source = new LoadSource({
    functionType: 'bench/counter',
    keys: addresses,
    sequential: true,
  });
  const rig = await startRig({
    ...{ transport: 'embedded', source, state },
    onRecord: () => source.finished(1),
  });
  await source.closedLoop(1024, addresses);
  while (source.done < addresses) await sleep(50);
  await rig.stop({ keep: true });
  const idle = new LoadSource({ functionType: 'bench/counter', keys: 1 });
  const started = performance.now();
  const again = await startRig({ transport: 'embedded', source: idle, state, folder: rig.folder });
  report({
    bench: 's3',
    metric: 'recovery',
    value: (performance.now() - started) / 1_000,
    unit: 'seconds',
    context: { addresses, stateBytes: 100 },
  });
  await again.stop();
}
