import { coreErrors } from '../core/errors.ts';
import type { ActiveAddress } from '../core/address.ts';
import type { Engine } from '../core/engine.ts';
import { adminErrors } from './errors.ts';

/** `GET /parked`: one entry per parked address. */
export function listParked(engine: Engine): object[] {
  return [...engine.parked].map((address) => {
    const { code, reason, since, lastReply } = address.parking ?? {};
    return {
      address: `${address.type}/${address.id}`,
      code,
      reason,
      since: new Date(since ?? 0).toISOString(),
      messages: address.count,
      ...(lastReply === undefined ? {} : { lastReply }),
    };
  });
}

/** Lets a parked address try again with whatever image answers now. */
export function retryParked(engine: Engine, type: string, id: string): object {
  const address = parkedAddress(engine, type, id);
  engine.parked.retry(address);
  engine.changes++;
  return { address: `${type}/${id}`, messages: address.count };
}

/** Drops the message that failed; the rest goes on. */
export function dropParked(engine: Engine, type: string, id: string): object {
  const dropped = engine.parked.drop(parkedAddress(engine, type, id));
  engine.changes++;
  engine.relieve();
  return { address: `${type}/${id}`, dropped: dropped === null ? 0 : 1 };
}

/**
 * Moves the message that failed to an egress, as a record of the same type and bytes, in one step:
 * the egress gets it exactly once.
 */
export function deadLetterParked(
  engine: Engine,
  type: string,
  id: string,
  egressId: string | undefined,
): object {
  const address = parkedAddress(engine, type, id);
  const egress = engine.egresses.get(egressId ?? '');
  if (egress === undefined) {
    const known = [...engine.egresses.keys()].join(', ');
    throw adminErrors.BAD_REQUEST(
      `egress must name an egress of the module: ${known === '' ? 'there is none' : known}`,
    );
  }
  const first = address.first;
  if (first !== null) {
    const value = Buffer.from(first.value, 'latin1');
    egress.append(engine.log, first.typename, value, 0, value.length);
  }
  const dropped = engine.parked.drop(address);
  engine.changes++;
  engine.relieve();
  return { address: `${type}/${id}`, deadLettered: dropped === null ? 0 : 1, egress: egress.id };
}

function parkedAddress(engine: Engine, type: string, id: string): ActiveAddress {
  const address = engine.registry.types.get(type)?.active.get(id);
  if (address === undefined || address.parking === null) {
    throw coreErrors.NOT_PARKED(`${type}/${id} is not parked`);
  }
  return address;
}
