import { family, removed } from '../ports/cut.ts';
import type { ActiveAddress } from './address.ts';
import type { Column, FunctionType } from './function-type.ts';
import type { Log } from './log.ts';
import { copyBytes } from './state-table.ts';

/** Payload of a state record before the value: expiry (f64), bytes of the value (u32). */
const valueHeaderBytes = 12;

/**
 * Reads and writes the state of one address, and keeps the log of the open cut in step: a value
 * that this cut holds already is overwritten there, so that a hot key does not fill it.
 */
export class States {
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /**
   * Points the type's views at the values of the address, as they are sent. An expired value is
   * never returned. Values that live on by being read (`after-invoke`) are refreshed. A new image
   * may declare another expiration than the one that a value was stored under: what it keeps for
   * ever does not expire any more, and what lives by being read begins to do so.
   */
  view(type: FunctionType, address: ActiveAddress, nowMs: () => number): void {
    const { registered, views } = type;
    for (let i = 0; i < registered.length; i++) {
      const column = registered[i] as Column;
      const view = views[i] as (typeof views)[number];
      const table = column.table;
      view.present = table.size > 0 && table.find(address.id, address.hash);
      if (!view.present) continue;
      if (table.entry.expiresAtMs !== Infinity || column.expiration === 'after-invoke') {
        const now = nowMs();
        if (table.entry.expiresAtMs <= now) {
          view.present = false;
          continue;
        }
        if (column.expiration !== 'after-write') {
          const lasts = column.expiration === 'none' ? Infinity : now + column.expireAfterMs;
          table.setExpiry(lasts);
          this.#write(column, address);
        }
      }
      const { page, valueStart, valueEnd } = table.entry;
      view.body = page.bytes;
      view.start = valueStart;
      view.end = valueEnd;
    }
  }

  put(
    column: Column,
    address: ActiveAddress,
    value: Uint8Array,
    start: number,
    end: number,
    nowMs: () => number,
  ): void {
    const expires = column.expiration === 'none' ? Infinity : nowMs() + column.expireAfterMs;
    column.table.put(address.id, address.hash, value, start, end, expires);
    this.#write(column, address);
  }

  remove(column: Column, address: ActiveAddress): void {
    const table = column.table;
    if (!table.find(address.id, address.hash)) return;
    if (table.loggedIn === this.#log.generation) this.#log.void(table.location);
    table.remove(address.id, address.hash);
    const idBytes = Buffer.byteLength(address.id);
    this.#log.begin(family.state | removed, address.group, 4 + idBytes, 0);
    this.#writeKey(column, address.id, idBytes);
  }

  /** Logs the value that the column's entry points at. */
  #write(column: Column, address: ActiveAddress): void {
    const table = column.table;
    const log = this.#log;
    const { page, valueStart, valueEnd, expiresAtMs } = table.entry;
    const valueBytes = valueEnd - valueStart;
    let capacity = valueBytes;
    if (table.loggedIn === log.generation) {
      const chunk = log.chunkAt(table.location);
      const at = log.offsetAt(table.location);
      const payload = at + 8 + (chunk[at + 6] as number) + (chunk[at + 7] as number) * 256;
      const end = at + chunk.readUInt32LE(at);
      if (payload + valueHeaderBytes + valueBytes <= end) {
        this.#writeValue(chunk, payload, page.bytes, valueStart, valueBytes, expiresAtMs);
        return;
      }
      log.void(table.location);
      // It grows: leave room, so that the next few versions can overwrite this one.
      capacity += (valueBytes >>> 2) + 16;
    }
    const idBytes = Buffer.byteLength(address.id);
    log.begin(family.state, address.group, 4 + idBytes, valueHeaderBytes + capacity);
    table.setLogged(log.mark, log.location);
    const at = this.#writeKey(column, address.id, idBytes);
    this.#writeValue(log.chunk, at, page.bytes, valueStart, valueBytes, expiresAtMs);
  }

  #writeKey(column: Column, id: string, idBytes: number): number {
    const at = this.#log.chunk.writeUInt32LE(column.number, this.#log.cursor);
    this.#log.chunk.utf8Write(id, at, idBytes);
    return at + idBytes;
  }

  #writeValue(
    chunk: Buffer,
    at: number,
    value: Uint8Array,
    start: number,
    valueBytes: number,
    expiresAtMs: number,
  ): void {
    chunk.writeDoubleLE(expiresAtMs, at);
    chunk.writeUInt32LE(valueBytes, at + 8);
    copyBytes(value, start, chunk, at + valueHeaderBytes, valueBytes);
  }
}
