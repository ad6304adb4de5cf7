import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { Input } from './input.ts';
import { faultsOf, isComplete, readPicture } from './ledger.ts';
import { freePort, Processes, until, type TestProcess } from './processes.ts';
import type { FailPoint } from '#runtime/ports/fail-point.ts';
import { injected } from '../fault-table/injected.ts';

export interface WorkloadOptions {
  /** Default: the standard one. */
  readonly transport?: 'io.statefun.transports.v1/async' | 'weir.transports.v1/batched';
  /** What becomes of what can't be done; it parks by default. */
  readonly policy?: string;
  /** Budget of one request with its retries; default `2 min`. */
  readonly call?: string;
  readonly keys?: number;
  /** Where the functions are; default: a server of the workload's own. */
  readonly functionsPort?: number;
  /** The folder that holds state and egress; default: one beside the input. */
  readonly dataFolder?: string;
  /** Whether there is an HTTP ingress; default true. */
  readonly http?: boolean;
  /** How many idempotency keys it remembers; by default as many as an ingress does by itself. */
  readonly rememberedKeys?: number;
}

export interface RuntimeOptions {
  readonly failPoint?: `${FailPoint}:${number}` | `${FailPoint}:${number}:${number}`;
  readonly commitEvery?: string;
  readonly takeover?: boolean;
  readonly state?: string;
  readonly env?: Record<string, string>;
}

/**
 * A whole application in one folder: an input that the test writes, functions in a process of
 * their own, the real runtime from the command line, and a file egress that the ledger reads.
 */
export class Workload {
  readonly folder: string;
  readonly input: Input;
  readonly egressFile: string;
  readonly stateFolder: string;
  readonly modulePath: string;
  readonly processes = new Processes();
  readonly functionsPort: number;
  readonly httpPort: number;
  #functions: TestProcess | null = null;

  private constructor(options: WorkloadOptions, functionsPort: number, httpPort: number) {
    this.folder = mkdtempSync(join(tmpdir(), 'weir-chaos-'));
    const data = options.dataFolder ?? this.folder;
    this.input = new Input(join(this.folder, 'in'), options.keys);
    this.egressFile = join(data, 'out.jsonl');
    this.stateFolder = join(data, 'state');
    this.modulePath = join(this.folder, 'module.yaml');
    this.functionsPort = functionsPort;
    this.httpPort = httpPort;
    writeFileSync(this.modulePath, moduleText(this, options));
  }

  /** Starts the functions, unless they are served elsewhere. */
  static async open(options: WorkloadOptions = {}): Promise<Workload> {
    const functionsPort = options.functionsPort ?? (await freePort());
    const workload = new Workload(options, functionsPort, await freePort());
    if (options.functionsPort === undefined) await workload.startFunctions();
    return workload;
  }

  async startFunctions(
    port = this.functionsPort,
    env: Record<string, string> = {},
  ): Promise<TestProcess> {
    this.#functions = this.processes.start('test/chaos/function-server.ts', [String(port)], env);
    await this.#functions.says('serving');
    return this.#functions;
  }

  get functions(): TestProcess {
    return this.#functions!;
  }

  /** Starts a runtime; does not wait for it. */
  run(options: RuntimeOptions = {}): TestProcess {
    const { failPoint, commitEvery = '50ms', takeover = false } = options;
    const state = options.state ?? `file:${this.stateFolder}`;
    const args = ['run', this.modulePath, '--state', state, '--name', 'chaos'];
    args.push('--commit-every', commitEvery, '--admin', '127.0.0.1:0');
    if (takeover) {
      injected(4);
      args.push('--takeover');
    }
    const env = {
      ...options.env,
      ...(failPoint === undefined ? {} : { WEIR_FAIL_POINT: failPoint }),
    };
    return this.processes.start('runtime/main.ts', args, env);
  }

  /** Starts a runtime and waits until it is ready. */
  async ready(options: RuntimeOptions = {}): Promise<TestProcess> {
    const runtime = this.run(options);
    await runtime.says('ready');
    return runtime;
  }

  /** What the ledger says of the moment: nothing may be wrong, though much may be to come. */
  expectNoFault(context = ''): void {
    const picture = readPicture(this.input.folder, this.egressFile);
    expect(faultsOf(picture, { complete: false }), context).toEqual([]);
  }

  /** Waits until everything has come out, and then takes the ledger's word for it. */
  async expectComplete(runtime: TestProcess, without?: ReadonlySet<string>): Promise<void> {
    this.input.rest();
    const read = () => readPicture(this.input.folder, this.egressFile);
    try {
      await until('all records', () => runtime.end !== null || isComplete(read(), without));
    } catch {
      // The ledger says below what is missing.
    }
    if (runtime.end === null) await this.#settle(runtime);
    const expectation = { complete: true, ...(without === undefined ? {} : { without }) };
    expect(faultsOf(read(), expectation), runtime.tail()).toEqual([]);
    await this.#expectState(runtime, without);
  }

  async kill(runtime: TestProcess): Promise<void> {
    injected(2);
    await runtime.kill();
    this.expectNoFault(runtime.tail());
  }

  async close(): Promise<void> {
    this.input.rest();
    await this.processes.killAll();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Two more commits: what would come out twice has come out then. */
  async #settle(runtime: TestProcess): Promise<void> {
    for (let i = 0; i < 2; i++) await admin(runtime, 'POST', '/snapshots');
  }

  /** The counters in the state are the positions of the last records, and nothing waits. */
  async #expectState(runtime: TestProcess, without?: ReadonlySet<string>): Promise<void> {
    const { input } = readPicture(this.input.folder, this.egressFile);
    const kept = input.filter(({ key, n }) => without?.has(`${key}/${n}`) !== true);
    for (const [key, records] of Map.groupBy(kept, (record) => record.key)) {
      const { body } = await admin(runtime, 'GET', `/state/chaos/counter/${key}`);
      const { states, mailbox, delayed, parked } = body as AddressPicture;
      const open = records.at(-1)!.n % 10 === 3 ? 1 : 0; // its timer is taken back by the next
      expect(
        { key, count: states['count']?.json, mailbox, delayed, parked },
        runtime.tail(),
      ).toEqual({ key, count: records.length, mailbox: 0, delayed: open, parked: null });
    }
  }
}

export interface AddressPicture {
  readonly states: Readonly<Record<string, { readonly json?: unknown }>>;
  readonly mailbox: number;
  readonly delayed: number;
  readonly parked: unknown;
}

/** The admin API's address of a running runtime, from its log. */
export async function adminUrl(runtime: TestProcess): Promise<string> {
  return (await runtime.says('admin API open'))['url'] as string;
}

export async function admin(
  runtime: TestProcess,
  method: 'GET' | 'POST',
  path: string,
): Promise<{ status: number; body: unknown }> {
  const response = await fetch(new URL(path, await adminUrl(runtime)), { method });
  return { status: response.status, body: await response.json() };
}

function moduleText(workload: Workload, options: WorkloadOptions): string {
  const { transport = 'io.statefun.transports.v1/async', call = '2 min', http = true } = options;
  const policy = options.policy === undefined ? '' : `  weir.policy: ${options.policy}\n`;
  return `kind: io.statefun.endpoints.v2/http
spec:
  functions: chaos/*
  urlPathTemplate: http://127.0.0.1:${workload.functionsPort}/
  transport: { type: ${transport}, call: ${call} }
${policy}---
kind: weir.file.v1/ingress
spec:
  id: chaos/in
  path: ${workload.input.folder}/
  key: { pointer: /key }
  valueType: chaos/Record
  targets: [chaos/counter]
${http ? httpIngress(workload.httpPort, options.rememberedKeys) : ''}---
kind: weir.file.v1/egress
spec:
  id: chaos/out
  path: ${workload.egressFile}
  jsonTypes: [chaos/*]
---
kind: weir.file.v1/egress
spec:
  id: chaos/dead-letter
  path: ${workload.egressFile}.dead
  jsonTypes: [chaos/*]
`;
}

function httpIngress(port: number, rememberedKeys: number | undefined): string {
  const bound = `  idempotency: { maxKeys: ${rememberedKeys} }\n`;
  return `---
kind: weir.http.v1/ingress
spec:
  port: ${port}
${rememberedKeys === undefined ? '' : bound}  routes:
    - path: /registers/:name
      key: { path: name }
      valueType: chaos/HttpEvent
      targets: [chaos/register]
`;
}
