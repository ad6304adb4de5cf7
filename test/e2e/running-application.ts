import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const start = join(import.meta.dirname, '..', '..', 'deploy', 'local', 'start.ts');
const portsInARow = 6;

/** The whole application as `npm start` runs it, in a data folder of its own. */
export class RunningApplication {
  readonly data: string;
  /** Of the page; the others follow it: admin, functions, their metrics, classifier, intake. */
  port = 0;
  /** Everything that it has said since its last start. */
  said = '';
  ended: Promise<number | null> = Promise.resolve(null);
  #supervisor: ChildProcess | null = null;

  private constructor(data: string) {
    this.data = data;
  }

  static async create(): Promise<RunningApplication> {
    return new RunningApplication(await mkdtemp(join(tmpdir(), 'weir-application-')));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async start(...more: string[]): Promise<void> {
    this.port = await freePorts();
    this.said = '';
    const args = ['--data', this.data, '--ports-from', String(this.port), ...more];
    const supervisor = spawn(process.execPath, [start, ...args]);
    this.#supervisor = supervisor;
    for (const output of [supervisor.stdout, supervisor.stderr]) {
      output.on('data', (text) => (this.said += String(text)));
    }
    this.ended = new Promise((resolve) => supervisor.once('close', (code) => resolve(code)));
  }

  /** Resolves with its exit code. */
  stop(): Promise<number | null> {
    this.#supervisor?.kill('SIGTERM');
    return this.ended;
  }

  /** The ids in a log folder, by reading it from its first byte: no code of the application. */
  idsIn(log: string): Promise<string[]> {
    return idsIn(join(this.data, log));
  }

  /** The process id of a part, by a word of its command line. */
  async pidOf(part: string): Promise<number> {
    const record = JSON.parse(await readFile(join(this.data, 'supervisor.json'), 'utf8')) as {
      parts: { pid: number; script: string }[];
    };
    const found = record.parts.find(({ script }) => script.includes(part));
    if (found === undefined) throw new Error(`no part of the application is a ${part}`);
    return found.pid;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.data, { recursive: true, force: true });
  }
}

/**
 * The ids of transactions in an event log folder, in its order. A last line that is still being
 * written does not count.
 */
export async function idsIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl')).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  const lines = texts.join('').split('\n').slice(0, -1);
  return lines.map((line) => {
    const record = JSON.parse(line) as { transactionId?: string; json?: { transactionId: string } };
    return (record.json?.transactionId ?? record.transactionId)!;
  });
}

/** The first of ports in a row that nobody uses. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const servers = [createServer()];
    await new Promise<void>((resolve) => servers[0]!.listen(0, '127.0.0.1', resolve));
    const { port } = servers[0]!.address() as AddressInfo;
    let free = port < 65_000;
    for (let next = port + 1; next < port + portsInARow; next++) {
      const server = createServer();
      servers.push(server);
      free &&= await new Promise<boolean>((resolve) => {
        server.once('error', () => resolve(false));
        server.listen(next, '127.0.0.1', () => resolve(true));
      });
    }
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    if (free) return port;
  }
}

/**
 * Which of these transactions the folder of scores does not have. How many scores there are says
 * nothing of it: an address that waits is passed by later transactions of others.
 */
export async function notScored(ids: readonly string[], scores: string): Promise<string[]> {
  const scored = new Set(await idsIn(scores));
  return ids.filter((id) => !scored.has(id));
}
