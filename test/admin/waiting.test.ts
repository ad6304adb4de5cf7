import { expect, test } from 'vitest';
import { MovableClock, runningRig, temporaryFolder, AdminRig } from './rig.ts';

test('the addresses with the most messages, the most first', async () => {
  const rig = await runningRig({ clock: new MovableClock() });
  expect((await rig.get('/waiting')).json).toEqual({ addresses: [], lookedAt: 0, complete: true });
  for (const [id, messages] of [
    ['few', 2],
    ['most', 5],
    ['one', 1],
  ] as const) {
    for (let i = 0; i < messages; i++) rig.ingress.send(`t/f/${id}`, 'go');
  }
  const { status, json } = await rig.get('/waiting?limit=2');
  expect(status).toBe(200);
  expect(json).toMatchObject({
    addresses: [
      { type: 't/f', id: 'most', messages: 5, parked: false },
      { type: 't/f', id: 'few', messages: 2, parked: false },
    ],
    lookedAt: 3,
    complete: true,
  });
  const { mailbox } = (await rig.get('/state/t/f/most')).json as { mailbox: number };
  expect(mailbox).toBe(5);
});

test('refuses a limit that is none, and knows nothing before it has recovered', async () => {
  const rig = await runningRig();
  for (const limit of ['0', '101', 'x', '-1']) {
    expect((await rig.get(`/waiting?limit=${limit}`)).json, limit).toMatchObject({
      code: 'WEIR_ADMIN_BAD_REQUEST',
    });
  }
  const starting = new AdminRig(temporaryFolder());
  const { status, json } = await starting.get('/waiting');
  await starting.stop();
  expect([status, json]).toMatchObject([503, { code: 'WEIR_ADMIN_NOT_READY' }]);
});

test('a search of very many addresses lets the loop turn, and says where it ended', async () => {
  const rig = await runningRig({ commitEveryMs: 3_600_000 });
  const addresses = 25_000;
  for (let i = 0; i < addresses; i++) rig.ingress.send(`t/f/${i}`, 'go');
  let turns = 0;
  let counting = true;
  const count = (): void => {
    turns++;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const { json } = await rig.get('/waiting?limit=1');
  counting = false;
  expect(json).toMatchObject({ lookedAt: addresses, complete: true });
  expect(turns).toBeGreaterThanOrEqual(2);
});
