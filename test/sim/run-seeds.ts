import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { controls } from './controls.ts';
import { World, type RunResult } from './world.ts';

interface Share {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Name of a broken variant: ends at the first seed that catches it. */
  readonly control: string | null;
}

export interface SeedsResult {
  readonly seeds: number;
  readonly steps: number;
  readonly crashes: number;
  readonly takeovers: number;
  readonly commits: number;
  readonly failed: readonly RunResult[];
}

/** Runs seeds `from` to `to` - 1 on all cores, with a progress line every so often. */
export async function runSeeds(
  from: number,
  to: number,
  options: { control?: string; progress?: (done: number) => void } = {},
): Promise<SeedsResult> {
  const threads = Math.max(1, Math.min(availableParallelism(), 4));
  const total = { seeds: 0, steps: 0, crashes: 0, takeovers: 0, commits: 0 };
  const failed: RunResult[] = [];
  await Promise.all(
    Array.from({ length: threads }, (_, i) => {
      const control = options.control ?? null;
      const share: Share = { from: from + i, to, step: threads, control };
      return runShare(share, (result) => {
        total.seeds++;
        total.steps += result.steps;
        total.crashes += result.crashes;
        total.takeovers += result.takeovers;
        total.commits += result.commits;
        if (result.violations.length > 0) failed.push(result);
        if (total.seeds % 500 === 0) options.progress?.(total.seeds);
      });
    }),
  );
  return { ...total, failed };
}

function runShare(share: Share, onResult: (result: RunResult) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { share } });
    worker.on('message', onResult);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

async function work(share: Share): Promise<void> {
  for (let seed = share.from; seed < share.to; seed += share.step) {
    const sabotage = share.control === null ? {} : (controls[share.control]?.() ?? {});
    const result = await new World(seed, sabotage).run();
    parentPort?.postMessage(result);
    if (share.control !== null && result.violations.length > 0) return;
  }
}

const data = workerData as { share?: Share } | null;
if (!isMainThread && data?.share !== undefined) await work(data.share);
