import { expect, test, vi } from 'vitest';
import { egressErrors } from '#runtime/egress/errors.ts';
import type { Egress } from '#runtime/ports/egress.ts';
import { answer, fail } from '../core/engine-rig.ts';
import { runningRig, temporaryFolder, type AdminRig } from './rig.ts';

/** Parks `t/f/<id>` on the first of its messages. */
function park(rig: AdminRig, id: string, ...texts: string[]): void {
  for (const text of texts) rig.ingress.send(`t/f/${id}`, text);
  fail(rig.transport, 'address');
}

async function parkedIds(rig: AdminRig, query = ''): Promise<unknown[]> {
  const { json } = await rig.get(`/parked${query}`);
  return (json as { address: string }[]).map(({ address }) => address);
}

test('GET /parked says where, why, since when and how much waits', async () => {
  const rig = await runningRig();
  expect((await rig.get('/parked')).json).toEqual([]);
  park(rig, 'a', 'poison', 'second');
  rig.ingress.send('t/f/b', 'other');
  const request = rig.transport.take();
  const lastReply = { status: 500, contentType: 'text/plain', bodyStart: 'oh no' };
  request.sink.failed(request.token, { blame: 'address', code: 'T_X', message: 'why', lastReply });
  const since = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string;
  expect((await rig.get('/parked')).json).toEqual([
    { number: 1, address: 't/f/a', code: 'T_FAILED', reason: 'it failed', since, messages: 2 },
    { number: 2, address: 't/f/b', code: 'T_X', reason: 'why', since, messages: 1, lastReply },
  ]);
  expect(await parkedIds(rig, '?limit=1')).toEqual(['t/f/a']);
  expect(await parkedIds(rig, '?after=1')).toEqual(['t/f/b']);
  const wrong = await rig.get('/parked?limit=0');
  expect(wrong).toMatchObject({ status: 400, json: { code: 'WEIR_ADMIN_BAD_REQUEST' } });
});

test('retry sends the same message again, and survives a kill once it is answered', async () => {
  const folder = temporaryFolder();
  const rig = await runningRig({}, folder);
  park(rig, 'a/b', 'poison');
  const { status, json } = await rig.post('/parked/t/f/a%2Fb/retry');
  expect({ status, json }).toEqual({ status: 200, json: { address: 't/f/a/b', messages: 1 } });
  expect(await parkedIds(rig)).toEqual([]);
  expect(rig.transport.take().messages).toEqual([{ caller: null, text: 'poison' }]);
  await rig.crash();
  const next = await runningRig({}, folder);
  expect(await parkedIds(next)).toEqual([]);
  expect(next.transport.take().messages).toEqual([{ caller: null, text: 'poison' }]);
});

test('a parked address is parked after a restart, with its messages in order', async () => {
  const folder = temporaryFolder();
  const rig = await runningRig({}, folder);
  park(rig, 'a', 'poison', 'second', 'third');
  const before = (await rig.get('/parked')).json;
  await rig.stop();
  const next = await runningRig({}, folder);
  expect((await next.get('/parked')).json).toEqual(before);
  expect(next.transport.requests).toEqual([]);
  expect((await next.post('/parked/t/f/a/drop')).json).toEqual({ address: 't/f/a', dropped: 1 });
  const texts = answer(next.transport).messages.map(({ text }) => text);
  expect(texts).toEqual(['second', 'third']);
});

test('drop takes the first message only, and is done when it is answered', async () => {
  const folder = temporaryFolder();
  const rig = await runningRig({}, folder);
  park(rig, 'a', 'poison', 'second');
  expect((await rig.post('/parked/t/f/a/drop')).status).toBe(200);
  expect(rig.transport.take().messages).toMatchObject([{ text: 'second' }]);
  await rig.crash();
  const next = await runningRig({}, folder);
  expect(next.transport.take().messages).toMatchObject([{ text: 'second' }]);
  expect(await next.published()).toEqual([]);
});

test('dead-letter gives the egress the message exactly once, whatever is killed', async () => {
  const folder = temporaryFolder();
  const rig = await runningRig({}, folder);
  park(rig, 'a', 'poison', 'second');
  const { status, json } = await rig.post('/parked/t/f/a/dead-letter');
  expect({ status, json }).toEqual({
    status: 200,
    json: { address: 't/f/a', deadLettered: 1, egress: 'e/dead-letters' },
  });
  const again = await rig.post('/parked/t/f/a/dead-letter');
  expect(again).toMatchObject({ status: 404, json: { code: 'WEIR_CORE_NOT_PARKED' } });
  // Perhaps it is published by now, perhaps not: after the kill it is there once.
  await rig.crash();
  const next = await runningRig({}, folder);
  const letter = { typename: 't/text', value: Buffer.from('poison').toString('base64') };
  await vi.waitFor(async () => expect(await next.published()).toEqual([letter]), 30_000);
  expect(next.transport.take().messages).toMatchObject([{ text: 'second' }]);
  await next.stop();
  const third = await runningRig({}, folder);
  await third.committed();
  expect(await third.published()).toEqual([letter]);
});

test('an address that is not parked, or was never seen, is 404', async () => {
  const rig = await runningRig();
  rig.ingress.send('t/f/works', 'x');
  for (const path of ['t/f/works', 't/f/nobody', 'x/y/z']) {
    for (const verb of ['retry', 'drop', 'dead-letter']) {
      const { status, json } = await rig.post(`/parked/${path}/${verb}`);
      expect({ path, verb, status }).toEqual({ path, verb, status: 404 });
      expect(json).toMatchObject({ code: 'WEIR_CORE_NOT_PARKED' });
    }
  }
});

test('the egress for dead letters is named, or called so, and must take the record', async () => {
  const picky: Egress = {
    id: 'e/picky',
    open: () => Promise.resolve(),
    validate: () => {
      throw egressErrors.UNKNOWN_TOPIC('no topic');
    },
    publish: () => Promise.reject(new Error('never')),
    close: () => Promise.resolve(),
  };
  const rig = await runningRig({ egresses: [picky] });
  park(rig, 'a', 'poison');
  const path = '/parked/t/f/a/dead-letter';
  const unknown = await rig.post(`${path}?egress=e/none`);
  expect(unknown).toMatchObject({ status: 400, json: { code: 'WEIR_ADMIN_BAD_REQUEST' } });
  expect(unknown.text).toContain('e/dead-letters');
  const unfit = await rig.post(`${path}?egress=e%2Fpicky`);
  expect(unfit).toMatchObject({ status: 400, json: { code: 'WEIR_ADMIN_UNFIT_RECORD' } });
  expect(await parkedIds(rig), 'nothing has changed').toEqual(['t/f/a']);
  expect((await rig.post(path)).json).toMatchObject({ egress: 'e/dead-letters' });
  await vi.waitFor(async () => expect(await rig.published()).toHaveLength(1), 30_000);
});

test('all of a type, or all, in one call; what can’t be done hinders no other', async () => {
  const rig = await runningRig();
  for (const id of ['a', 'b', 'c']) park(rig, id, `poison-${id}`);
  rig.ingress.send('t/g/x', 'poison-x');
  const request = rig.transport.take();
  request.sink.failed(request.token, { blame: 'address', code: 'T_FAILED', message: 'it failed' });
  expect((await rig.post('/parked/drop?type=t/none')).json).toMatchObject({
    done: 0,
    remaining: 0,
  });
  const dropped = await rig.post('/parked/drop?type=t/g');
  expect(dropped).toMatchObject({ status: 200, json: { done: 1, failures: 0, failed: [] } });
  expect(await parkedIds(rig)).toEqual(['t/f/a', 't/f/b', 't/f/c']);
  const unknown = await rig.post('/parked/dead-letter?egress=e/none');
  expect(unknown.json).toMatchObject({ done: 0, failures: 3 });
  expect(await parkedIds(rig)).toHaveLength(3);
  expect((await rig.post('/parked/dead-letter')).json).toMatchObject({ done: 3, failures: 0 });
  expect(await parkedIds(rig)).toEqual([]);
  await vi.waitFor(async () => expect(await rig.published()).toHaveLength(3), 30_000);
  expect((await rig.post('/parked/retry')).json).toMatchObject({ done: 0 });
});

test('page by page: past those that fail, and never twice over one that parks again', async () => {
  const rig = await runningRig();
  for (const id of ['a', 'b', 'c']) park(rig, id, `poison-${id}`);
  const first = await rig.post('/parked/dead-letter?egress=e/none&limit=2');
  expect(first.json).toMatchObject({ failures: 2, remaining: 1, next: { after: 2, upTo: 3 } });
  const second = await rig.post('/parked/dead-letter?egress=e/none&limit=2&after=2&upTo=3');
  expect(second.json).toMatchObject({ failures: 1, remaining: 0 });
  expect(second.json).not.toHaveProperty('next');
  const retried = await rig.post('/parked/retry?limit=2');
  expect(retried.json).toMatchObject({ done: 2, next: { after: 2, upTo: 3 } });
  fail(rig.transport, 'address');
  fail(rig.transport, 'address');
  expect(await parkedIds(rig)).toEqual(['t/f/c', 't/f/a', 't/f/b']);
  const last = await rig.post('/parked/retry?limit=2&after=2&upTo=3');
  expect(last.json).toMatchObject({ done: 1, remaining: 0 });
  expect(await parkedIds(rig)).toEqual(['t/f/a', 't/f/b']);
});
