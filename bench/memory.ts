import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { LoadMeter } from './machine-load.ts';
import { LoadSource } from './load-source.ts';
import { quantile, report } from './report.ts';
import { startRig, type Rig } from './rig.ts';

const addresses = 1_000_000;
const warmUpMessages = 500_000;
const changesPerSecond = 80_000;
const measureMs = 8_000;

/**
 * A million addresses with 100 bytes of state each: what they cost when they are idle; how long
 * the loop is held up while 20,000 of them change per commit; and how long a new runtime takes to
 * read them all.
 */
export async function memory(): Promise<void> {
  const source = new LoadSource({
    functionType: 'bench/counter',
    keys: addresses,
    sequential: true,
  });
  let rig = await startRig({
    transport: 'embedded',
    source,
    onRecord: () => source.finished(1),
  });
  // What the load itself costs (compiled code, young generation, buffers under way) is there before.
  source.keys = 1000;
  await run(source, warmUpMessages);
  const before = settledBytes();
  source.keys = addresses;
  await run(source, addresses);
  await rig.runtime.commitNow();
  while (rig.runtime.pumps.some(({ waiting }) => waiting > 0)) await sleep(50);
  await rig.runtime.commitNow();
  await sleep(1500);
  const perAddress = (settledBytes() - before) / addresses;
  const context = { addresses, stateBytes: 100 };
  report({
    bench: 'memory',
    metric: 'bytes-per-address',
    value: perAddress,
    unit: 'bytes',
    context,
  });
  await loopDelays(source, rig);
  const folder = rig.folder;
  await rig.stop({ keep: true });
  const idle = new LoadSource({ functionType: 'bench/counter', keys: 1 });
  const meter = new LoadMeter([]);
  const started = performance.now();
  rig = await startRig({ transport: 'embedded', source: idle, folder });
  const seconds = (performance.now() - started) / 1000;
  report({
    bench: 'recovery',
    metric: 'duration',
    value: seconds,
    unit: 'seconds',
    context: { ...context, othersCpuPercent: meter.stop().others },
  });
  await rig.stop();
}

/** Sends so many messages and waits until they are done. */
async function run(source: LoadSource, messages: number): Promise<void> {
  const end = source.sent + messages;
  await source.closedLoop(1024, end);
  while (source.done < end) await sleep(50);
}

/** Pauses while 20,000 keys change between two commits. */
async function loopDelays(source: LoadSource, rig: Rig): Promise<void> {
  const commits = timeCommits(rig);
  const pauses: number[] = [];
  const collections = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) pauses.push(duration);
  });
  const delays = monitorEventLoopDelay({ resolution: 1 });
  const meter = new LoadMeter(rig.pids);
  void source.openLoop(changesPerSecond);
  await sleep(2000);
  collections.observe({ entryTypes: ['gc'] });
  commits.wall.length = 0;
  commits.cpu.length = 0;
  delays.enable();
  await sleep(measureMs);
  delays.disable();
  collections.disconnect();
  source.pause();
  const { own, others } = meter.stop();
  const context = {
    changesPerCommit: changesPerSecond / 4,
    cpuPercent: own.join('+'),
    othersCpuPercent: others,
  };
  const figure = (metric: string, value: number, more: object = {}): void =>
    report({
      bench: 'memory',
      metric,
      value,
      unit: 'milliseconds',
      context: { ...context, ...more },
    });
  // By the commit itself, collector included: as the wall sees it (waking the snapshot thread may
  // cost the engine's thread its processor), and in processor time of the engine's thread.
  const by = { by: 'commit', commits: commits.wall.length };
  figure('loop-blocked-max', quantile(commits.wall, 1), by);
  figure('loop-blocked-p50', quantile(commits.wall, 0.5), by);
  figure('loop-blocked-cpu-max', quantile(commits.cpu, 1), by);
  // By anything: the collector, and the source's own turns of 500 messages.
  figure('loop-delay-p99.9', delays.percentile(99.9) / 1e6);
  figure('loop-delay-max', delays.max / 1e6);
  figure('collector-pause-p99.9', quantile(pauses, 0.999), { collections: pauses.length });
}

/**
 * The time that each commit holds up the engine's thread: taking the cut with the rest of its
 * encoding, and handing it over to the snapshot thread. Compaction runs in another thread.
 */
function timeCommits({ runtime }: Rig): { wall: number[]; cpu: number[] } {
  const samples: { wall: number[]; cpu: number[] } = { wall: [], cpu: [] };
  const cpuMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const { engine } = runtime;
  const { snapshots } = runtime.parts;
  const takeCut = engine.takeCut.bind(engine);
  const commit = snapshots.commit.bind(snapshots);
  let taking = { wall: 0, cpu: 0 };
  const timed = <T>(action: () => T): [T, { wall: number; cpu: number }] => {
    const [wall, cpu] = [performance.now(), cpuMs()];
    const result = action();
    return [result, { wall: performance.now() - wall, cpu: cpuMs() - cpu }];
  };
  engine.takeCut = () => {
    const [taken, time] = timed(takeCut);
    taking = time;
    return taken;
  };
  snapshots.commit = (cut, note) => {
    const [info, time] = timed(() => commit(cut, note));
    samples.wall.push(taking.wall + time.wall);
    samples.cpu.push(taking.cpu + time.cpu);
    return info;
  };
  return samples;
}

/** Resident memory after everything that can be collected is. */
function settledBytes(): number {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  return process.memoryUsage().rss;
}
