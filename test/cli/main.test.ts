import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { folderWith, weir } from './weir.ts';

const good = `kind: io.statefun.endpoints.v2/http
spec:
  functions: app/*
  urlPathTemplate: http://localhost:8000/\${env:WEIR_TEST_SECRET}
---
kind: weir.file.v1/ingress
spec:
  id: app/in
  path: in/
  key: {pointer: /id}
  valueType: app/t
  targets: [app/f]
`;

test('check names every mistake as file:line:column, and exits with 65', async () => {
  const bad = good.replace('targets: [app/f]', 'targets: [ap/f]').replace('path:', 'pat:');
  const cwd = folderWith({ 'module.yaml': bad });
  const { code, stdout } = await weir(['check', 'module.yaml'], {}, cwd);
  const lines = stdout.split('\n').filter((line) => line.startsWith('module.yaml:'));
  expect(lines).toEqual([
    'module.yaml:4:20: the environment variable `WEIR_TEST_SECRET` is not set [WEIR_MODULE_MISSING_VARIABLE]',
    'module.yaml:9:3: spec has an unknown key `pat` (expected `path`) [WEIR_MODULE_UNKNOWN_KEY]',
    'module.yaml:12:13: nothing in this file serves `ap/f` (expected app/f) [WEIR_MODULE_UNSERVED_TARGET]',
  ]);
  expect(stdout).toContain('    Did you mean `path`?');
  expect(code).toBe(65);
});

test('check says what a good file holds, without secrets', async () => {
  const cwd = folderWith({ 'module.yaml': good });
  const env = { WEIR_TEST_SECRET: 'hidden' };
  const { code, stdout, stderr } = await weir(['check', 'module.yaml'], env, cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('module.yaml: ok');
  expect(stdout).toContain('functions app/*  ***');
  expect(stdout).toContain(`app/in  ${cwd}/in/ -> app/f`);
  const asJson = await weir(['check', 'module.yaml', '--json'], env, cwd);
  expect(JSON.parse(asJson.stdout)).toMatchObject({ ok: true });
  expect(stdout + asJson.stdout).not.toContain('hidden');
});

test('a file that is not there is wrong data', async () => {
  const { code, stderr } = await weir(['check', 'nowhere.yaml']);
  expect(code).toBe(65);
  expect(stderr).toContain('[WEIR_MODULE_UNREADABLE]');
});

test.each([
  [['chek', 'm'], {}, 'Did you mean check?'],
  [['run', 'm', '--stat', 'x'], {}, 'Did you mean --state?'],
  [['run', 'm', '--commit-every', 'often'], {}, 'Write a duration'],
  [['run', 'm'], { WEIR_START_BUDGET: 'x' }, 'WEIR_START_BUDGET'],
  [['run', 'm'], { WEIR_TAKEOVER: 'perhaps' }, 'WEIR_TAKEOVER'],
  [['run', 'm', '--state', './x'], {}, 'file:./x'],
  [['run', 'm', '--state', 's3://bucket/p?key=hidden'], {}, 'endpoint, region, path-style'],
  [['run', 'm', '--state', 's3://me:hidden@bucket'], {}, 'AWS_ACCESS_KEY_ID'],
  [['state', 'get', 'counter', '1'], {}, 'namespace/name'],
])('weir %j with %j is wrong usage', async (args, env, said) => {
  const { code, stderr } = await weir(args, env);
  expect(stderr).toContain(said);
  expect(stderr).not.toContain('hidden');
  expect(code).toBe(64);
});

test('help shows every option with its variable, and examples', async () => {
  const { code, stdout } = await weir(['run', '--help']);
  expect(code).toBe(0);
  for (const name of [
    'STATE',
    'COMMIT_EVERY',
    'ADMIN',
    'NAME',
    'TAKEOVER',
    'LEASE',
    'START_BUDGET',
  ]) {
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`env: WEIR_${name}`);
  }
  expect(stdout).toContain('Examples:');
});

/** An admin API that answers with `reply` and notes what it was asked. */
async function adminApi(reply: (asked: string) => { status: number; body: unknown }) {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const { status, body } = reply(`${request.method} ${request.url}`);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { admin: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('state get asks the admin API, with every segment encoded', async () => {
  const answer = { address: 'a/b/..', states: {}, mailbox: 0, delayed: 0, parked: null };
  const { admin, asked } = await adminApi(() => ({ status: 200, body: answer }));
  const first = await weir(['state', 'get', 'a/b', '..', '--admin', admin]);
  expect(JSON.parse(first.stdout)).toEqual(answer);
  const args = ['state', 'get', 'a/b', 'x/y?', '--at', 'committed'];
  const second = await weir(args, { WEIR_ADMIN: admin });
  expect([first.code, second.code]).toEqual([0, 0]);
  expect(asked).toEqual(['GET /state/a/b/%2E%2E', 'GET /state/a/b/x%2Fy%3F?at=committed']);
});

test('parked addresses are listed without control characters, and resolved', async () => {
  const parked = [
    { address: 'a/b/\u001b[31m', code: 'WEIR_X', reason: 'why', since: 0, messages: 2 },
  ];
  const { admin, asked } = await adminApi((request) =>
    request.startsWith('GET')
      ? { status: 200, body: parked }
      : { status: 404, body: { code: 'WEIR_ADMIN_X', message: 'not parked', hint: 'look again' } },
  );
  const list = await weir(['parked', 'list'], { WEIR_ADMIN: admin });
  expect(list.stdout).toMatch(
    /^address +messages +since +code +reason\na\/b\/\\u001b\[31m +2 +1970-/,
  );
  const drop = await weir(['parked', 'dead-letter', 'a/b', '7', '--admin', admin]);
  expect(drop).toMatchObject({ code: 65, stdout: '' });
  expect(drop.stderr).toContain('not parked [WEIR_ADMIN_X] [WEIR_CLI_REFUSED]\n  look again');
  expect(asked).toEqual(['GET /parked?limit=10000&after=0', 'POST /parked/a/b/7/dead-letter']);
});

test('a runtime that does not answer is a service out of reach', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { code, stderr } = await weir(['parked', 'list', '--admin', String(port)]);
  expect(code).toBe(69);
  expect(stderr).toContain('ECONNREFUSED');
});

test('snapshots of a state that nobody wrote: none to list, nothing to verify', async () => {
  const env = { WEIR_STATE: `file:${folderWith({})}/state` };
  const list = await weir(['snapshots', 'list'], env);
  expect(list).toEqual({ code: 0, stdout: 'nothing is committed there yet\n', stderr: '' });
  const verify = await weir(['snapshots', 'verify'], env);
  expect(verify.code).toBe(65);
  expect(verify.stderr).toContain('[WEIR_SNAPSHOT_');
});

test('run refuses a module with mistakes, naming them, before anything is opened', async () => {
  const cwd = folderWith({ 'module.yaml': good.replace('app/t', 'appt') });
  const args = ['run', 'module.yaml', '--admin', '127.0.0.1:0'];
  const { code, stdout, stderr } = await weir(args, { WEIR_TEST_SECRET: 'x' }, cwd);
  expect(stdout + stderr).toContain('module.yaml:11:14');
  expect(code).toBe(65);
});
