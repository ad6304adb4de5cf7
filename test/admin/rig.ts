import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { AuditEntry } from '#runtime/admin/access.ts';
import { Metrics } from '#runtime/admin/metrics.ts';
import { adminServer } from '#runtime/admin/server.ts';
import type { Token } from '#runtime/admin/tokens.ts';
import { Lane } from '#runtime/core/lane.ts';
import { FileEgress } from '#runtime/egress/file-egress.ts';
import { Runtime } from '#runtime/host/runtime.ts';
import { viewOf } from '#runtime/host/view.ts';
import type { Clock } from '#runtime/ports/clock.ts';
import type { Egress } from '#runtime/ports/egress.ts';
import type { Ingress, IngressSink } from '#runtime/ports/ingress.ts';
import { systemClock } from '#runtime/ports/system-clock.ts';
import { openSnapshots } from '#runtime/snapshot/open-snapshots.ts';
import { HandTransport } from '../core/engine-rig.ts';
import { expectDescribed } from './described.ts';

/** Gives records when the test says so. */
export class HandIngress implements Ingress {
  readonly id = 'i/in';
  sink: IngressSink | null = null;
  #offset = 0;

  open(sink: IngressSink, positions: ReadonlyMap<string, number>): Promise<void> {
    this.sink = sink;
    this.#offset = positions.get('p') ?? 0;
    return Promise.resolve();
  }

  lag(): number {
    return 7;
  }

  pause(): void {
    this.sink = null;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** `address` is `ns/name/` and an id, whatever is in it. */
  send(address: string, text: string): void {
    const [namespace = '', name = '', ...id] = address.split('/');
    const message = { type: `${namespace}/${name}`, id: id.join('/'), typename: 't/text' };
    const value = Buffer.from(text).latin1Slice();
    this.sink?.accept([{ ...message, value }], 'p', ++this.#offset);
  }
}

/** Wall-clock time can be put forward; timers are real. */
export class MovableClock implements Clock {
  aheadMs = 0;

  now(): number {
    return systemClock.now() + this.aheadMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.aheadMs;
  }

  setTimer(delayMs: number, action: () => void): { cancel(): void } {
    return systemClock.setTimer(delayMs, action);
  }
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly json: unknown;
}

export interface AdminRigOptions {
  readonly clock?: MovableClock;
  readonly commitEveryMs?: number;
  readonly egresses?: readonly Egress[];
  readonly tokens?: readonly Token[];
}

/** A runtime with a real state folder, a real file egress, and functions `t/…` answered by hand. */
export class AdminRig {
  readonly folder: string;
  readonly transport = new HandTransport(100);
  readonly ingress = new HandIngress();
  readonly metrics = new Metrics();
  readonly clock: MovableClock;
  readonly runtime: Runtime;
  readonly server: ReturnType<typeof adminServer>;
  readonly lost: unknown[] = [];
  readonly audited: AuditEntry[] = [];
  ended: Promise<void> | null = null;

  constructor(folder: string, options: AdminRigOptions = {}) {
    this.folder = folder;
    this.clock = options.clock ?? new MovableClock();
    const stateUrl = `file:${join(folder, 'state')}`;
    const lane = new Lane(this.transport, 1000);
    const egress = new FileEgress({ id: 'e/dead-letters', path: this.egressPath, folder: false });
    this.runtime = new Runtime({
      clock: this.clock,
      snapshots: openSnapshots(stateUrl, {
        fingerprint: 'rig',
        observer: { standby: () => (this.runtime.state = 'standby') },
      }),
      laneOf: (type) => (type.startsWith('t/') ? lane : null),
      lanes: [lane],
      ingresses: [{ ingress: this.ingress, idempotency: { keysMax: 10, ttlMs: 60_000 } }],
      egresses: [egress, ...(options.egresses ?? [])],
      functionTypes: ['t/*'],
      commitEveryMs: options.commitEveryMs ?? 20,
      stopLimits: { requestsMs: 50 },
      observer: this.metrics,
      listener: {
        state: () => undefined,
        recovered: () => undefined,
        committed: (info) => this.metrics.committed(info),
        lost: (error) => this.lost.push(error),
      },
    });
    this.server = adminServer(viewOf(this.runtime, stateUrl), this.metrics, {
      tokens: options.tokens ?? null,
      audit: (entry) => this.audited.push(entry),
    });
  }

  get egressPath(): string {
    return join(this.folder, 'dead.jsonl');
  }

  async published(): Promise<unknown[]> {
    const text = await readFile(this.egressPath, 'utf8').catch(() => '');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);
  }

  async ask(
    method: 'GET' | 'POST',
    url: string,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const reply = await this.server.inject({ method, url, headers });
    const type = String(reply.headers['content-type'] ?? '');
    const json: unknown = type.startsWith('application/json') ? reply.json() : null;
    const answer = { status: reply.statusCode, type, text: reply.body, json };
    expectDescribed(method, url, answer);
    return answer;
  }

  get(url: string): Promise<Answer> {
    return this.ask('GET', url);
  }

  post(url: string): Promise<Answer> {
    return this.ask('POST', url);
  }

  /** Everything so far is in a committed cut. */
  async committed(): Promise<void> {
    expect((await this.post('/snapshots')).status).toBe(200);
  }

  /** Ends without a last commit: what no cut holds is gone, as after a kill. */
  async crash(): Promise<void> {
    await this.runtime.parts.snapshots.close();
    await this.stop();
  }

  stop(): Promise<void> {
    this.ended ??= (async () => {
      await this.runtime.stop().catch(() => undefined);
      this.metrics.close();
      await this.server.close();
    })();
    return this.ended;
  }
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'weir-admin-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A rig that runs, or one that continues where `folder` ended. */
export async function runningRig(
  options: AdminRigOptions = {},
  folder = temporaryFolder(),
): Promise<AdminRig> {
  const rig = new AdminRig(folder, options);
  onTestFinished(() => rig.stop());
  await rig.runtime.start();
  return rig;
}

/** Asks over a real socket, with the path as it is written. */
export async function overSockets(
  rig: AdminRig,
): Promise<(method: string, path: string, headers?: object, body?: string) => Promise<Answer>> {
  const url = new URL(await rig.server.listen({ host: '127.0.0.1', port: 0 }));
  return async (method, path, headers = {}, body = '') => {
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const { hostname: host, port } = url;
      const asked = request({ host, port, method, path, headers: { ...headers } }, resolve);
      asked.on('error', reject);
      asked.end(body);
    });
    let text = '';
    for await (const chunk of reply.setEncoding('utf8')) text += String(chunk);
    const type = reply.headers['content-type'] ?? '';
    const json: unknown = type.startsWith('application/json') ? JSON.parse(text) : null;
    const answer = { status: reply.statusCode ?? 0, type, text, json };
    // Node itself refuses a head that is too large, without words.
    if (answer.status !== 431) expectDescribed(method, path, answer);
    return answer;
  };
}
