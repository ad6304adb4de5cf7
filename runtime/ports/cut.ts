/**
 * A cut (E3): what changed since the cut before it, as a log of records. Applied in order to all
 * earlier cuts, it gives one consistent picture of everything.
 *
 * Record layout, little endian:
 *
 *     0        4      5       6         8          8+keyBytes        length
 *     | length | kind | group | keyBytes| key …    | payload …       |
 *       u32      u8     u8      u16
 *
 * `length` counts the whole record. `kind` is a family (low seven bits), with `removed` set when
 * the record removes its key (no payload then). Two records with the same family and key are about
 * the same thing, and the later one counts: that is all that compaction needs to know.
 * `group` is the key group, 0 to 127, or `globalGroup`; it is a function of the key's owner, so
 * all records of one family and key carry the same one. Within a log, global records that others
 * refer to (names) come before their first use.
 */
export const recordHeaderBytes = 8;
export const keyGroups = 128;
export const globalGroup = 255;

/** Set in `kind` when the record removes its key. */
export const removed = 0x80;

export const family = {
  /** A record that a later one in the same log replaced: skip it. */
  void: 0,
  /** key: u32 number; payload: what the number stands for. Never removed. */
  name: 1,
  /** key: u32 column number, id; payload: expiry and value. */
  state: 2,
  /** key: f64 uid. An undelivered message, in flight or not; delivery order is uid order. */
  message: 3,
  /** key: f64 uid. A delayed message. */
  delayed: 4,
  /** key: u32 egress number, f64 first sequence number; payload: packed pending records. */
  egress: 5,
  /** key: u32 egress number; payload: what is published. */
  published: 6,
  /** key: u32 ingress number, partition; payload: f64 offset, or NaN and a text. */
  position: 7,
  /** key: idempotency key with its scope. */
  idempotency: 8,
  /** key: u32 function type number, id; payload: why the address is parked. */
  parked: 9,
  /** key: none; payload: the engine's counters. */
  counters: 10,
} as const;

/** Part of a log: `bytes[0, length)` holds whole records. The buffer is owned and transferable. */
export interface LogChunk {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly length: number;
}

export interface Cut {
  /** 1, 2, 3, … in the life of one engine. */
  readonly number: number;
  readonly chunks: readonly LogChunk[];
  /** Sum of the chunks' lengths. */
  readonly bytes: number;
  readonly records: number;
}
