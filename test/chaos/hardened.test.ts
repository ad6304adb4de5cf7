import { afterEach, expect, test } from 'vitest';
import { admin, Workload } from './workload.ts';

let workload: Workload;
afterEach(() => workload.close());

test('a runtime without `__proto__` does all that it does with it', async () => {
  workload = await Workload.open();
  workload.input.feed(20, 20);
  const env = { NODE_OPTIONS: '--disable-proto=delete' };
  const runtime = await workload.ready({ env });
  workload.input.append(200);
  await workload.expectComplete(runtime);
  expect((await admin(runtime, 'GET', '/endpoints')).status).toBe(200);
  await workload.kill(runtime);
  await workload.expectComplete(await workload.ready({ env }));
});
