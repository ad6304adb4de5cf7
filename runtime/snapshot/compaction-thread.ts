import { Worker } from 'node:worker_threads';
import { noUsage, sumOfUsage } from '../ports/store-usage.ts';
import type { CompactionJob, CompactionResult, Compactor } from './compaction-job.ts';
import { snapshotErrors } from './errors.ts';
import { fromPlain, type CompactionReply, type CompactionThreadData } from './worker-messages.ts';

/**
 * Compaction in a thread of its own, so that merging holds up neither the engine nor commits. One
 * thread per run: its memory is given back when the run has ended.
 */
export class CompactionThread implements Compactor {
  usage = noUsage;
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
      worker.once('message', (reply: CompactionReply) => {
        this.usage = sumOfUsage(this.usage, reply.usage);
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
