import { keyGroups } from '../ports/cut.ts';
import { hashId } from '../ports/key-group.ts';
import type { Engine } from './engine.ts';
import type { Column, FunctionType } from './function-type.ts';

/** Slots looked at per call: well under a millisecond. */
const slotsPerStep = 2000;

/**
 * Gives the memory of expired values back, a few slots at a time. Reads never return an expired
 * value anyway, and the expiry is in the value's record, so nothing needs to be logged. Addresses
 * that are active are left alone: their value may be with the function.
 */
export class ExpirySweep {
  readonly #engine: Engine;
  #place: { type: FunctionType; column: Column; group: number; slot: number } | null = null;
  #queue: { type: FunctionType; column: Column }[] = [];

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Looks at the next slots; returns how many values went. */
  step(nowMs: number): number {
    this.#place ??= this.#nextColumn();
    const place = this.#place;
    if (place === null) return 0;
    const found: string[] = [];
    const { type, column } = place;
    let left = slotsPerStep;
    while (left > 0 && place.group < keyGroups) {
      place.slot = column.table.expired(place.group, place.slot, left, nowMs, found);
      left -= 200;
      if (place.slot === 0) place.group++;
    }
    if (place.group === keyGroups) this.#place = null;
    let gone = 0;
    for (const id of found) {
      if (!type.active.has(id) && column.table.remove(id, hashId(id))) gone++;
    }
    return gone;
  }

  #nextColumn(): { type: FunctionType; column: Column; group: number; slot: number } | null {
    if (this.#queue.length === 0) {
      for (const type of this.#engine.registry.types.values()) {
        for (const column of type.columns.values()) {
          if (column.expiration !== 'none') this.#queue.push({ type, column });
        }
      }
    }
    const next = this.#queue.shift();
    return next === undefined ? null : { ...next, group: 0, slot: 0 };
  }
}
