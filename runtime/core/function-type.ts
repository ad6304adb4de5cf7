import type { StateSlot, StateSpec } from '#protocol/messages.ts';
import type { ActiveAddress } from './address.ts';
import type { Lane } from './lane.ts';
import { StateTable } from './state-table.ts';
import type { Arena } from './arena.ts';

/** How many states one function type may declare. */
export const statesMax = 1024;

/** One state of one function type, with the values of all its addresses. */
export class Column {
  readonly number: number;
  readonly name: string;
  readonly table: StateTable;
  typename: string;
  expiration: StateSpec['expiration'];
  expireAfterMs: number;
  /** Declared in this life of the runtime. */
  registered = false;

  constructor(number: number, spec: StateSpec, arena: Arena) {
    this.number = number;
    this.name = spec.name;
    this.table = new StateTable(arena);
    this.typename = spec.typename;
    this.expiration = spec.expiration;
    this.expireAfterMs = spec.expireAfterMs;
  }
}

/** A state as it is sent; reused for every request of its function type. */
export interface StateView extends StateSlot {
  typename: string;
  present: boolean;
  body: Uint8Array;
  start: number;
  end: number;
}

/** Everything the engine knows of one function type. */
export class FunctionType {
  /** `namespace/name`. */
  readonly name: string;
  /** What the log calls it. */
  readonly number: number;
  readonly lane: Lane;
  /** Addresses with messages, a request in flight, or parked; others are only state. */
  readonly active = new Map<string, ActiveAddress>();
  /** All columns that hold or held values, by state name; survives restarts. */
  readonly columns = new Map<string, Column>();
  /**
   * What the function declared in this life of the runtime, in order: only these are sent. It is
   * rebuilt from the function's own answers, so that a new image may change an expiry.
   */
  readonly registered: Column[] = [];
  readonly views: StateView[] = [];
  /**
   * Until one request of the type is answered with effects it goes alone: after a restart, or
   * with a new image, a thousand addresses would otherwise ask the same question at once.
   */
  settled = false;
  probing = false;
  /** Monotonic milliseconds at which the last one went alone. */
  probedAtMs = 0;
  readonly waiting: ActiveAddress[] = [];
  readonly counts = {
    invocations: 0,
    batches: 0,
    messagesIn: 0,
    messagesOut: 0,
    egressRecords: 0,
    failures: 0,
    handshakes: 0,
    parked: 0,
    /** Messages that left as dead letters by policy. */
    deadLetters: 0,
    mailbox: 0,
    inFlight: 0,
  };

  constructor(name: string, number: number, lane: Lane) {
    this.name = name;
    this.number = number;
    this.lane = lane;
  }

  /** The column's type has changed: what is sent must say so. */
  viewAs(column: Column): void {
    const i = this.registered.indexOf(column);
    if (i >= 0) (this.views[i] as StateView).typename = column.typename;
  }

  /** Adds a column to what is sent from now on. */
  register(column: Column): void {
    column.registered = true;
    this.registered.push(column);
    this.views.push({
      name: column.name,
      typename: column.typename,
      present: false,
      body: noBytes,
      start: 0,
      end: 0,
    });
  }
}

const noBytes = new Uint8Array(0);
