import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Metrics } from '#runtime/admin/metrics.ts';
import { Lane } from '#runtime/core/lane.ts';
import { FileEgress } from '#runtime/egress/file-egress.ts';
import { Runtime } from '#runtime/host/runtime.ts';
import type { Egress } from '#runtime/ports/egress.ts';
import type { Transport } from '#runtime/ports/transport.ts';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { BatchedTransport } from '#runtime/transport/batched-transport.ts';
import { EmbeddedTransport } from '#runtime/transport/embedded-transport.ts';
import { EmbeddedWorkerTransport } from '#runtime/transport/embedded-worker-transport.ts';
import { HttpTransport } from '#runtime/transport/http-transport.ts';
import type { LoadSource } from './load-source.ts';

export type TransportKind = 'http' | 'batched' | 'embedded' | 'embedded-worker';

export interface RigOptions {
  readonly transport: TransportKind;
  readonly source: LoadSource;
  /** Milliseconds between commits; Infinity for none. */
  readonly commitEveryMs?: number;
  /** Budget of one request of a remote transport, milliseconds; its default otherwise. */
  readonly callTimeoutMs?: number;
  readonly folder?: string;
  /** URL of the state; in `folder` by default. */
  readonly state?: string;
  /** Of the functions and the egress; `bench` by default. */
  readonly namespace?: string;
  /** What serves the functions, beside this file. */
  readonly functionsScript?: string;
  readonly egress?: string;
  /** Others that the functions emit to, which nobody looks at. */
  readonly otherEgresses?: readonly string[];
  /** Told of every egress record as its reply is checked: the end of the way of a message. */
  readonly onRecord?: (value: Uint8Array, start: number) => void;
}

export interface Rig {
  readonly runtime: Runtime;
  readonly pids: readonly number[];
  readonly folder: string;
  stop(options?: { keep?: boolean }): Promise<void>;
}

/**
 * A whole runtime with everything on: metrics, timers, snapshots in their thread on a real disk
 * with fsync, a file egress; and the functions in a process of their own where that is meant.
 */
export async function startRig(options: RigOptions): Promise<Rig> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'weir-bench-'));
  const metrics = new Metrics();
  const remote = options.transport === 'http' || options.transport === 'batched';
  const namespace = options.namespace ?? 'bench';
  const script = options.functionsScript ?? './function-process.ts';
  const child = remote ? await startFunctions(script) : null;
  const transport = await transportOf(options, namespace, child?.port ?? 0, metrics);
  const lane = new Lane(transport, 1000);
  const fileEgress = (id: string, name: string): FileEgress =>
    new FileEgress({ id, path: join(folder, `${name}/`), folder: true, retainBytes: 64 << 20 });
  const file = fileEgress(options.egress ?? 'bench/out', 'out');
  const others = (options.otherEgresses ?? []).map((id, i) => fileEgress(id, `other-${i}`));
  const runtime = new Runtime({
    clock: systemClock,
    snapshots: openSnapshots(options.state ?? `file:${join(folder, 'state')}`, {
      fingerprint: 'bench',
    }),
    laneOf: (type) => (type.startsWith(`${namespace}/`) ? lane : null),
    lanes: [lane],
    ingresses: [{ ingress: options.source, idempotency: { keysMax: 1, ttlMs: 0 } }],
    egresses: [observed(file, options.onRecord), ...others],
    functionTypes: [`${namespace}/*`],
    commitEveryMs: options.commitEveryMs ?? 250,
    limits: { egressBytesMax: 1 << 30, uncommittedBytesMax: 4 * 2 ** 30 },
    observer: metrics,
    listener: {
      state: () => undefined,
      recovered: () => undefined,
      committed: (info) => metrics.committed(info),
      lost: (error) => {
        throw error;
      },
    },
  });
  await runtime.start();
  return {
    runtime,
    folder,
    pids: child === null ? [] : [child.process.pid ?? 0],
    async stop({ keep = false } = {}) {
      options.source.pause();
      await runtime.stop();
      metrics.close();
      child?.process.disconnect();
      if (!keep) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The egress, with a look at every record when its reply is checked. */
function observed(egress: Egress, onRecord: RigOptions['onRecord']): Egress {
  return {
    id: egress.id,
    open: (position, fresh, life) => egress.open(position, fresh, life),
    publish: (batch) => egress.publish(batch),
    close: () => egress.close(),
    validate(typename, value, start, end) {
      egress.validate?.(typename, value, start, end);
      onRecord?.(value, start);
    },
  };
}

async function startFunctions(script: string): Promise<{ process: ChildProcess; port: number }> {
  const child = fork(new URL(script, import.meta.url), {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the functions ended with ${code}`)));
    child.stdout?.once('data', (text: Buffer) => resolve(Number(text.toString().split(' ')[1])));
  });
  return { process: child, port };
}

async function transportOf(
  { transport: kind, callTimeoutMs }: RigOptions,
  namespace: string,
  port: number,
  observer: Metrics,
): Promise<Transport> {
  const world = { clock: systemClock, random: systemRandom, observer };
  const endpoint = {
    functions: `${namespace}/*`,
    urlPathTemplate: `http://127.0.0.1:${port}/`,
    ...(callTimeoutMs === undefined ? {} : { callTimeoutMs }),
  };
  const embedded = {
    functions: ['bench/counter'],
    module: new URL('./embedded-module.ts', import.meta.url).pathname,
  };
  switch (kind) {
    case 'http':
      return new HttpTransport({ ...world, ...endpoint, kind: 'io.statefun.transports.v1/async' });
    case 'batched':
      return new BatchedTransport({ ...world, ...endpoint, kind: 'weir.transports.v1/batched' });
    case 'embedded':
      return EmbeddedTransport.open({ ...world, ...embedded });
    case 'embedded-worker':
      return EmbeddedWorkerTransport.open({ ...world, ...embedded });
  }
}
