import { Fields } from '../fields.ts';
import { mapping, listOf, whole, type RawComponent, type Read, type Reading } from '../reading.ts';
import type { HttpIngressSpec, IdempotencySpec, PlaygroundIngressSpec } from '../spec.ts';
import { durationMs, integer } from '../values.ts';
import { ingressId, listening } from './identity.ts';
import { overlappingRoutes, route } from './routes.ts';

const bodyBytesDefault = 32 * 2 ** 20;
const servingKeys = ['id', 'port', 'host', 'maxBodyBytes', 'idempotency'];

/** `weir.http.v1/ingress`. */
export function httpIngress(raw: RawComponent, reading: Reading): HttpIngressSpec | undefined {
  const fields = new Fields(raw.spec, 'spec', [...servingKeys, 'routes'], reading);
  const routes = fields.required('routes', listOf(route, 1));
  overlappingRoutes(fields.node('routes'), reading);
  return whole<HttpIngressSpec>({
    kind: 'weir.http.v1/ingress',
    ...serving(raw, fields, 'weir.http/ingress', null, reading),
    routes,
  });
}

/** `io.statefun.playground.v1/ingress`. */
export function playgroundIngress(
  raw: RawComponent,
  reading: Reading,
): PlaygroundIngressSpec | undefined {
  const fields = new Fields(raw.spec, 'spec', servingKeys, reading);
  return whole<PlaygroundIngressSpec>({
    kind: 'io.statefun.playground.v1/ingress',
    ...serving(raw, fields, 'io.statefun.playground/ingress', 8090, reading),
  });
}

function serving(
  raw: RawComponent,
  fields: Fields,
  defaultId: string,
  defaultPort: number | null,
  reading: Reading,
) {
  const nth = (reading.counts.get(raw.kind) ?? 0) + 1;
  reading.counts.set(raw.kind, nth);
  const id = nth === 1 ? defaultId : `${defaultId}-${nth}`;
  if (!fields.has('id')) reading.facts.ingressIds.push({ at: raw.at, shown: `\`${id}\``, id });
  return {
    line: raw.at.line,
    id: fields.optional('id', id, ingressId),
    ...listening(fields, defaultPort, reading),
    maxBodyBytes: fields.optional('maxBodyBytes', bodyBytesDefault, integer(1, 512 * 2 ** 20)),
    idempotency: fields.optional('idempotency', defaultIdempotency, idempotency),
  };
}

const defaultIdempotency: IdempotencySpec = { ttlMs: 86_400_000, maxKeys: 100_000 };

const idempotency: Read<IdempotencySpec> = (node, what, reading) => {
  const map = mapping(node, what, reading);
  if (map === undefined) return undefined;
  const fields = new Fields(map, what, ['ttl', 'maxKeys'], reading);
  return whole<IdempotencySpec>({
    ttlMs: fields.optional('ttl', defaultIdempotency.ttlMs, durationMs),
    maxKeys: fields.optional('maxKeys', defaultIdempotency.maxKeys, integer(1, 10_000_000)),
  });
};
