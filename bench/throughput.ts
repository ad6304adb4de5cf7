import { setTimeout as sleep } from 'node:timers/promises';
import { LoadMeter } from './machine-load.ts';
import { LoadSource } from './load-source.ts';
import { quantile, report } from './report.ts';
import { startRig, type TransportKind } from './rig.ts';

const warmUpMs = 3_000;
const measureMs = 6_000;
/** Budget of a request where the poisoned ones shall be parked soon. */
const shortBudgetMs = 3_000;

export interface Throughput {
  /** Messages that went their whole way, per second. */
  readonly perSecond: number;
  /** Messages that failed each time. */
  readonly poisoned: number;
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
  /**
   * The poison ends with the warm-up, and what is measured begins when the budget of the last
   * poisoned request is spent: all of them are parked by then, and none is tried any more.
   */
  readonly settled?: boolean;
}

/** As many messages as go through with `window` of them outstanding. */
export async function throughput(options: ThroughputOptions): Promise<Throughput> {
  const { functionType = 'bench/counter', keys = 10_000, window, commitEveryMs } = options;
  const { poisonEvery = Infinity, settled = false } = options;
  const source = new LoadSource({ functionType, keys, poisonEvery });
  const rig = await startRig({
    transport: options.transport,
    source,
    ...(commitEveryMs === undefined ? {} : { commitEveryMs }),
    ...(settled ? { callTimeoutMs: shortBudgetMs } : {}),
    onRecord: () => source.finished(1),
  });
  try {
    void source.closedLoop(window);
    await sleep(warmUpMs);
    if (settled) {
      source.poisonEvery = Infinity;
      await sleep(shortBudgetMs + 1_000);
      const parked = rig.runtime.engine.parked.size;
      if (parked !== source.poisoned) {
        throw new Error(`${parked} of ${source.poisoned} poisoned addresses are parked`);
      }
    }
    const poisonedBefore = source.poisoned;
    const meter = new LoadMeter(rig.pids);
    const commits = rig.runtime.commits.count;
    const [done, at] = [source.done, performance.now()];
    await sleep(measureMs);
    const seconds = (performance.now() - at) / 1000;
    // The poisoned ones count as done when they are sent, and are nobody's throughput.
    const others = source.done - done - (source.poisoned - poisonedBefore);
    const perSecond = others / seconds;
    const { own, others: othersCpu } = meter.stop();
    return {
      perSecond,
      poisoned: source.poisoned,
      context: {
        transport: options.transport,
        keys,
        window,
        commitEveryMs: String(commitEveryMs ?? 250),
        commits: rig.runtime.commits.count - commits,
        cpuPercent: own.join('+'),
        othersCpuPercent: othersCpu,
      },
    };
  } finally {
    await rig.stop();
  }
}

interface OpenLoop {
  readonly samples: number[];
  readonly context: Record<string, string | number>;
}

/** How long messages take that are sent so often, from when each was due to its applied effects, ms. */
async function openLoop(
  transport: TransportKind,
  perSecond: number,
  hangEvery = Infinity,
): Promise<OpenLoop> {
  const keys = 10_000;
  const hang = { poisonEvery: hangEvery, poisonHangs: true };
  const source = new LoadSource({ functionType: 'bench/counter', keys, ...hang });
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
    return { samples, context };
  } finally {
    await rig.stop();
  }
}

export async function latency(
  bench: string,
  transport: TransportKind,
  perSecond: number,
): Promise<void> {
  const { samples, context } = await openLoop(transport, perSecond);
  for (const [metric, q] of [
    ['latency-p50', 0.5],
    ['latency-p99', 0.99],
    ['latency-p99.9', 0.999],
  ] as const) {
    report({ bench, metric, value: quantile(samples, q), unit: 'milliseconds', context });
  }
}

/** The 99th percentile of others where one message in a hundred hangs, against that where none does. */
export async function besideHanging(transport: TransportKind, perSecond: number): Promise<void> {
  const ratios: number[] = [];
  const p99 = async (hangEvery: number): Promise<number> =>
    quantile((await openLoop(transport, perSecond, hangEvery)).samples, 0.99);
  const shown: string[] = [];
  for (let i = 0; i < 5; i++) {
    const [plain, beside] = [await p99(Infinity), await p99(100)];
    ratios.push(beside / plain);
    shown.push(`${beside.toFixed(1)}/${plain.toFixed(1)}`);
  }
  const context = { transport, perSecond, pairsMs: shown.join(' ') };
  const metric = `ratio-p99-${transport}`;
  const value = quantile(ratios, 0.5);
  report({ bench: 'hanging-neighbours', metric, value, unit: 'ratio', context });
}
