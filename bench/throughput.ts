import { setTimeout as sleep } from 'node:timers/promises';
import { LoadMeter } from './machine-load.ts';
import { LoadSource } from './load-source.ts';
import { quantile, report } from './report.ts';
import { startRig, type TransportKind } from './rig.ts';

const warmUpMs = 3_000;
const measureMs = 6_000;

export interface Throughput {
  /** Messages that went their whole way, per second. */
  readonly perSecond: number;
  readonly context: Record<string, string | number>;
}

export interface ThroughputOptions {
  readonly transport: TransportKind;
  readonly functionType?: string;
  readonly keys?: number;
  readonly window: number;
  readonly commitEveryMs?: number;
  /** Every so many messages one that fails each time it is tried. */
  readonly poisonEvery?: number;
}

/** As many messages as go through with `window` of them outstanding. */
export async function throughput(options: ThroughputOptions): Promise<Throughput> {
  const { functionType = 'bench/counter', keys = 10_000, window, commitEveryMs } = options;
  const { poisonEvery = Infinity } = options;
  const source = new LoadSource({ functionType, keys, poisonEvery });
  const rig = await startRig({
    transport: options.transport,
    source,
    ...(commitEveryMs === undefined ? {} : { commitEveryMs }),
    onRecord: () => source.finished(1),
  });
  try {
    void source.closedLoop(window);
    await sleep(warmUpMs);
    const meter = new LoadMeter(rig.pids);
    const commits = rig.runtime.commits.count;
    const [done, at] = [source.done, performance.now()];
    await sleep(measureMs);
    const seconds = (performance.now() - at) / 1000;
    const perSecond = (source.done - done) / seconds;
    const { own, others } = meter.stop();
    return {
      perSecond,
      context: {
        transport: options.transport,
        keys,
        window,
        commitEveryMs: String(commitEveryMs ?? 250),
        commits: rig.runtime.commits.count - commits,
        cpuPercent: own.join('+'),
        othersCpuPercent: others,
      },
    };
  } finally {
    await rig.stop();
  }
}

/** Latency of an open loop: from the time a message was due to its applied effects. */
export async function latency(
  bench: string,
  transport: TransportKind,
  perSecond: number,
): Promise<void> {
  const keys = 10_000;
  const source = new LoadSource({ functionType: 'bench/counter', keys });
  const samples: number[] = [];
  let measuring = false;
  const rig = await startRig({
    transport,
    source,
    onRecord: (value, start) => {
      source.finished(1);
      if (!measuring) return;
      const view = new DataView(value.buffer, value.byteOffset + start, 8);
      samples.push(performance.now() - view.getFloat64(0, true));
    },
  });
  try {
    void source.openLoop(perSecond);
    await sleep(warmUpMs);
    measuring = true;
    const meter = new LoadMeter(rig.pids);
    await sleep(measureMs);
    measuring = false;
    const { own, others } = meter.stop();
    const context = {
      ...{ transport, keys, perSecond, samples: samples.length },
      ...{ cpuPercent: own.join('+'), othersCpuPercent: others },
    };
    for (const [metric, q] of [
      ['latency-p50', 0.5],
      ['latency-p99', 0.99],
      ['latency-p99.9', 0.999],
    ] as const) {
      report({ bench, metric, value: quantile(samples, q), unit: 'milliseconds', context });
    }
  } finally {
    await rig.stop();
  }
}
