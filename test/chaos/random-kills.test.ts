import { afterAll, expect, test } from 'vitest';
import { pause } from './processes.ts';
import { Workload } from './workload.ts';
import { limitMs, tries } from '../fault-table/tries.ts';

/** With those of the fail-points there are more than a hundred in all. */
const kills = tries(60, 600);
const longestLifeMs = 600;

const opened: Workload[] = [];
afterAll(async () => {
  for (const workload of opened) await workload.close();
});

test.each(['io.statefun.transports.v1/async', 'weir.transports.v1/batched'] as const)(
  'kill -9 at random times loses and doubles nothing (%s)',
  { timeout: limitMs(900_000, 60, kills) },
  async (transport) => {
    const workload = await Workload.open({ transport });
    opened.push(workload);
    const { input } = workload;
    input.feed(20, 20);
    let killedReady = 0;
    for (let i = 0; i < kills / 2; i++) {
      const runtime = workload.run();
      // Some die while they start, most while they work.
      if (i % 6 === 0) await pause(Math.random() * 1_500);
      else await runtime.says('ready').then(() => pause(Math.random() * longestLifeMs));
      if (runtime.logged(({ msg }) => msg === 'ready') !== null) killedReady++;
      expect(runtime.end, runtime.tail()).toBeNull();
      await workload.kill(runtime);
      expect(runtime.end).toEqual({ code: null, signal: 'SIGKILL' });
    }
    expect(killedReady).toBeGreaterThanOrEqual(kills / 3);
    await workload.expectComplete(await workload.ready());
  },
);
