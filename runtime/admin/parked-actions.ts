import { WeirError } from '#protocol/errors.ts';
import { coreErrors } from '../core/errors.ts';
import type { ActiveAddress } from '../core/address.ts';
import type { Engine } from '../core/engine.ts';
import type { PendingEgress } from '../core/pending-egress.ts';
import { adminErrors } from './errors.ts';
import type {
  DeadLettered,
  Dropped,
  Failure,
  PageDone,
  ParkedAddress,
  Retried,
} from './parked-shapes.ts';

/**
 * `GET /parked`: one entry per parked address, at most `limit`. The next page begins `after` the
 * number of the last one.
 */
export function listParked(engine: Engine, after: number, limit: number): ParkedAddress[] {
  return [...engine.parked.list(after).take(limit)].flatMap(([address, number]) => {
    if (address.parking === null) return [];
    const { code, reason, since, lastReply } = address.parking;
    return {
      number,
      address: `${address.type}/${address.id}`,
      code,
      reason,
      since: new Date(since).toISOString(),
      messages: address.count,
      ...(lastReply === undefined ? {} : { lastReply }),
    };
  });
}

/** Lets a parked address try again with whatever image answers now. */
export function retryParked(engine: Engine, type: string, id: string): Retried {
  const address = parkedAddress(engine, type, id);
  engine.parked.retry(address);
  engine.changes++;
  return { address: `${type}/${id}`, messages: address.count };
}

/** Drops the message that failed; the rest goes on. */
export function dropParked(engine: Engine, type: string, id: string): Dropped {
  const dropped = engine.parked.drop(parkedAddress(engine, type, id));
  engine.changes++;
  engine.relieve();
  return { address: `${type}/${id}`, dropped: dropped === null ? 0 : 1 };
}

/**
 * Moves the message that failed to an egress, as a record of the same type and bytes, in one step:
 * the egress gets it exactly once. A Kafka egress needs a topic. Throws BAD_REQUEST if it is not
 * clear which egress is meant, and UNFIT_RECORD, with nothing changed, if that one could never
 * publish it.
 */
export function deadLetterParked(
  engine: Engine,
  type: string,
  id: string,
  to: { readonly egress: string | undefined; readonly topic: string | undefined },
): DeadLettered {
  const address = parkedAddress(engine, type, id);
  const egress = deadLetterEgress(engine, to.egress);
  const first = address.first;
  if (first !== null) {
    const letter = { key: id, typename: first.typename, value: Buffer.from(first.value, 'latin1') };
    const target = { egress: egress.id, topic: to.topic ?? null };
    const why = engine.deadLetters.put(target, letter);
    if (why !== null) throw adminErrors.UNFIT_RECORD(`the message of ${type}/${id}: ${why}`);
  }
  const dropped = engine.parked.drop(address);
  engine.changes++;
  engine.relieve();
  return { address: `${type}/${id}`, deadLettered: dropped === null ? 0 : 1, egress: egress.id };
}

const failuresShown = 100;

/** Which parked addresses one call is for. */
export interface ParkedPage {
  readonly type: string | undefined;
  /** Numbers of parkings: those after this one, */
  readonly after: number;
  /** up to this one: else what parks again at once would be taken again, for ever. */
  readonly upTo: number;
  readonly limit: number;
}

/**
 * Does the same to a page of parked addresses. One that can't be done stays as it is, and hinders
 * no other: `next`, if there are more, leads on after it.
 */
export function actOnParked(
  engine: Engine,
  { type, after, upTo, limit }: ParkedPage,
  act: (type: string, id: string) => object,
): PageDone {
  const isMeant = ([address, number]: readonly [ActiveAddress, number]): boolean =>
    number <= upTo && (type === undefined || address.type === type);
  const all = [...engine.parked.list(after).filter(isMeant)];
  const page = all.slice(0, limit);
  const failed: Failure[] = [];
  let failures = 0;
  for (const [address] of page) {
    try {
      act(address.type, address.id);
    } catch (error) {
      if (!(error instanceof WeirError)) throw error;
      failures++;
      const { code, message } = error;
      if (failed.length < failuresShown) {
        failed.push({ address: `${address.type}/${address.id}`, code, message });
      }
    }
  }
  const remaining = all.length - page.length;
  const next = remaining > 0 ? { next: { after: page.at(-1)?.[1] ?? after, upTo } } : {};
  return { done: page.length - failures, failures, failed, remaining, ...next };
}

/** The one that is named; else the one that is called so (`ns/dead-letters`), or the only one. */
function deadLetterEgress(engine: Engine, egressId: string | undefined): PendingEgress {
  const all = [...engine.egresses.values()];
  if (egressId !== undefined) {
    const named = engine.egresses.get(egressId);
    if (named !== undefined) return named;
    throw adminErrors.BAD_REQUEST(`egress ${egressId} is none of the module: ${namesOf(all)}`);
  }
  const called = all.filter(({ id }) => /\/dead-?letters?$/.test(id));
  const found = called.length > 0 ? called : all;
  if (found.length === 1) return found[0] as PendingEgress;
  throw adminErrors.BAD_REQUEST(`say which egress with ?egress=ns/name: ${namesOf(found)}`);
}

function namesOf(egresses: readonly PendingEgress[]): string {
  return egresses.length === 0 ? 'there is none' : egresses.map(({ id }) => id).join(', ');
}

function parkedAddress(engine: Engine, type: string, id: string): ActiveAddress {
  const address = engine.registry.types.get(type)?.active.get(id);
  if (address === undefined || address.parking === null) {
    throw coreErrors.NOT_PARKED(`${type}/${id} is not parked`);
  }
  return address;
}
