import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Metrics } from '#runtime/admin/metrics.ts';
import { adminServer } from '#runtime/admin/server.ts';
import type { RuntimeView } from '#runtime/admin/runtime-view.ts';
import { viewOf } from '#runtime/host/view.ts';
import { systemClock, systemRandom } from '#runtime/ports/system-clock.ts';
import { HttpTransport } from '#runtime/transport/http-transport.ts';
import { answer } from '../core/engine-rig.ts';
import { overSockets, runningRig } from './rig.ts';

test('what is no route, or no path, is an error with code, message and hint', async () => {
  const rig = await runningRig();
  const ask = await overSockets(rig);
  const wrong = [
    ['GET', '/', 404],
    ['GET', '/state', 404],
    ['GET', '/state/t/f', 404],
    ['GET', '/state/t/f/a/b', 404],
    ['POST', '/state/t/f/a', 404],
    ['POST', '/parked/t/f/a/revive', 404],
    ['DELETE', '/snapshots', 404],
    ['GET', '/state/t/f/%', 400],
    ['GET', '/state/t/f/%zz', 400],
    ['GET', '/state/t/f/%E0%A4%A', 400],
    ['POST', '/parked/t/f/%zz/drop', 400],
    ['GET', `/state/t/f/${'x'.repeat(70_000)}`, 431],
  ] as const;
  for (const [method, path, status] of wrong) {
    const answered = await ask(method, path);
    expect({ path, status: answered.status }).toEqual({ path, status });
    if (status === 431) continue;
    expect(answered.json).toEqual({
      code: status === 404 ? 'WEIR_ADMIN_NO_SUCH_ROUTE' : 'WEIR_ADMIN_BAD_REQUEST',
      message: expect.stringMatching(/.{10}/) as string,
      hint: expect.stringMatching(/.{10}/) as string,
    });
  }
});

test('a body that nobody asked for is ignored, and a huge one refused', async () => {
  const rig = await runningRig();
  const ask = await overSockets(rig);
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
    for (const body of ['', '{not json']) {
      const headers = { 'content-type': type };
      expect((await ask('POST', '/snapshots', headers, body)).status).toBe(200);
    }
  }
  const headers = { 'content-type': 'text/plain' };
  const { status, json } = await ask('POST', '/snapshots', headers, 'x'.repeat(100_000));
  expect(status).toBe(413);
  expect(json).toMatchObject({ code: 'WEIR_ADMIN_BAD_REQUEST' });
});

test('a failure inside is a 500 that says no more than its message', async () => {
  const view = {
    snapshots: () => Promise.reject(new Error('the disk is gone')),
  } as unknown as RuntimeView;
  const metrics = new Metrics();
  const server = adminServer(view, metrics, { tokens: null, audit: () => undefined });
  onTestFinished(async () => {
    metrics.close();
    await server.close();
  });
  const reply = await server.inject('/snapshots');
  expect(reply.statusCode).toBe(500);
  expect(reply.json()).toEqual({
    code: 'WEIR_ADMIN_INTERNAL',
    message: 'the disk is gone',
    hint: expect.any(String) as string,
  });
});

test('POST /snapshots answers when what came before it is durable', async () => {
  const rig = await runningRig({ commitEveryMs: 3_600_000 });
  await rig.committed(); // the names of the module
  rig.ingress.send('t/f/a', 'one');
  const first = await rig.post('/snapshots');
  expect(first).toMatchObject({ status: 200, json: { epoch: 1, sequence: 2, cut: 2 } });
  const again = await rig.post('/snapshots');
  expect(again).toMatchObject({ status: 200, json: { unchanged: true, sequence: 2 } });
  answer(rig.transport);
  await rig.committed();
  const rows = (await rig.get('/snapshots')).json as { sequence: number; current: boolean }[];
  expect(rows[0]).toMatchObject({ sequence: 3, current: true, epoch: 1 });
  // As after a kill: what was answered is there.
  rig.ingress.send('t/f/a', 'not committed');
  await rig.crash();
  const next = await runningRig({}, rig.folder);
  expect((await next.get('/state/t/f/a')).status).toBe(404);
  next.ingress.send('t/f/a', 'again');
  expect((await next.get('/state/t/f/a')).json).toMatchObject({ mailbox: 1 });
});

test('the state folder holds what GET /snapshots tells', async () => {
  const rig = await runningRig({ commitEveryMs: 3_600_000 });
  for (let cut = 0; cut < 3; cut++) {
    rig.ingress.send('t/f/a', 'x'.repeat(300_000));
    await rig.committed();
  }
  const [current] = (await rig.get('/snapshots')).json as { deltas: number; bytes: number }[];
  const names = await readdir(join(rig.folder, 'state', 'delta'));
  expect(names).toHaveLength(current?.deltas ?? 0);
  expect(current?.bytes).toBeGreaterThan(900_000);
});

test('GET /endpoints shows where functions are, without credentials', async () => {
  const metrics = new Metrics();
  const transport = new HttpTransport({
    ...{ clock: systemClock, random: systemRandom, observer: metrics },
    ...{ functions: 't/*', kind: 'io.statefun.transports.v1/async' },
    urlPathTemplate: 'http://me:geheim@127.0.0.1:9/f?code=geheim&of={function.name}&key=geheim',
  });
  const rig = await runningRig();
  const view = {
    ...viewOf(rig.runtime, ''),
    endpoints: () => [{ ...transport.status(), lastError: `POST ${transport.status().url}: no` }],
  };
  const server = adminServer(view, metrics, { tokens: null, audit: () => undefined });
  onTestFinished(async () => {
    metrics.close();
    await server.close();
    await transport.close();
  });
  const reply = await server.inject('/endpoints');
  expect(reply.body).not.toContain('geheim');
  expect(reply.json()).toEqual([
    {
      functions: 't/*',
      url: 'http://127.0.0.1:9/f?code=***&of={function.name}&key=***',
      transport: 'io.statefun.transports.v1/async',
      state: 'unknown',
      since: null,
      ...{ inFlight: 0, failuresByClass: {}, retries: 0 },
      lastError: 'POST http://127.0.0.1:9/f?code=***&of={function.name}&key=***: no',
    },
  ]);
});
