import { readFileSync, globSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import type { Metrics } from '#runtime/admin/metrics.ts';
import type { RuntimeView } from '#runtime/admin/runtime-view.ts';
import { adminServer } from '#runtime/admin/server.ts';
import { parseTokens, scopes } from '#runtime/admin/tokens.ts';
import { egressErrors } from '#runtime/egress/errors.ts';
import type { Egress } from '#runtime/ports/egress.ts';
import type { EndpointStatus } from '#runtime/ports/transport.ts';
import { operationsOf, type Operation } from '../../scripts/openapi-parts.ts';
import { answer, declare, fail } from '../core/engine-rig.ts';
import { document, expectDescribed, seen } from './described.ts';
import { AdminRig, overSockets, runningRig, temporaryFolder } from './rig.ts';

const tokenOf = (scope: string) => scope.padEnd(20, '-');
const tokens = parseTokens(scopes.map((of) => `${of} ${of} ${tokenOf(of)}`).join('\n'), 'test');
const operations = operationsOf(document);

const endpoint: EndpointStatus = {
  ...{ functions: 't/*', url: 'http://127.0.0.1:9/f', transport: 'test/hand' },
  ...{ state: 'down', since: 1_795_392_816_608, inFlight: 1, lastError: 'refused', retries: 2 },
  failuresByClass: { refused: 3 },
};
const picky: Egress = {
  id: 'e/picky',
  open: () => Promise.resolve(),
  validate: () => {
    throw egressErrors.UNKNOWN_TOPIC('no topic');
  },
  publish: () => Promise.reject(new Error('never')),
  close: () => Promise.resolve(),
};

/** A URL of the operation that is right but for what nobody was told of. */
function urlOf(path: string, { parameters = [] }: Operation, id = 'nobody'): string {
  const url = path.replace('{ns}', 't').replace('{type}', 'f').replace('{id}', id);
  return parameters.some(({ required, in: where }) => required && where === 'query')
    ? `${url}?type=t/f`
    : url;
}

function withQuery(url: string, query: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

async function parkedRig(): Promise<AdminRig> {
  const rig = await runningRig({ egresses: [picky] });
  Object.assign(rig.transport, { status: () => endpoint });
  rig.ingress.send('t/f/kept', 'go');
  declare(rig.transport, { name: 'number', typename: 'my/json' }, { name: 'text' });
  answer(rig.transport, { states: { number: '3', text: 'not json' } });
  for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
    rig.ingress.send(`t/f/${id}`, 'poison');
    fail(rig.transport, 'address');
  }
  rig.ingress.send('t/f/replied', 'poison');
  const request = rig.transport.take();
  const lastReply = { status: 500, contentType: 'text/plain', bodyStart: 'oh no' };
  request.sink.failed(request.token, { blame: 'address', code: 'T_X', message: 'why', lastReply });
  return rig;
}

test('every answer that is described is given over a real socket, and holds no field more', async () => {
  seen.clear();
  await goodAnswers();
  await refusedByAccess();
  await refusedBeforeStart();
  await failedInside();
  const described = operations.flatMap(({ path, method, operation }) =>
    Object.entries(operation.responses).flatMap(([status, { content }]) => {
      const what = `${method} ${path} ${status}`;
      const codes = content['application/json']?.schema.allOf?.[1]?.properties?.['code']?.enum;
      return codes === undefined ? [what] : codes.map((code) => `${what} ${code}`);
    }),
  );
  const unseen = described.filter((what) => !seen.has(what));
  // It is a file: nothing of the runtime can fail.
  expect(unseen).toEqual(['GET /openapi.json 500']);
});

async function goodAnswers(): Promise<void> {
  const rig = await parkedRig();
  const ask = await overSockets(rig);
  const status = async (method: string, path: string): Promise<number> =>
    (await ask(method, path)).status;
  for (const { path, method, operation } of operations) {
    const url = urlOf(path, operation);
    if (method === 'GET' && !path.includes('{')) expect(await status(method, url), url).toBe(200);
    if (path.includes('{')) {
      expect(await status(method, url), url).toBe(404);
      expect(await status(method, url.replace('nobody', '%zz')), url).toBe(400);
    }
    for (const name of namesOf(operation, 'integer')) {
      expect(await status(method, withQuery(url, `${name}=x`)), `${url} ${name}`).toBe(400);
    }
    if (method !== 'POST') continue;
    const large = await ask(method, url, { 'content-type': 'text/plain' }, 'x'.repeat(100_000));
    expect(large.status).toBe(413);
    expect((await ask(method, url, { 'content-type': ';' }, 'x')).status).toBe(415);
  }
  for (const url of ['/state/t/f/kept', '/state/t/f/a', '/state/t/f/replied']) {
    expect(await status('GET', url)).toBe(200);
  }
  expect(await status('GET', '/addresses?type=t/f&limit=2')).toBe(200);
  expect(await status('GET', '/addresses?type=x/y')).toBe(404);
  expect(await status('GET', '/addresses')).toBe(400);
  expect(await status('POST', '/parked/t/f/a/dead-letter?egress=e/picky')).toBe(400);
  expect(await status('POST', '/parked/dead-letter?egress=e/picky&limit=2')).toBe(200);
  for (const [id, verb] of Object.entries({ a: 'retry', b: 'drop', c: 'dead-letter' })) {
    expect(await status('POST', `/parked/t/f/${id}/${verb}`)).toBe(200);
  }
  for (const verb of ['retry', 'drop', 'dead-letter']) {
    expect(await status('POST', `/parked/${verb}?limit=1`)).toBe(200);
  }
  expect(await status('GET', '/state/t/f/kept?at=committed')).toBe(200);
  // One that finds nothing changed is described too; the tests of the server have both.
  expect(await status('POST', '/snapshots')).toBe(200);
}

/** The scopes that are described are those that are needed. */
async function refusedByAccess(): Promise<void> {
  const rig = new AdminRig(temporaryFolder(), { tokens });
  onTestFinished(() => rig.stop());
  const ask = await overSockets(rig);
  for (const { path, method, operation } of operations) {
    const needed = operation.security[0]?.token[0];
    const url = urlOf(path, operation);
    const none = await ask(method, url);
    expect(none.status === 401, `${method} ${url}`).toBe(needed !== undefined);
    const rank = (scope: string | undefined): number =>
      scopes.findIndex((other) => other === scope);
    for (const scope of scopes) {
      const { status } = await ask(method, url, { authorization: `Bearer ${tokenOf(scope)}` });
      expect(status === 403, `${method} ${url} with ${scope}`).toBe(rank(scope) < rank(needed));
    }
    const foreign = await ask(method, url, { origin: 'https://evil.example' });
    expect(foreign.json).toMatchObject({ code: 'WEIR_ADMIN_FOREIGN_PAGE' });
  }
}

async function refusedBeforeStart(): Promise<void> {
  const rig = new AdminRig(temporaryFolder());
  onTestFinished(() => rig.stop());
  const ask = await overSockets(rig);
  for (const { path, method, operation } of operations) {
    const { status } = await ask(method, urlOf(path, operation));
    expect(status === 503, `${method} ${path}`).toBe('503' in operation.responses);
  }
}

async function failedInside(): Promise<void> {
  const broken = (what: string) =>
    new Proxy(
      {},
      {
        get: () => {
          throw new Error(`${what} is broken`);
        },
      },
    );
  const access = { tokens: null, audit: () => undefined };
  const server = adminServer(broken('view') as RuntimeView, broken('metrics') as Metrics, access);
  onTestFinished(() => server.close());
  for (const { path, method, operation } of operations) {
    if (path === '/openapi.json') continue;
    const url = urlOf(path, operation);
    const reply = await server.inject({ method: method as 'GET' | 'POST', url });
    const type = String(reply.headers['content-type']);
    expect(reply.statusCode, `${method} ${url}`).toBe(500);
    expectDescribed(method, url, { status: reply.statusCode, type, text: reply.body });
  }
}

function namesOf({ parameters = [] }: Operation, type: string): string[] {
  return parameters.flatMap(({ in: where, name, schema }) =>
    where === 'query' && schema.type === type ? [name] : [],
  );
}

test('numbers are taken within the bounds that are described, and not beyond', async () => {
  const rig = await runningRig();
  let tried = 0;
  for (const { path, method, operation } of operations) {
    for (const { name, schema } of operation.parameters ?? []) {
      if (schema.type !== 'integer') continue;
      tried++;
      const { minimum = Number.NaN, maximum = Number.NaN } = schema;
      const status = async (value: number): Promise<number> => {
        const url = withQuery(urlOf(path, operation), `${name}=${value}`);
        return (await rig.ask(method as 'GET' | 'POST', url)).status;
      };
      expect(await status(minimum), `${path} ${name}`).toBe(200);
      expect(await status(maximum), `${path} ${name}`).toBe(200);
      expect(await status(minimum - 1), `${path} ${name}`).toBe(400);
      expect(await status(maximum + 1), `${path} ${name}`).toBe(400);
    }
  }
  expect(tried).toBeGreaterThan(10);
});

test('every parameter that is described is read, and every one that is read is described', async () => {
  const rig = await parkedRig();
  const described = new Set<string>();
  for (const { path, method, operation } of operations) {
    for (const { name, in: where } of operation.parameters ?? []) {
      if (where !== 'query') continue;
      described.add(name);
      const url = withQuery(urlOf(path, operation, 'a'), `${name}=1&${name}=1`);
      const { text } = await rig.ask(method as 'GET' | 'POST', url);
      expect(text, url).toContain(`the parameter ${name} is there twice`);
    }
  }
  const folder = new URL('../../runtime/admin/', import.meta.url);
  const source = globSync('*.ts', { cwd: folder })
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n');
  const read = [...source.matchAll(/(?:parameterOf|wholeNumber)\(request, '(\w+)'/g)].map(
    ([, name = '']) => name,
  );
  expect(new Set(read)).toEqual(described);
});
