import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, vi } from 'vitest';

const main = fileURLToPath(new URL('../../runtime/main.ts', import.meta.url));
const functions = fileURLToPath(new URL('./echo-functions.ts', import.meta.url));
const patience = { timeout: 90_000, interval: 20 };

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((open) => server.listen(0, '127.0.0.1', open))),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

/** A module with the playground's kinds and functions in process, and its state, in a folder. */
export interface Site {
  readonly folder: string;
  readonly ingressPort: number;
  readonly egressPort: number;
}

export async function newSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-host-'));
  const [ingressPort = 0, egressPort = 0] = await freePorts(2);
  const module = `kind: weir.embedded.v1/functions
spec:
  functions: [test/echo]
  module: ${functions}
---
kind: io.statefun.playground.v1/ingress
spec:
  port: ${ingressPort}
---
kind: io.statefun.playground.v1/egress
spec:
  port: ${egressPort}
  topics: [out]
`;
  writeFileSync(join(folder, 'module.yaml'), module);
  return { folder, ingressPort, egressPort };
}

export function removeSite({ folder }: Site): void {
  rmSync(folder, { recursive: true, force: true });
}

/** `weir run` as a process of its own. */
export class RuntimeProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | string>;
  readonly #site: Site;
  log = '';

  constructor(site: Site, options: readonly string[] = []) {
    this.#site = site;
    const clean = Object.entries(process.env).filter(([name]) => !name.startsWith('WEIR_'));
    const args = [
      'run',
      'module.yaml',
      '--admin',
      '127.0.0.1:0',
      '--commit-every',
      '50ms',
      ...options,
    ];
    this.child = spawn(process.execPath, [main, ...args], {
      cwd: site.folder,
      env: Object.fromEntries(clean),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.child.stderr?.on('data', (text) => (this.log += String(text)));
    this.ended = new Promise((resolve) =>
      this.child.once('close', (code, signal) => resolve(code ?? signal ?? '')),
    );
  }

  async said(text: string): Promise<void> {
    await vi.waitFor(() => expect(this.log).toContain(text), patience);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  /** The status; 200 once the message is in a committed cut. */
  async put(id: string, text: string): Promise<number> {
    const url = `http://127.0.0.1:${this.#site.ingressPort}/test/echo/${id}`;
    const headers = { 'content-type': 'application/vnd.test/text' };
    return (await fetch(url, { method: 'PUT', headers, body: JSON.stringify(text) })).status;
  }

  async pop(): Promise<string | null> {
    const answer = await fetch(`http://127.0.0.1:${this.#site.egressPort}/out`);
    const text = await answer.text();
    return answer.status === 200 ? text : null;
  }

  /** The next record, when it has come. */
  async popped(): Promise<string> {
    return vi.waitFor(async () => {
      const record = await this.pop();
      if (record === null) throw new Error(`no record yet: ${this.log}`);
      return record;
    }, patience);
  }

  async admin(path: string, method = 'GET'): Promise<{ status: number; json: unknown }> {
    const url = /"url":"([^"]+)"/.exec(this.log)?.[1] ?? '';
    const answer = await fetch(url + path, { method });
    return { status: answer.status, json: await answer.json() };
  }
}
