import { spawnSync } from 'node:child_process';
import { application } from './application.ts';
import { firstPaint } from './first-paint.ts';
import { kafkaBench } from './kafka.ts';
import { memory } from './memory.ts';
import { quantile, report } from './report.ts';
import { s3Bench } from './s3.ts';
import { scoring } from './scoring.ts';
import { besideHanging, latency, throughput, type ThroughputOptions } from './throughput.ts';

const rate = 'throughput';
/** Milliseconds between commits that none falls into a measurement. */
const never = 3_600_000;

async function measured(bench: string, options: ThroughputOptions): Promise<void> {
  const { perSecond, context } = await throughput(options);
  report({ bench, metric: rate, value: perSecond, unit: 'per second', context });
}

/** Throughput with `changed` against that with `plain`: the median of five pairs. */
async function ratio(
  bench: string,
  changed: Partial<ThroughputOptions>,
  plain: Partial<ThroughputOptions>,
  metric = 'ratio',
): Promise<void> {
  const pairs: number[] = [];
  let poisoned = 0;
  const run = async (options: Partial<ThroughputOptions>): Promise<number> => {
    const measured = await throughput({ transport: 'batched', window: 1024, ...options });
    poisoned = Math.max(poisoned, measured.poisoned);
    return measured.perSecond;
  };
  for (let i = 0; i < 5; i++) {
    const first = await run(i % 2 === 0 ? plain : changed);
    const second = await run(i % 2 === 0 ? changed : plain);
    pairs.push(i % 2 === 0 ? second / first : first / second);
  }
  const inOrder = pairs.map((pair) => pair.toFixed(3)).join(' ');
  const value = quantile(pairs, 0.5);
  const { settled, ...numbers } = changed;
  const context = {
    pairs: inOrder,
    ...numbers,
    ...(poisoned === 0 ? {} : { poisoned, measured: settled === true ? 'parked' : 'retried' }),
  };
  report({ bench, metric, value, unit: 'ratio', context });
}

/** What `npm run bench -- NAME` measures. */
const benches: Readonly<Record<string, () => Promise<void>>> = {
  async 'counter-http'() {
    await measured('counter-http', { transport: 'http', window: 64 });
    await latency('counter-http', 'http', 4_000);
  },
  async 'counter-batched'() {
    await measured('counter-batched', { transport: 'batched', window: 1024 });
    await latency('counter-batched', 'batched', 20_000);
  },
  async 'counter-embedded'() {
    await measured('counter-embedded', { transport: 'embedded', window: 1024 });
    await measured('counter-embedded', { transport: 'embedded-worker', window: 1024 });
  },
  async 'chain-batched'() {
    await measured('chain-batched', {
      transport: 'batched',
      functionType: 'bench/link-0',
      window: 256,
    });
  },
  memory,
  recovery: memory,
  scoring,
  application,
  'first-paint': firstPaint,
  kafka: kafkaBench,
  s3: s3Bench,
  /** With and without commits by turns, either first, so that a change of the machine meets both. */
  async 'commit-overhead'() {
    await ratio('commit-overhead', { commitEveryMs: 250 }, { commitEveryMs: never });
  },
  /**
   * One message in 10,000 is for an address of its own that fails each time, or none is. What is
   * promised holds while such addresses are retried, and after they have parked: two figures.
   */
  async 'parked-throughput'() {
    const name = 'parked-throughput';
    await ratio(name, { poisonEvery: 10_000 }, {}, 'ratio-retried');
    await ratio(name, { poisonEvery: 10_000, settled: true }, { settled: true }, 'ratio-parked');
  },
  /** One message in a hundred is for an address of its own whose function never answers. */
  async 'hanging-neighbours'() {
    await besideHanging('http', 2_000);
    await besideHanging('batched', 10_000);
  },
};

const names = process.argv.slice(2).filter((name) => name !== '--');
const wanted = names.length === 0 || names.includes('all') ? Object.keys(benches) : names;
const unknown = wanted.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  console.error(`unknown: ${unknown.join(', ')}; known: all, ${Object.keys(benches).join(', ')}`);
  process.exitCode = 64;
} else if (wanted.length > 1) {
  // A process for each: what one leaves behind (memory, compiled code) must not meet the next.
  for (const name of wanted.filter((each) => each !== 'recovery')) {
    const { status } = spawnSync(
      process.execPath,
      [...process.execArgv, import.meta.filename, name],
      {
        stdio: 'inherit',
      },
    );
    if (status !== 0) process.exitCode = status ?? 70;
  }
} else {
  await benches[wanted[0] as string]?.();
}
