import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readOutput } from '../chaos/ledger.ts';
import { pause, until } from '../chaos/processes.ts';
import { admin, adminUrl, Workload } from '../chaos/workload.ts';
import { seededRandom } from '../snapshot/seeded.ts';
import { hasS3, S3Server } from './s3-server.ts';
import { reliable, UnreliableProxy } from './unreliable-proxy.ts';
import { limitMs, tries } from '../fault-table/tries.ts';

const kills = tries(10, 200);
/** Seconds for which the store is unreliable. */
const faultsS = tries(15, 600);

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1_024;
}

describe.skipIf(!hasS3())('a runtime with its state on a real S3 server', () => {
  let server: S3Server;
  let workload: Workload;
  beforeAll(async () => {
    server = await S3Server.start();
  });
  afterEach(() => workload.close());
  afterAll(() => server.stop());

  const progress = (): number => readOutput(workload.egressFile).length;
  const progresses = async (records = 200): Promise<void> => {
    const before = progress();
    await until('more records', () => progress() >= before + records);
  };

  test(
    'kill -9 at random times loses and doubles nothing',
    { timeout: limitMs(600_000, 10, kills) },
    async () => {
      workload = await Workload.open({ transport: 'weir.transports.v1/batched' });
      const state = server.newPlace();
      workload.input.feed(20, 20);
      for (let i = 0; i < kills; i++) {
        const runtime = await workload.ready({ state });
        await pause(Math.random() * 800);
        expect(runtime.end, runtime.tail()).toBeNull();
        await workload.kill(runtime);
      }
      const runtime = await workload.ready({ state });
      await workload.expectComplete(runtime);
      const metrics = await (await fetch(new URL('/metrics', await adminUrl(runtime)))).text();
      const writes = /^weir_store_requests_total\{operation="write"\} (\d+)/m.exec(metrics)?.[1];
      expect(Number(writes)).toBeGreaterThan(1);
      const { body } = await admin(runtime, 'GET', '/snapshots');
      expect((body as { writes: number }[])[0]?.writes).toBeGreaterThan(0);
    },
  );

  test('a writer stopped past its lease is replaced, and adds nothing when it wakes', async () => {
    workload = await Workload.open({ http: false });
    const state = server.newPlace();
    workload.input.feed(20, 20);
    const writer = await workload.ready({ state });
    const standby = workload.run({ state });
    await standby.says('standby: another runtime owns the state');
    await progresses();
    writer.signal('SIGSTOP');
    await standby.says('ready');
    await progresses();
    writer.signal('SIGCONT');
    expect(await writer.ends(), writer.tail()).toEqual({ code: 75, signal: null });
    expect(writer.logged(({ code }) => code === 'WEIR_SNAPSHOT_SUPERSEDED')).not.toBeNull();
    await workload.expectComplete(standby);
  }, 240_000);

  test('an outage of the store holds records back, and all of them come once it is back', async () => {
    const own = await S3Server.start();
    try {
      workload = await Workload.open({ http: false });
      workload.input.feed(20, 20);
      const runtime = await workload.ready({ state: own.newPlace() });
      await progresses();
      await own.kill();
      await runtime.says(({ msg }) => msg === 'commit delayed');
      // What the last cut holds may still come out; then nothing more does.
      const held = await until('an egress at rest', async () => {
        const before = progress();
        await pause(1_000);
        return progress() === before ? before : null;
      });
      await pause(2_000);
      expect(progress(), 'nothing leaves without a commit (E4)').toBe(held);
      expect(runtime.end, runtime.tail()).toBeNull();
      await own.resume();
      await progresses();
      await workload.expectComplete(runtime);
    } finally {
      await own.stop();
    }
  }, 240_000);

  test(
    'with 30 % of the store’s requests failing, every record comes out once',
    async () => {
      const proxy = await UnreliableProxy.start(server.port, seededRandom(21));
      try {
        workload = await Workload.open({ http: false });
        workload.input.feed(20, 20);
        const runtime = await workload.ready({ state: server.newPlace(proxy.endpoint) });
        proxy.behaviour = { refused: 0.15, lost: 0.1, torn: 0.05, delayMs: 20 };
        const memory = await residentBytes(runtime.pid);
        const faults = (): number => proxy.counts.refused + proxy.counts.lost;
        // A slow machine asks the store less often: it goes on until there were as many faults.
        for (const end = Date.now() + faultsS * 1_000; Date.now() < end || faults() <= faultsS;) {
          await progresses(50);
          expect(runtime.end, runtime.tail()).toBeNull();
          workload.expectNoFault();
        }
        expect(faults()).toBeGreaterThan(faultsS);
        expect(await residentBytes(runtime.pid)).toBeLessThan(memory * 2 + (64 << 20));
        proxy.behaviour = reliable;
        await workload.expectComplete(runtime);
      } finally {
        await proxy.stop();
      }
    },
    180_000 + faultsS * 2_000,
  );

  test('a store that is not there ends the start with its name and exit code 69', async () => {
    workload = await Workload.open({ http: false });
    const nowhere = 's3://weir/x?endpoint=http://127.0.0.1:1';
    const runtime = workload.run({ state: nowhere, env: { WEIR_START_BUDGET: '1s' } });
    expect(await runtime.ends(), runtime.tail()).toEqual({ code: 69, signal: null });
    expect(runtime.logged(({ code }) => code === 'WEIR_SNAPSHOT_STORE_UNREACHABLE')).not.toBeNull();
    expect(runtime.tail()).not.toContain('weirsecret');
  });
});
