import { afterEach, expect, test } from 'vitest';
import { readOutput } from './ledger.ts';
import { until } from './processes.ts';
import { admin, Workload, type AddressPicture } from './workload.ts';

let workload: Workload;
afterEach(() => workload.close());

test('what was applied is committed and published at SIGTERM, whatever --commit-every says', async () => {
  workload = await Workload.open({ keys: 1 });
  const runtime = await workload.ready({ commitEvery: '1h' });
  workload.input.append(300);
  await until('the last record to be applied', async () => {
    const { status, body } = await admin(runtime, 'GET', '/state/chaos/counter/k-0');
    return status === 200 && (body as AddressPicture).states['count']?.json === 300;
  });
  expect(readOutput(workload.egressFile)).toEqual([]);
  runtime.signal('SIGTERM');
  expect(await runtime.ends(), runtime.tail()).toEqual({ code: 0, signal: null });
  const counts = readOutput(workload.egressFile).filter(({ kind }) => kind === 'count');
  expect(counts).toHaveLength(300);
  workload.expectNoFault();
  await workload.expectComplete(await workload.ready());
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s in the middle of the work ends it with 0',
  async (name) => {
    workload = await Workload.open();
    workload.input.feed(20, 20);
    for (let i = 0; i < 3; i++) {
      const runtime = await workload.ready();
      const before = readOutput(workload.egressFile).length;
      await until('some records', () => readOutput(workload.egressFile).length > before + 100);
      runtime.signal(name);
      expect(await runtime.ends(), runtime.tail()).toEqual({ code: 0, signal: null });
      workload.expectNoFault();
    }
    await workload.expectComplete(await workload.ready());
  },
);

test('a stop waits for a function that is at work', async () => {
  workload = await Workload.open({ keys: 1 });
  const runtime = await workload.ready();
  // The first request of a type only says what states there are.
  workload.input.append(1);
  await until('the first record', () => readOutput(workload.egressFile).length === 2);
  workload.functions.signal('SIGSTOP');
  workload.input.append(1);
  await until('a request to be in flight', async () => {
    const [endpoint] = (await admin(runtime, 'GET', '/endpoints')).body as { inFlight: number }[];
    return endpoint!.inFlight === 1;
  });
  runtime.signal('SIGTERM');
  await runtime.says('stopping');
  workload.functions.signal('SIGCONT');
  expect(await runtime.ends(), runtime.tail()).toEqual({ code: 0, signal: null });
  expect(readOutput(workload.egressFile).filter(({ kind }) => kind === 'count')).toHaveLength(2);
  await workload.expectComplete(await workload.ready());
});
