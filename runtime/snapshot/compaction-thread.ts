import { Worker } from 'node:worker_threads';
import type { CompactionJob, CompactionResult, Compactor } from './compaction-job.ts';
import { snapshotErrors } from './errors.ts';
import { fromPlain, type CompactionThreadData, type PlainError } from './worker-messages.ts';

/**
 * Compaction in a thread of its own, so that merging holds up neither the engine nor commits. One
 * thread per run: its memory is given back when the run has ended.
 */
export class CompactionThread implements Compactor {
  readonly #url: string;
  #worker: Worker | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  run(job: CompactionJob): Promise<CompactionResult> {
    const workerData: CompactionThreadData = { url: this.#url, job };
    const worker = new Worker(new URL('./compaction.worker.ts', import.meta.url), { workerData });
    this.#worker = worker;
    return new Promise<CompactionResult>((resolve, reject) => {
      worker.once('message', (reply: { result: CompactionResult } | { error: PlainError }) => {
        if ('result' in reply) resolve(reply.result);
        else reject(fromPlain(reply.error));
      });
      worker.once('error', reject);
      worker.once('exit', () => reject(snapshotErrors.CLOSED('the compaction was ended')));
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }
}
