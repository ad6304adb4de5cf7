/** Runs the parts of an evaluation, several at a time. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Job, JobEnd, Results } from './evaluation-job.ts';

const jobFile = fileURLToPath(new URL('evaluation-job.ts', import.meta.url));

/** `workers` of them run at a time, the others wait. If one fails, the others are given up. */
export class Jobs {
  private free: number;
  private readonly waiting: (() => void)[] = [];
  private readonly failed = new AbortController();

  constructor(workers: number) {
    this.free = workers;
  }

  /** Throws an Error with the job's own message if it fails, or says how its process ended. */
  async run<K extends Job['kind']>(job: Job & { readonly kind: K }): Promise<Results[K]> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return (await inOwnProcess(job, this.failed.signal)) as Results[K];
    } catch (error) {
      this.failed.abort();
      throw error;
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}

/** Numbers that are none survive `advanced`, but not JSON. */
async function inOwnProcess(job: Job, signal: AbortSignal): Promise<Results[Job['kind']]> {
  signal.throwIfAborted();
  const child = fork(jobFile, { serialization: 'advanced', signal });
  return new Promise((resolve, reject) => {
    child.once('message', (end: JobEnd) => {
      if ('result' in end) resolve(end.result);
      else reject(new Error(end.error));
    });
    child.once('error', reject);
    // After the message, if there was one, this changes nothing.
    child.once('exit', (code, by) => {
      reject(new Error(`${job.name}: its process ended (${by ?? `code ${code}`})`));
    });
    child.send(job);
  });
}
