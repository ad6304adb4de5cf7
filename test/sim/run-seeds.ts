import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { controls } from './controls.ts';
import type { Sabotage } from './process.ts';
import { faultKinds, World, type Injected, type RunResult } from './world.ts';

interface Share {
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Names of broken variants: for each one, ends at the first seed that catches it. */
  readonly controls: readonly string[];
}

export interface SeedsResult {
  readonly seeds: number;
  readonly steps: number;
  readonly injected: Readonly<Injected>;
  readonly commits: number;
  readonly failed: readonly RunResult[];
}

/** What became of a broken variant: the run that caught it, or null if none did. */
export interface ControlResult {
  readonly control: string;
  readonly caught: RunResult | null;
}

const threads = Math.max(1, Math.min(availableParallelism(), 4));

/** Runs seeds `from` to `to` - 1 on all cores, with a progress line every so often. */
export async function runSeeds(
  from: number,
  to: number,
  options: { progress?: (done: number) => void } = {},
): Promise<SeedsResult> {
  const injected = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Injected;
  const total = { seeds: 0, steps: 0, commits: 0, injected };
  const failed: RunResult[] = [];
  await Promise.all(
    Array.from({ length: threads }, (_, i) => {
      const share: Share = { from: from + i, to, step: threads, controls: [] };
      return runShare<RunResult>(share, (result) => {
        total.seeds++;
        total.steps += result.steps;
        for (const kind of faultKinds) injected[kind] += result.injected[kind];
        total.commits += result.commits;
        if (result.violations.length > 0) failed.push(result);
        if (total.seeds % 500 === 0) options.progress?.(total.seeds);
      });
    }),
  );
  return { ...total, failed };
}

/** Looks for the first seed below `to` that notices each broken variant, on all cores. */
export async function runControls(to: number): Promise<ControlResult[]> {
  const results: ControlResult[] = [];
  const names = Object.keys(controls);
  await Promise.all(
    Array.from({ length: threads }, (_, i) => {
      const mine = names.filter((_name, n) => n % threads === i);
      const share: Share = { from: 1, to, step: 1, controls: mine };
      return runShare<ControlResult>(share, (result) => results.push(result));
    }),
  );
  return results;
}

function runShare<T>(share: Share, onResult: (result: T) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { share } });
    worker.on('message', onResult);
    worker.on('error', reject);
    worker.on('exit', () => resolve());
  });
}

async function work(share: Share): Promise<void> {
  if (share.controls.length === 0) {
    for (let seed = share.from; seed < share.to; seed += share.step) {
      parentPort?.postMessage(await new World(seed).run());
    }
  }
  for (const control of share.controls) {
    const caught = await firstThatCatches(controls[control] as () => Sabotage, share);
    parentPort?.postMessage({ control, caught } satisfies ControlResult);
  }
}

async function firstThatCatches(
  sabotage: () => Sabotage,
  { from, to }: Share,
): Promise<RunResult | null> {
  for (let seed = from; seed < to; seed++) {
    const result = await new World(seed, sabotage()).run();
    if (result.violations.length > 0) return result;
  }
  return null;
}

const data = workerData as { share?: Share } | null;
if (!isMainThread && data?.share !== undefined) await work(data.share);
