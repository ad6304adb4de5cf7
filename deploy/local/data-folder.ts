import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { deployErrors } from './errors.ts';

const orphanStopMs = 10_000;
const ours = [
  ...['state', 'transactions', 'feedback', 'scores', 'monitoring', 'console', 'logs'],
  ...['generator.json', 'supervisor.json'],
];

interface RunRecord {
  readonly pid: number;
  readonly script: string;
  /** Where the page is; null before it can be opened. */
  readonly page?: string | null;
  readonly parts: readonly { readonly pid: number; readonly script: string }[];
}

/** The data folder of one copy of the application: who runs on it, and what is in it. */
export class DataFolder {
  readonly path: string;
  /** Where the page is; null before it can be opened. */
  page: string | null = null;
  private readonly recordPath: string;

  constructor(path: string) {
    this.path = path;
    this.recordPath = join(path, 'supervisor.json');
  }

  /**
   * Makes the folder ours. Parts that a killed supervisor left running are stopped first: they
   * would hold the ports and write on. Throws WEIR_DEPLOY_DATA_IN_USE while another supervisor
   * lives. Returns how many parts were left over.
   */
  async claim(script: string): Promise<number> {
    mkdirSync(this.path, { recursive: true });
    const record = this.record();
    if (record !== null && isRunning(record.pid, record.script)) {
      throw deployErrors.DATA_IN_USE(
        `process ${record.pid} runs the application on ${this.path} already`,
      );
    }
    const left = record?.parts.filter(({ pid, script: part }) => isRunning(pid, part)) ?? [];
    await Promise.all(left.map(({ pid, script: part }) => stopOrphan(pid, part)));
    this.note(script, []);
    return left.length;
  }

  /** Removes what earlier runs left. Throws WEIR_DEPLOY_NOT_OUR_DATA if there is anything else. */
  clear(): void {
    const foreign = readdirSync(this.path).filter((name) => !ours.includes(name));
    if (foreign.length > 0) {
      throw deployErrors.NOT_OUR_DATA(`${this.path} holds ${foreign.slice(0, 3).join(', ')}`);
    }
    for (const name of ours) {
      if (name !== 'supervisor.json')
        rmSync(join(this.path, name), { recursive: true, force: true });
    }
  }

  /** Whether an earlier run left anything to go on from. */
  get hasState(): boolean {
    return existsSync(join(this.path, 'state'));
  }

  /** Writes down which processes run, for a supervisor after this one. */
  note(script: string, parts: RunRecord['parts']): void {
    const record: RunRecord = { pid: process.pid, script, page: this.page, parts };
    writeFileSync(this.recordPath, `${JSON.stringify(record)}\n`);
  }

  /** Where the page of a running application on this folder is; null if none runs. */
  runningPage(): string | null {
    const record = this.record();
    return record !== null && isRunning(record.pid, record.script) ? (record.page ?? null) : null;
  }

  release(): void {
    rmSync(this.recordPath, { force: true });
  }

  private record(): RunRecord | null {
    try {
      return JSON.parse(readFileSync(this.recordPath, 'utf8')) as RunRecord;
    } catch {
      return null;
    }
  }
}

/** Whether this process id still belongs to a process that runs the script. */
function isRunning(pid: number, script: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  try {
    // An id is used again some day: only our own script counts.
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(script);
  } catch {
    // No /proc on this system: what is there is taken to be ours.
    return !existsSync('/proc/self');
  }
}

async function stopOrphan(pid: number, script: string): Promise<void> {
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isRunning(pid, script)) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const deadline = performance.now() + orphanStopMs;
    while (isRunning(pid, script) && performance.now() < deadline) await delay(50);
  }
}
