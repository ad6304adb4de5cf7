import { keyGroups } from '../ports/cut.ts';
import { groupOfHash, hashId } from '../ports/key-group.ts';
import type { Parking } from './address.ts';
import type { Engine } from './engine.ts';
import type { FunctionType } from './function-type.ts';

/** What people ask the engine; every answer is a copy. */
export interface AddressPicture {
  readonly type: string;
  readonly id: string;
  readonly states: readonly {
    readonly name: string;
    readonly typename: string;
    readonly value: Buffer;
  }[];
  /** Undelivered messages, those in flight included. */
  readonly mailbox: number;
  /** Delayed messages that it sent. */
  readonly delayed: number;
  readonly parking: Parking | null;
}

/** The live picture of one address, or null if it was never seen. Expired values are not shown. */
export function inspectAddress(
  engine: Engine,
  typeName: string,
  id: string,
  nowMs: number,
): AddressPicture | null {
  const type = engine.registry.types.get(typeName);
  if (type === undefined) return null;
  const hash = hashId(id);
  const states = [];
  for (const column of type.columns.values()) {
    if (!column.table.find(id, hash)) continue;
    const { page, valueStart, valueEnd, expiresAtMs } = column.table.entry;
    if (expiresAtMs <= nowMs) continue;
    const value = Buffer.from(page.bytes.subarray(valueStart, valueEnd));
    states.push({ name: column.name, typename: column.typename, value });
  }
  const active = type.active.get(id);
  const delayed = engine.delayed.countOf({ type: typeName, id });
  if (states.length === 0 && active === undefined && delayed === 0) return null;
  return {
    type: typeName,
    id,
    states,
    mailbox: active?.count ?? 0,
    delayed,
    parking: active?.parking ?? null,
  };
}

/**
 * Ids of a function type that have state or messages: by key group, then by code units, beginning
 * behind `after`. Stable while addresses come and go, and the work is that of a key group or two.
 */
export function listAddresses(type: FunctionType, after: string | null, limit: number): string[] {
  const found: string[] = [];
  const first = after === null ? 0 : groupOfHash(hashId(after));
  for (let group = first; group < keyGroups && found.length < limit; group++) {
    const ids = new Set<string>();
    for (const column of type.columns.values()) {
      for (const id of column.table.idsOf(group)) ids.add(id);
    }
    for (const address of type.active.values()) {
      if (address.group === group) ids.add(address.id);
    }
    for (const id of [...ids].sort()) {
      if (group === first && after !== null && id <= after) continue;
      if (found.length === limit) break;
      found.push(id);
    }
  }
  return found;
}
