/**
 * `npx node bench/transport.ts [http|batched|embedded|worker …] [--seconds 3] [--window 1000]`: a
 * keyed counter (120 B of state, 100 B per message, one egress record) through each transport with
 * a closed loop in place of the engine; functions in a process or thread of their own where the
 * transport has one.
 */
import { fork } from 'node:child_process';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { DecodedReply, InvocationBatch, StateSlot } from '#protocol/messages.ts';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import type { RequestSink, Transport } from '#runtime/ports/transport.ts';
import { BatchedTransport } from '#runtime/transport/batched-transport.ts';
import { EmbeddedTransport } from '#runtime/transport/embedded-transport.ts';
import { EmbeddedWorkerTransport } from '#runtime/transport/embedded-worker-transport.ts';
import { HttpTransport } from '#runtime/transport/http-transport.ts';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '3' },
    window: { type: 'string', default: '1000' },
    posts: { type: 'string', default: '2' },
    rate: { type: 'string', default: '0' },
  },
});
const seconds = Number(options.seconds);
const window = Number(options.window);
const rate = Number(options.rate);
const functionModule = new URL('transport-functions.ts', import.meta.url);
const message = Buffer.alloc(100, 'm').toString('latin1');

class Key implements InvocationBatch {
  readonly target: { readonly type: string; readonly id: string };
  readonly states: StateSlot[];
  readonly stateCount = 1;
  readonly first = { caller: null, typename: 'bench/payload', value: message, next: null };
  readonly count = 1;
  sentAt = 0;

  constructor(id: number) {
    this.target = { type: 'bench/counter', id: `key-${id}` };
    this.states = [slotOf(Buffer.alloc(120))];
  }
}

function slotOf(body: Buffer): StateSlot {
  const typename = 'bench/payload';
  return { name: 'count', typename, present: true, body, start: 0, end: body.length };
}

class Loop implements RequestSink {
  readonly transport: Transport;
  readonly idle: Key[] = [];
  readonly latencies: number[] = [];
  done = 0;
  failed_ = 0;
  running = true;

  constructor(transport: Transport) {
    this.transport = transport;
  }

  send(key: Key): void {
    key.sentAt = performance.now();
    this.transport.send(key, key, this);
  }

  answered(token: unknown, reply: DecodedReply): void {
    const key = token as Key;
    if (reply.kind !== 'effects') throw new Error('an unexpected handshake');
    const { body, start, end } = reply.mutations[0]!.value!;
    const kept = Buffer.allocUnsafe(end - start);
    body.copy(kept, 0, start, end);
    key.states[0] = slotOf(kept);
    this.done++;
    if ((this.done & 15) === 0) this.latencies.push(performance.now() - key.sentAt);
    if (rate > 0) this.idle.push(key);
    else if (this.running) this.send(key);
  }

  failed(_token: unknown, failure: { message: string }): void {
    this.failed_++;
    console.error(failure.message);
  }
}

/** Sends at `rate` per second, open loop, as long as there are idle keys. */
function pace(loop: Loop): () => void {
  let owed = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    owed = Math.min(owed + ((now - last) * rate) / 1000, 5000);
    last = now;
    while (owed >= 1 && loop.idle.length > 0) {
      owed--;
      loop.send(loop.idle.shift()!);
    }
  }, 1);
  return () => {
    clearInterval(timer);
  };
}

async function measure(name: string, transport: Transport, functionPid: number | null) {
  const loop = new Loop(transport);
  // The first goes alone, as in the engine: it negotiates.
  const firstKey = new Key(-1);
  loop.running = false;
  loop.send(firstKey);
  while (loop.done === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  loop.running = true;
  const keys = Array.from(
    { length: Math.min(window, transport.concurrency) },
    (_, i) => new Key(i),
  );
  let stop = (): void => {};
  if (rate > 0) {
    loop.idle.push(...keys);
    stop = pace(loop);
  } else for (const key of keys) loop.send(key);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const before = { done: loop.done, cpu: process.threadCpuUsage(), at: performance.now() };
  loop.latencies.length = 0;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const cpu = process.threadCpuUsage(before.cpu);
  const perSecond = ((loop.done - before.done) * 1000) / (performance.now() - before.at);
  loop.running = false;
  stop();
  const sorted = loop.latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? NaN;
  const mainUs = (cpu.user + cpu.system) / (loop.done - before.done);
  console.error(
    `${name.padEnd(10)} ${perSecond.toFixed(0).padStart(8)}/s  main ${mainUs.toFixed(1)} us  ` +
      `p50 ${at(0.5).toFixed(2)} ms  p99 ${at(0.99).toFixed(2)} ms  failed ${loop.failed_}  ` +
      `load ${loadavg()[0]!.toFixed(1)}${functionPid === null ? '' : ` (functions ${functionPid})`}`,
  );
  const context = { transport: name, window, rate, mainMicroseconds: mainUs };
  console.log(
    JSON.stringify({
      bench: 'transport',
      metric: 'throughput',
      value: perSecond,
      unit: '1/s',
      context,
    }),
  );
  await transport.close();
}

async function remote(name: 'http' | 'batched'): Promise<void> {
  const child = fork(functionModule, ['serve'], { stdio: 'inherit' });
  const port = await new Promise((resolve) => child.once('message', resolve));
  const common = {
    functions: 'bench/*',
    kind: name,
    urlPathTemplate: `http://127.0.0.1:${String(port)}/`,
    clock: systemClock,
    random: systemRandom,
    observer: { attempt: () => {}, failure: () => {}, retry: () => {} },
  };
  const transport =
    name === 'http'
      ? new HttpTransport(common)
      : new BatchedTransport({ ...common, freshPosts: Number(options.posts) });
  await measure(name, transport, child.pid ?? null);
  child.disconnect();
}

async function embedded(name: 'embedded' | 'worker'): Promise<void> {
  const open = name === 'worker' ? EmbeddedWorkerTransport.open : EmbeddedTransport.open;
  const transport = await open({
    functions: ['bench/counter'],
    module: fileURLToPath(functionModule),
    clock: systemClock,
    random: systemRandom,
    observer: { attempt: () => {}, failure: () => {}, retry: () => {} },
  });
  await measure(name, transport, null);
}

Buffer.poolSize = 65_536; // as the runtime sets it
const names = positionals.length > 0 ? positionals : ['http', 'batched', 'embedded', 'worker'];
for (const name of names) {
  if (name === 'http' || name === 'batched') await remote(name);
  else if (name === 'embedded' || name === 'worker') await embedded(name);
  else throw new Error(`no transport ${name}; there are http, batched, embedded, worker`);
}
