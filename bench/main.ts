import { spawnSync } from 'node:child_process';
import { memory } from './memory.ts';
import { report } from './report.ts';
import { latency, throughput, type ThroughputOptions } from './throughput.ts';

const rate = 'throughput';

async function measured(bench: string, options: ThroughputOptions): Promise<void> {
  const { perSecond, context } = await throughput(options);
  report({ bench, metric: rate, value: perSecond, unit: 'per second', context });
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
  /** Alternately with and without commits, so that a change of the machine meets both. */
  async 'commit-overhead'() {
    const pairs: number[] = [];
    for (let i = 0; i < 3; i++) {
      const options = { transport: 'batched', window: 1024 } as const;
      const without = await throughput({ ...options, commitEveryMs: 3_600_000 });
      const withThem = await throughput(options);
      pairs.push(withThem.perSecond / without.perSecond);
    }
    pairs.sort((a, b) => a - b);
    const value = pairs[1] as number;
    const context = { pairs: pairs.map((pair) => pair.toFixed(3)).join(' '), commitEveryMs: 250 };
    report({ bench: 'commit-overhead', metric: 'ratio', value, unit: 'ratio', context });
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
