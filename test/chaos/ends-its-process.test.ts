import { afterEach, expect, test } from 'vitest';
import { pause, until, type TestProcess } from './processes.ts';
import { admin, Workload } from './workload.ts';
import { injected } from '../fault-table/injected.ts';

let workload: Workload;
let supervisor: Supervisor | null = null;
afterEach(async () => {
  await supervisor?.stop();
  supervisor = null;
  await workload.close();
});

const transports = ['io.statefun.transports.v1/async', 'weir.transports.v1/batched'] as const;

async function parked(runtime: TestProcess): Promise<string[]> {
  const { body } = await admin(runtime, 'GET', '/parked');
  return (body as { readonly address: string }[]).map(({ address }) => address).sort();
}

/** Whenever the functions end, others take their place, as any supervisor sees to it. */
class Supervisor {
  restarts = 0;
  #stopped = false;
  readonly #watching: Promise<void>;

  constructor(watched: Workload) {
    this.#watching = this.#watch(watched);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#watching;
  }

  async #watch(watched: Workload): Promise<void> {
    while (!this.#stopped) {
      await pause(20);
      if (this.#stopped || watched.functions.end === null) continue;
      this.restarts++;
      // It may be ended by the next of them before it says that it serves.
      await watched.startFunctions().catch(() => undefined);
    }
  }
}

for (const transport of transports) {
  test(`messages that end their process park alone, by ${transport}`, async () => {
    workload = await Workload.open({ transport, policy: '{ retryBudget: 10s }', keys: 200 });
    workload.input.feed(10, 10);
    const runtime = await workload.ready();
    supervisor = new Supervisor(workload);
    const poisoned = ['poison-a', 'poison-b'];
    const without = new Set<string>();
    for (const key of poisoned) {
      injected(12);
      const { n } = workload.input.record(key, { ends: true });
      without.add(`${key}/${n}`);
    }
    const addresses = poisoned.map((key) => `chaos/counter/${key}`);
    await until('both to park', async () => (await parked(runtime)).length >= 2, 300_000);
    expect(await parked(runtime), runtime.tail()).toEqual(addresses);
    expect(supervisor.restarts).toBeGreaterThanOrEqual(3);
    for (const address of addresses) {
      const { status } = await admin(runtime, 'POST', `/parked/${address}/drop`);
      expect(status).toBe(200);
    }
    await workload.expectComplete(runtime, without);
    expect(await parked(runtime)).toEqual([]);
  }, 400_000);
}
