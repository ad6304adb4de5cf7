import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '../chaos/processes.ts';
import { commandOf, hasCommand, killed, must } from './toolchain.ts';

const what = 'Prometheus and promtool (Debian package prometheus)';

/** Puts it on the path, if it is not there and may be put there. Throws `MissingService`. */
export function installPrometheus(): void {
  if (hasCommand('promtool') && hasCommand('prometheus')) return;
  if (process.getuid?.() === 0 && hasCommand('apt-get')) {
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' };
    must('looking for packages', 'apt-get', ['update', '-qq'], quiet);
    const args = ['install', '-y', '-qq', '--no-install-recommends', 'prometheus'];
    must('installing Prometheus', 'apt-get', args, quiet);
  }
  commandOf('prometheus', what);
  commandOf('promtool', what);
}

export function hasPrometheus(): boolean {
  return process.env['CI'] !== undefined || (hasCommand('promtool') && hasCommand('prometheus'));
}

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, text: string];
}

/** A real Prometheus on loopback that scrapes given targets every second, and ends with its test. */
export class Prometheus {
  readonly #url: string;
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(url: string, folder: string, process: ChildProcess) {
    this.#url = url;
    this.#folder = folder;
    this.#process = process;
  }

  static async start(
    targets: Readonly<Record<string, string>>,
    rules: string,
  ): Promise<Prometheus> {
    const folder = mkdtempSync(join(tmpdir(), 'weir-prometheus-'));
    const config = join(folder, 'prometheus.yaml');
    const jobs = Object.entries(targets).map(
      ([job, target]) => `  - job_name: ${job}\n    static_configs: [{ targets: ['${target}'] }]\n`,
    );
    writeFileSync(
      config,
      `global: { scrape_interval: 1s, evaluation_interval: 1s }\nrule_files: ['${rules}']\nscrape_configs:\n${jobs.join('')}`,
    );
    const listen = `127.0.0.1:${await freePort()}`;
    const child = spawn(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=${listen}`,
      ],
      { stdio: 'ignore' },
    );
    const started = new Prometheus(`http://${listen}`, folder, child);
    await until('Prometheus', async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}`);
      return fetch(`${started.#url}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    return started;
  }

  /** What an expression gives now. Throws what Prometheus says of an expression that is wrong. */
  async query(expr: string): Promise<readonly Sample[]> {
    const response = await fetch(
      `${this.#url}/api/v1/query?${new URLSearchParams({ query: expr })}`,
    );
    const answer = (await response.json()) as {
      status: string;
      error?: string;
      data?: { result: Sample[] };
    };
    if (answer.status !== 'success') throw new Error(`${answer.error}: ${expr}`);
    return answer.data?.result ?? [];
  }

  async stop(): Promise<void> {
    await killed(this.#process);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
