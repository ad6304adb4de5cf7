import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { inspectAddress, listAddresses, type AddressPicture } from '../core/inspect.ts';
import { about } from './about-route.ts';
import { adminErrors } from './errors.ts';
import { recovered } from './readiness.ts';
import {
  addressParams,
  numberParameter,
  parameterOf,
  wholeNumber,
  type AddressParams,
} from './request.ts';
import type { RuntimeView } from './runtime-view.ts';
import { addressList, addressState, type AddressList, type AddressState } from './state-shapes.ts';
import { describeValue } from './value-text.ts';

const pageOfAddresses = { min: 1, max: 1000, otherwise: 100 };

const aboutState = about({
  id: 'getState',
  tag: 'state',
  summary: 'What an address holds.',
  details:
    'Live values by default. The committed ones are read from the store: that may take a while ' +
    'with a large state, holds up nothing, and works on a standby.',
  params: addressParams,
  query: z.object({
    at: z
      .literal('committed')
      .optional()
      .describe('For what the last committed cut holds instead of the live values.'),
  }),
  answers: { 200: { says: 'States, waiting messages, and why it is parked.', body: addressState } },
  errors: [
    adminErrors.code('BAD_REQUEST'),
    adminErrors.code('UNKNOWN_ADDRESS'),
    adminErrors.code('NOT_READY'),
  ],
});

const aboutAddresses = about({
  id: 'listAddresses',
  tag: 'state',
  summary: 'Ids of a function type, page by page.',
  details:
    'Those that have state or messages. The order is stable: an address that is there from the ' +
    'first page to the last is listed once, whatever comes and goes.',
  query: z.object({
    type: z.string().describe('The function type, `ns/name`.'),
    after: z.string().optional().describe('What the answer with the page before has as `after`.'),
    limit: numberParameter(pageOfAddresses).describe('Ids of one page.'),
  }),
  answers: { 200: { says: 'A page.', body: addressList } },
  errors: [
    adminErrors.code('BAD_REQUEST'),
    adminErrors.code('UNKNOWN_TYPE'),
    adminErrors.code('NOT_READY'),
  ],
});

/** `GET /state/<ns>/<type>/<id>` and `GET /addresses`. */
export function stateRoutes(server: FastifyInstance, view: RuntimeView): void {
  server.get<{ Params: AddressParams }>('/state/:ns/:type/:id', aboutState, async (request) => {
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
  server.get('/addresses', aboutAddresses, async (request): Promise<AddressList> => {
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
    const last = ids.at(-1);
    const next = ids.length === limit && last !== undefined ? { after: last } : {};
    return { type: name, ids, ...next };
  });
}

function textOf({ type, id, states, mailbox, delayed, parking }: AddressPicture): AddressState {
  // Without a prototype: a state may be called `__proto__`.
  const values = Object.create(null) as AddressState['states'];
  for (const { name, typename, value } of states) values[name] = describeValue(typename, value);
  const parked =
    parking === null ? null : { ...parking, since: new Date(parking.since).toISOString() };
  return { address: `${type}/${id}`, states: values, mailbox, delayed, parked };
}
