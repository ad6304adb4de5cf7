import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, expectTypeOf, test } from 'vitest';
import type { Commit, Endpoint, KeptCut } from '#runtime/admin/runtime-shapes.ts';
import type { ParkedAddress } from '#runtime/admin/parked-shapes.ts';
import { parseTokens } from '#runtime/admin/tokens.ts';
import type { CommitInfo } from '#runtime/ports/snapshots.ts';
import type { EndpointStatus, LastReply } from '#runtime/ports/transport.ts';
import type { SnapshotRow } from '#runtime/snapshot/inspect.ts';
import { operationsOf } from '../../scripts/openapi-parts.ts';
import { document } from './described.ts';
import { overSockets, runningRig } from './rig.ts';

const committed = readFileSync(new URL('../../docs/admin-api.json', import.meta.url), 'utf8');

test('it is valid OpenAPI 3.1', async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(JSON.parse(committed) as object as never);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe('3.1');
});

test('it has every route that the server knows, and no other', async () => {
  const rig = await runningRig();
  await rig.server.ready();
  const described = operationsOf(document).map(({ path, method }) => `${method} ${path}`);
  expect(described.toSorted()).toEqual(routesOf(rig.server.printRoutes()).toSorted());
  expect(described.length).toBeGreaterThan(15);
});

/** Fastify prints a tree of common beginnings: `├── parked (GET, HEAD)`, four characters a level. */
function routesOf(tree: string): string[] {
  const beginnings: string[] = [];
  const routes: string[] = [];
  for (const line of tree.split('\n')) {
    const found = /^([│ ]*)[├└]── ([^ ]*)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (found === null) continue;
    const [, indent = '', part = '', methods] = found;
    beginnings.length = indent.length / 4;
    beginnings.push(part);
    const path = beginnings.join('').replaceAll(/:(\w+)/g, '{$1}');
    for (const method of methods?.split(', ') ?? []) {
      if (method !== 'HEAD') routes.push(`${method} ${path}`);
    }
  }
  return routes;
}

test('a running server answers it, as it is committed, to whoever may read', async () => {
  const token = 'r'.repeat(20);
  const rig = await runningRig({ tokens: parseTokens(`somebody read ${token}`, 'test') });
  const ask = await overSockets(rig);
  expect((await ask('GET', '/openapi.json')).status).toBe(401);
  const answer = await ask('GET', '/openapi.json', { authorization: `Bearer ${token}` });
  expect(answer).toMatchObject({ status: 200, type: 'application/json; charset=utf-8' });
  expect(answer.text).toBe(committed);
});

type Plain<T> = T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
/** Without the signature that lets tables print any row. */
type Fields<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

test('what is described has the types of what is answered', () => {
  expectTypeOf<Plain<Endpoint>>().toEqualTypeOf<Plain<EndpointStatus>>();
  expectTypeOf<Plain<Commit>>().toEqualTypeOf<Plain<CommitInfo>>();
  expectTypeOf<Plain<KeptCut>>().toEqualTypeOf<Plain<Fields<SnapshotRow>>>();
  expectTypeOf<Plain<Required<ParkedAddress>['lastReply']>>().toEqualTypeOf<Plain<LastReply>>();
});
