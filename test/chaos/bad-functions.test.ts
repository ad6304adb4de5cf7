import { afterEach, expect, test } from 'vitest';
import { readOutput } from './ledger.ts';
import { freePort, pause, until, type TestProcess } from './processes.ts';
import { ScriptedFront, type Manner } from './scripted-front.ts';
import { admin, Workload } from './workload.ts';
import { injected } from '../fault-table/injected.ts';

/** Longer than the budget of a request (`call`), so that budgets are spent while nobody answers. */
const outageMs = 3_600;
const call = '3s';
const manners = [
  'hangs',
  'status 500',
  'garbage',
  'wrong content type',
  'cut body',
  'resets',
] as const satisfies Manner[];

let workload: Workload;
let front: ScriptedFront | null = null;
afterEach(async () => {
  await workload.close();
  await front?.close();
  front = null;
});

/**
 * Every address is answered again. All of them: a request that fails, while others are answered,
 * and then meets the next outage within its budget, is one that the address is blamed for.
 */
async function progresses(runtime: TestProcess): Promise<void> {
  const before = recordsByAddress();
  await until('more records of each address', () => {
    if (runtime.end !== null) throw new Error(runtime.tail());
    const now = recordsByAddress();
    const all = [...before].every(([address, count]) => (now.get(address) ?? 0) > count);
    const counters = [...now.keys()].filter((address) => address.startsWith('count '));
    return all && counters.length >= workload.input.keys;
  });
}

function recordsByAddress(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const record of readOutput(workload.egressFile)) {
    if (record.kind !== 'count' && record.kind !== 'total') continue;
    const address = `${record.kind} ${record.kind === 'total' ? record.total : record.key}`;
    counts.set(address, (counts.get(address) ?? 0) + 1);
  }
  return counts;
}

async function expectNobodyParked(runtime: TestProcess): Promise<void> {
  expect((await admin(runtime, 'GET', '/parked')).body).toEqual([]);
}

test.each(['io.statefun.transports.v1/async', 'weir.transports.v1/batched'] as const)(
  'functions that hang or answer nonsense cost time and nothing else (%s)',
  async (transport) => {
    const frontPort = await freePort();
    const behindPort = await freePort();
    front = new ScriptedFront();
    await front.listen(frontPort, behindPort);
    workload = await Workload.open({ transport, call, functionsPort: frontPort });
    await workload.startFunctions(behindPort);
    workload.input.feed(10, 20);
    const runtime = await workload.ready();
    await progresses(runtime);
    for (const manner of manners) {
      injected(10);
      injected(13);
      front.become(manner);
      await until(`answers of the manner "${manner}"`, () => front!.spoiled > 3);
      await pause(outageMs);
      await expectNobodyParked(runtime);
      await until(`the endpoint to be down, as it "${manner}"`, async () => {
        const [endpoint] = (await admin(runtime, 'GET', '/endpoints')).body as Endpoint[];
        return endpoint!.state === 'down' && endpoint!.lastError !== null;
      });
      await expectNobodyParked(runtime);
      front.become('good');
      await progresses(runtime);
      await expectNobodyParked(runtime);
      workload.expectNoFault(manner);
    }
    await workload.expectComplete(runtime);
  },
  240_000,
);

interface Endpoint {
  readonly state: string;
  readonly lastError: string | null;
}

test('a function process that is killed, or stands still, is taken up again by itself', async () => {
  workload = await Workload.open({ call });
  workload.input.feed(10, 20);
  const runtime = await workload.ready();
  await progresses(runtime);
  for (let i = 0; i < 3; i++) {
    injected(13);
    await workload.functions.kill();
    await pause(outageMs / 2);
    await expectNobodyParked(runtime);
    await workload.startFunctions();
    await progresses(runtime);
  }
  workload.functions.signal('SIGSTOP');
  await pause(outageMs);
  await expectNobodyParked(runtime);
  workload.functions.signal('SIGCONT');
  await progresses(runtime);
  await expectNobodyParked(runtime);
  await workload.expectComplete(runtime);
}, 120_000);

test('a runtime that starts before its functions waits for them, also over a kill', async () => {
  workload = await Workload.open({ call });
  await workload.functions.kill();
  workload.input.append(400);
  const first = await workload.ready();
  await pause(outageMs);
  await expectNobodyParked(first);
  await first.kill();
  const second = await workload.ready();
  await workload.startFunctions();
  await workload.expectComplete(second);
}, 120_000);
