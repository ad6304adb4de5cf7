import type { FastifyInstance } from 'fastify';
import { inspectAddress, listAddresses, type AddressPicture } from '../core/inspect.ts';
import { adminErrors } from './errors.ts';
import { recovered } from './readiness.ts';
import { parameterOf, wholeNumber, type AddressParams } from './request.ts';
import type { RuntimeView } from './runtime-view.ts';
import { describeValue } from './value-text.ts';

const pageOfAddresses = { min: 1, max: 1000, otherwise: 100 };

/** `GET /state/<ns>/<type>/<id>` and `GET /addresses`. */
export function stateRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get<{ Params: AddressParams }>('/state/:ns/:type/:id', async (request) => {
    const { ns, type: name, id } = request.params;
    const type = `${ns}/${name}`;
    const at = parameterOf(request, 'at');
    if (at !== undefined && at !== 'committed') {
      throw adminErrors.BAD_REQUEST('at is `committed`, or left out for the live values');
    }
    if (at === 'committed') {
      const picture = await view.committed(type, id);
      if (picture !== null) return textOf(picture);
      throw adminErrors.UNKNOWN_ADDRESS(`${type}/${id} is not in the last committed cut`);
    }
    recovered(view);
    const picture = inspectAddress(view.engine, type, id, view.clock.now());
    if (picture !== null) return textOf(picture);
    throw adminErrors.UNKNOWN_ADDRESS(`${type}/${id} was never seen`);
  });
  server.get('/addresses', async (request) => {
    const name = parameterOf(request, 'type');
    if (name === undefined) throw adminErrors.BAD_REQUEST('the parameter type is missing');
    const limit = wholeNumber(request, 'limit', pageOfAddresses);
    const after = parameterOf(request, 'after') ?? null;
    recovered(view);
    const type = view.engine.registry.types.get(name);
    if (type === undefined) {
      if (view.serves(name)) return { type: name, ids: [] };
      throw adminErrors.UNKNOWN_TYPE(`nothing in the module serves ${name}`);
    }
    const ids = listAddresses(type, after, limit);
    const next = ids.length === limit ? { after: ids.at(-1) } : {};
    return { type: name, ids, ...next };
  });
}

function textOf({ type, id, states, mailbox, delayed, parking }: AddressPicture): object {
  // Without a prototype: a state may be called `__proto__`.
  const values = Object.create(null) as Record<string, unknown>;
  for (const { name, typename, value } of states) values[name] = describeValue(typename, value);
  const parked =
    parking === null ? null : { ...parking, since: new Date(parking.since).toISOString() };
  return { address: `${type}/${id}`, states: values, mailbox, delayed, parked };
}
