import { expect, onTestFinished, test, vi } from 'vitest';
import { AdminRig, runningRig, temporaryFolder } from './rig.ts';

test('a runtime is alive at once, and ready when its ingresses are open', async () => {
  const rig = new AdminRig(temporaryFolder());
  onTestFinished(() => rig.stop());
  expect(await rig.get('/health/live')).toMatchObject({ status: 200, json: { state: 'starting' } });
  const before = await rig.get('/health/ready');
  expect(before).toMatchObject({ status: 503, json: { state: 'starting', epoch: null } });
  await rig.runtime.start();
  const after = await rig.get('/health/ready');
  expect(after).toMatchObject({ status: 200, json: { state: 'running', epoch: 1 } });
});

test('a standby says so, answers nothing of a state that it does not have, and takes over', async () => {
  const owner = await runningRig();
  owner.ingress.send('t/f/1', 'one');
  await owner.committed();
  const standby = new AdminRig(owner.folder);
  onTestFinished(() => standby.stop());
  const started = standby.runtime.start();
  await vi.waitFor(() => expect(standby.runtime.state).toBe('standby'), 30_000);
  expect((await standby.get('/health/live')).status).toBe(200);
  expect(await standby.get('/health/ready')).toMatchObject({
    status: 503,
    json: { state: 'standby' },
  });
  expect((await standby.get('/metrics')).text).toMatch(/^weir_up 0$/m);
  for (const path of ['/state/t/f/1', '/addresses?type=t/f', '/parked']) {
    const answer = await standby.get(path);
    expect(answer).toMatchObject({ status: 503, json: { code: 'WEIR_ADMIN_NOT_READY' } });
  }
  for (const path of ['/snapshots', '/parked/t/f/1/drop']) {
    expect((await standby.post(path)).status).toBe(503);
  }
  // What is committed can be read by anybody.
  expect((await standby.get('/state/t/f/1?at=committed')).json).toMatchObject({ mailbox: 1 });
  expect((await standby.get('/snapshots')).json).toHaveLength(1);
  await owner.stop();
  await started;
  expect(await standby.get('/health/ready')).toMatchObject({ status: 200, json: { epoch: 2 } });
  expect((await standby.get('/state/t/f/1')).json).toMatchObject({ mailbox: 1 });
});

test('a standby that is stopped ends at once', async () => {
  const owner = await runningRig();
  const standby = new AdminRig(owner.folder);
  const started = standby.runtime.start();
  const ended = started.catch((error: unknown) => error);
  await vi.waitFor(() => expect(standby.runtime.state).toBe('standby'), 30_000);
  await standby.runtime.stop();
  expect(standby.runtime.state).toBe('stopped');
  expect(await ended).toMatchObject({ code: expect.stringMatching(/CLOSED|STOPPED/) as string });
  await standby.stop();
  expect((await owner.get('/health/ready')).status).toBe(200);
});
