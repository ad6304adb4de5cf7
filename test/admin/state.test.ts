import { expect, test } from 'vitest';
import { answer, declare, fail } from '../core/engine-rig.ts';
import { MovableClock, overSockets, runningRig, temporaryFolder, type AdminRig } from './rig.ts';

/** Gives an address a state, as its function would. */
function remember(rig: AdminRig, address: string, states: Record<string, string>): void {
  rig.ingress.send(address, 'go');
  answer(rig.transport, { states });
}

/** The first answer of a type declares its states. */
function declared(rig: AdminRig, ...names: string[]): void {
  rig.ingress.send('t/f/first', 'go');
  declare(rig.transport, ...names.map((name) => ({ name })));
  answer(rig.transport);
}

test('the state of an address: bytes, JSON where there is some, mailbox, delayed messages', async () => {
  const rig = await runningRig();
  rig.ingress.send('t/f/a', 'go');
  declare(
    rig.transport,
    { name: 'plain' },
    { name: 'counted', typename: 'my/json' },
    { name: '__proto__' },
  );
  const request = rig.transport.take();
  const body = Buffer.from('{"n":3}not json');
  const slice = (typename: string, start: number, end: number) => ({
    ...{ typename, hasValue: true, body, start, end },
  });
  request.sink.answered(request.token, {
    kind: 'effects',
    mutations: [
      { name: 'plain', value: slice('t/text', 7, 15) },
      { name: 'counted', value: slice('my/json', 0, 7) },
      { name: '__proto__', value: slice('t/text', 0, 7) },
    ],
    messages: [],
    delayed: [
      {
        cancel: false,
        token: '',
        delayMs: 60_000,
        target: { type: 't/f', id: 'b' },
        value: slice('t/text', 0, 1),
      },
    ],
    egress: [],
  });
  rig.ingress.send('t/f/a', 'in flight');
  rig.ingress.send('t/f/a', 'behind it');
  const { status, json, text } = await rig.get('/state/t/f/a');
  expect(status).toBe(200);
  expect(json).toMatchObject({ address: 't/f/a', mailbox: 2, delayed: 1, parked: null });
  const { states } = JSON.parse(text.replace('"__proto__"', '"proto"')) as { states: object };
  expect(states).toEqual({
    plain: { typename: 't/text', valueBase64: Buffer.from('not json').toString('base64') },
    counted: { typename: 'my/json', valueBase64: 'eyJuIjozfQ==', json: { n: 3 } },
    proto: { typename: 't/text', valueBase64: 'eyJuIjozfQ==', json: { n: 3 } },
  });
});

test('an id is percent-decoded once, whatever is in it', async () => {
  const rig = await runningRig();
  const over = await overSockets(rig);
  const ids = ['a/b', 'ü ✓', '100%', '%2F', '..', '.', 'a?b#c', 'a+b', '__proto__', '\u0000', '{}'];
  for (const id of ids) {
    rig.ingress.send(`t/f/${id}`, 'go');
    const segment = encodeURIComponent(id).replaceAll('.', '%2E');
    const { status, json } = await over('GET', `/state/t/f/${segment}`);
    expect({ status, json }).toMatchObject({
      status: 200,
      json: { address: `t/f/${id}`, mailbox: 1 },
    });
  }
});

test('an address that was never seen is 404, and asking does not make it known', async () => {
  const rig = await runningRig();
  for (const path of ['/state/t/f/nobody', '/state/t/f/nobody?at=committed', '/state/x/y/z']) {
    const { status, json } = await rig.get(path);
    expect(status).toBe(404);
    expect(json).toMatchObject({ code: 'WEIR_ADMIN_UNKNOWN_ADDRESS' });
  }
  expect((await rig.get('/addresses?type=t/f')).json).toEqual({ type: 't/f', ids: [] });
});

test('a parked address says why until it goes on', async () => {
  const rig = await runningRig();
  rig.ingress.send('t/f/a', 'poison');
  fail(rig.transport, 'address');
  const { json } = await rig.get('/state/t/f/a');
  expect(json).toMatchObject({ mailbox: 1, parked: { code: 'T_FAILED', reason: 'it failed' } });
  const { since } = (json as { parked: { since: string } }).parked;
  expect(Math.abs(Date.parse(since) - Date.now())).toBeLessThan(60_000);
  expect((await rig.post('/parked/t/f/a/retry')).status).toBe(200);
  answer(rig.transport);
  rig.ingress.send('t/f/a', 'more');
  expect((await rig.get('/state/t/f/a')).json).toMatchObject({ mailbox: 1, parked: null });
});

test('expired values are not shown, live or committed', async () => {
  const clock = new MovableClock();
  const rig = await runningRig({ clock });
  rig.ingress.send('t/f/a', 'go');
  const short = { name: 'short', expiration: 'after-write', expireAfterMs: 600_000 } as const;
  declare(rig.transport, short, { name: 'kept' });
  answer(rig.transport, { states: { short: 'x', kept: 'y' } });
  await rig.committed();
  const names = async (path: string) =>
    Object.keys(((await rig.get(path)).json as { states: object }).states);
  expect(await names('/state/t/f/a')).toEqual(['short', 'kept']);
  expect(await names('/state/t/f/a?at=committed')).toEqual(['short', 'kept']);
  clock.aheadMs = 600_001;
  expect(await names('/state/t/f/a')).toEqual(['kept']);
  expect(await names('/state/t/f/a?at=committed')).toEqual(['kept']);
});

test('committed values are those of the last cut, wherever it is kept', async () => {
  // No commit comes by itself here.
  const rig = await runningRig({ commitEveryMs: 3_600_000 });
  declared(rig, 's', 'other');
  remember(rig, 't/f/a', { s: 'one', other: 'kept' });
  await rig.committed();
  // Large enough that the cut becomes a segment of its own; many neighbours in every key group.
  for (let i = 0; i < 400; i++) remember(rig, `t/f/n${i}`, { s: 'x'.repeat(1000) });
  await rig.committed();
  remember(rig, 't/f/a', { s: 'two' });
  rig.ingress.send('t/f/a', 'waits');
  rig.ingress.send('t/g/a', 'of another type');
  await rig.committed();
  rig.transport.take();
  remember(rig, 't/f/fresh', { s: 'new' });
  rig.ingress.send('t/f/a', 'waits too');
  const committed = (await rig.get('/state/t/f/a?at=committed')).json;
  const values = { typename: 't/text', valueBase64: Buffer.from('two').toString('base64') };
  expect(committed).toMatchObject({
    address: 't/f/a',
    states: { s: values, other: { valueBase64: Buffer.from('kept').toString('base64') } },
    ...{ mailbox: 1, delayed: 0, parked: null },
  });
  expect((await rig.get('/state/t/f/a')).json).toMatchObject({ mailbox: 2 });
  expect((await rig.get('/state/t/f/fresh')).status).toBe(200);
  expect((await rig.get('/state/t/f/fresh?at=committed')).status).toBe(404);
  const kept = (await rig.get('/snapshots')).json as { deltas: number }[];
  expect(kept[0]?.deltas, 'a cut of its own').toBeGreaterThan(0);
});

test('committed values survive compaction, and a parked address is parked in the cut', async () => {
  const folder = temporaryFolder();
  const rig = await runningRig({ commitEveryMs: 3_600_000 }, folder);
  declared(rig, 's');
  rig.ingress.send('t/f/sick', 'poison');
  fail(rig.transport, 'address');
  remember(rig, 't/f/a', { s: 'kept' });
  // More deltas than a compaction waits for.
  for (let cut = 0; cut < 70; cut++) {
    remember(rig, 't/f/big', { s: `${cut}`.repeat(150_000) });
    await rig.committed();
  }
  const compacted = async () =>
    ((await rig.get('/snapshots')).json as { bases: number }[]).some(({ bases }) => bases > 0);
  await expect.poll(compacted, { timeout: 30_000 }).toBe(true);
  expect((await rig.get('/state/t/f/a?at=committed')).json).toMatchObject({
    states: { s: { valueBase64: Buffer.from('kept').toString('base64') } },
  });
  expect((await rig.get('/state/t/f/sick?at=committed')).json).toMatchObject({
    ...{ mailbox: 1, states: {} },
    parked: { code: 'T_FAILED', reason: 'it failed' },
  });
});

test('only committed values can be asked for by name', async () => {
  const rig = await runningRig();
  for (const query of ['at=live', 'at=', 'at=yesterday', 'at=committed&at=committed', 'at=%zz']) {
    const { status, json } = await rig.get(`/state/t/f/a?${query}`);
    expect({ query, status }).toEqual({ query, status: 400 });
    expect(json).toMatchObject({ code: 'WEIR_ADMIN_BAD_REQUEST' });
  }
});

test('paging through addresses misses none that was there from beginning to end', async () => {
  const rig = await runningRig();
  declared(rig, 's');
  const there = new Set(['first']);
  rig.ingress.send('t/f/busy', 'in flight');
  rig.transport.take();
  rig.ingress.send('t/g/elsewhere', 'x');
  there.add('busy');
  remember(rig, 't/f/ü ✓', { s: 'x' });
  there.add('ü ✓');
  for (let i = 0; i < 700; i++) {
    remember(rig, `t/f/old-${i}`, { s: 'x' });
    there.add(`old-${i}`);
  }
  // `first` has no state and nothing to do: it is gone.
  there.delete('first');
  const found: string[] = [];
  let after: string | undefined;
  for (let page = 0; page === 0 || after !== undefined; page++) {
    const from = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
    const { status, json } = await rig.get(`/addresses?type=t%2Ff&limit=50${from}`);
    expect(status).toBe(200);
    const { ids, after: next } = json as { ids: string[]; after?: string };
    found.push(...ids);
    after = next;
    for (let i = 0; i < 20; i++) remember(rig, `t/f/new-${page}-${i}`, { s: 'x' });
    expect(page).toBeLessThan(100);
  }
  expect(new Set(found).size, 'none comes twice').toBe(found.length);
  expect([...there].filter((id) => !found.includes(id))).toEqual([]);
  expect(found).not.toContain('elsewhere');
});

test('GET /addresses says which parameter is wrong', async () => {
  const rig = await runningRig();
  const wrong = [
    ['', 'type is missing'],
    ['type=t/f&limit=0', 'limit'],
    ['type=t/f&limit=1001', 'limit'],
    ['type=t/f&limit=1e2', 'limit'],
    ['type=t/f&limit=', 'limit'],
    ['type=t/f&type=t/g', 'twice'],
    ['type=t/f&after=%E0%A4%A', 'percent-encoding'],
  ] as const;
  for (const [query, said] of wrong) {
    const { status, json } = await rig.get(`/addresses?${query}`);
    expect({ query, status }).toEqual({ query, status: 400 });
    expect(json).toMatchObject({ code: 'WEIR_ADMIN_BAD_REQUEST' });
    expect((json as { message: string }).message).toContain(said);
  }
});

test('addresses of a type that nothing serves are 404', async () => {
  const rig = await runningRig();
  const { status, json } = await rig.get('/addresses?type=x/y');
  expect(status).toBe(404);
  expect(json).toMatchObject({ code: 'WEIR_ADMIN_UNKNOWN_TYPE' });
});
