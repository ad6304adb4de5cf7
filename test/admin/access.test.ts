import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { parseTokens } from '#runtime/admin/tokens.ts';
import { adminTokens } from '#runtime/cli/admin-tokens.ts';
import { callAdmin } from '#runtime/cli/admin-client.ts';
import { fail } from '../core/engine-rig.ts';
import { overSockets, runningRig } from './rig.ts';

const secrets = { read: 'r'.repeat(20), operate: 'o'.repeat(20), destroy: 'd'.repeat(20) };
const tokens = parseTokens(
  `# who may what
   prometheus read ${secrets.read}

   oncall operate ${secrets.operate}
   owner destroy ${secrets.destroy}`,
  'test',
);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('with tokens nobody gets in without one, but for the health', async () => {
  const rig = await runningRig({ tokens });
  for (const path of ['/metrics', '/parked', '/endpoints', '/snapshots', '/state/t/f/1', '/none']) {
    const answer = await rig.get(path);
    expect(answer, path).toMatchObject({
      status: 401,
      json: { code: 'WEIR_ADMIN_UNAUTHENTICATED' },
    });
  }
  expect((await rig.post('/snapshots')).status).toBe(401);
  for (const wrong of ['Bearer x', 'Bearer ', `Basic ${secrets.read}`, `Bearer ${secrets.read}x`]) {
    expect((await rig.ask('GET', '/parked', { authorization: wrong })).status, wrong).toBe(401);
  }
  expect((await rig.get('/health/ready')).status).toBe(200);
  expect((await rig.get('/health/live')).status).toBe(200);
  expect((await rig.get('/health/../parked')).status).toBe(401);
});

test('each scope may do what it is for, and every action is told, without the token', async () => {
  const rig = await runningRig({ tokens });
  rig.ingress.send('t/f/1', 'bad');
  fail(rig.transport, 'address');
  const status = async (scope: keyof typeof secrets, method: 'GET' | 'POST', path: string) =>
    (await rig.ask(method, path, bearer(secrets[scope]))).status;
  expect(await status('read', 'GET', '/metrics')).toBe(200);
  expect(await status('read', 'POST', '/snapshots')).toBe(403);
  expect(await status('read', 'POST', '/parked/t/f/1/retry')).toBe(403);
  expect(await status('operate', 'POST', '/snapshots')).toBe(200);
  expect(await status('operate', 'POST', '/parked/t/f/1/drop')).toBe(403);
  expect(await status('operate', 'POST', '/parked/t/f/1/dead-letter')).toBe(403);
  // A spelling of the path changes nothing.
  expect(await status('operate', 'POST', '/parked/t/f/1/%64rop')).toBe(403);
  expect(await status('operate', 'POST', '/parked/%64rop')).toBe(403);
  expect(await status('operate', 'POST', '/parked/t/f/1/drop/')).toBe(404);
  expect(await status('destroy', 'POST', '/parked/t/f/1/drop')).toBe(200);
  expect(rig.audited).toMatchObject([
    { who: 'prometheus', action: 'POST /snapshots', status: 403 },
    { who: 'prometheus', action: 'POST /parked/t/f/1/retry', status: 403 },
    { who: 'oncall', action: 'POST /snapshots', status: 200 },
    { who: 'oncall', action: 'POST /parked/t/f/1/drop', status: 403 },
    { who: 'oncall', action: 'POST /parked/t/f/1/dead-letter', status: 403 },
    { who: 'oncall', action: 'POST /parked/t/f/1/%64rop', status: 403 },
    { who: 'oncall', action: 'POST /parked/%64rop', status: 403 },
    { who: 'oncall', action: 'POST /parked/t/f/1/drop/', status: 404 },
    { who: 'owner', action: 'POST /parked/t/f/1/drop', status: 200 },
  ]);
  const told = JSON.stringify(rig.audited);
  for (const secret of Object.values(secrets)) expect(told).not.toContain(secret);
});

test('no page of another site can act, nor one that was let point to this machine', async () => {
  const rig = await runningRig();
  const ask = await overSockets(rig);
  const refused = { status: 403, json: { code: 'WEIR_ADMIN_FOREIGN_PAGE' } };
  expect(await ask('POST', '/snapshots', { origin: 'https://evil.example' })).toMatchObject(
    refused,
  );
  expect(await ask('POST', '/snapshots', { origin: 'null' })).toMatchObject(refused);
  expect(await ask('GET', '/parked', { host: 'evil.example:8081' })).toMatchObject(refused);
  expect(await ask('GET', '/parked', { host: '127.0.0.1.evil.example' })).toMatchObject(refused);
  for (const host of ['localhost:1', '127.0.0.1:8081', '[::1]:8081', '127.0.0.9']) {
    expect((await ask('GET', '/parked', { host })).status, host).toBe(200);
  }
  const own = { host: 'localhost:8081', origin: 'http://localhost:8081' };
  expect((await ask('POST', '/snapshots', own)).status).toBe(200);
});

test('tokens are read line by line; what is wrong is said without the token', () => {
  const secret = 's'.repeat(30);
  for (const [text, said] of [
    ['', 'holds no token'],
    [`a read`, 'line 1'],
    [`a admin ${secret}`, 'read, operate, destroy'],
    [`a/b read ${secret}`, 'name'],
    [`a read short-one`, '16'],
    [`a read ${secret}\na operate ${secret}`, 'line 2'],
    [`a read ${secret} more`, 'line 1'],
  ] as const) {
    expect(() => parseTokens(text, 'file:x'), text).toThrow(said);
    expect(() => parseTokens(text, 'file:x'), text).not.toThrow(/sss|short-one/);
  }
});

test('an address that others can reach needs tokens, given by reference', () => {
  const everywhere = { host: '0.0.0.0', port: 8081 };
  const line = `a read ${secrets.read}`;
  for (const host of ['127.0.0.1', '127.1.2.3', 'localhost', '::1']) {
    expect(adminTokens(undefined, { host, port: 1 }, {})).toBeNull();
  }
  for (const host of ['0.0.0.0', '::', 'runtime', '10.0.0.1']) {
    expect(() => adminTokens(undefined, { host, port: 1 }, {})).toThrow('open to everybody');
  }
  expect(adminTokens('env:T', everywhere, { T: line })).toHaveLength(1);
  expect(() => adminTokens('env:T', everywhere, {})).toThrow('T is not set');
  expect(() => adminTokens('file:/none', everywhere, {})).toThrow('/none');
  expect(() => adminTokens(line, everywhere, {})).toThrow('no reference');
  expect(() => adminTokens(line, everywhere, {})).not.toThrow(secrets.read);
});

test('commands send the token of their environment', async () => {
  let seen: string | undefined;
  const server = createServer((incoming, outgoing) => {
    seen = incoming.headers.authorization;
    outgoing.end('[]');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  process.env['WEIR_ADMIN_TOKEN'] = secrets.read;
  onTestFinished(() => void delete process.env['WEIR_ADMIN_TOKEN']);
  await callAdmin({ host: '127.0.0.1', port }, 'GET', '/parked');
  expect(seen).toBe(`Bearer ${secrets.read}`);
});
