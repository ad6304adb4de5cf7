import type { StateSpec } from '#protocol/messages.ts';
import { family, globalGroup } from '../ports/cut.ts';
import { Arena } from './arena.ts';
import { coreErrors } from './errors.ts';
import { Column, FunctionType, statesMax } from './function-type.ts';
import type { Lane } from './lane.ts';
import type { Log } from './log.ts';

/** How many function types one runtime keeps. */
const typesMax = 4096;

/** What a number in the log stands for. */
export type Name =
  | { readonly kind: 'type'; readonly name: string }
  | { readonly kind: 'column'; readonly type: number; readonly name: string; typename: string }
  | { readonly kind: 'egress' | 'ingress'; readonly name: string };

/**
 * Everything that has a name, and the numbers that the log calls it by. A name is written once,
 * before its first use; numbers are never given out again.
 */
export class Registry {
  readonly types = new Map<string, FunctionType>();
  readonly arena = new Arena();
  readonly #log: Log;
  readonly #laneOf: (functionType: string) => Lane | null;
  readonly #numbers = new Map<string, number>();
  #next = 1;

  constructor(log: Log, laneOf: (functionType: string) => Lane | null) {
    this.#log = log;
    this.#laneOf = laneOf;
  }

  /** The function type, or null if nothing serves it. Throws TOO_MANY_TYPES. */
  type(name: string): FunctionType | null {
    const known = this.types.get(name);
    if (known !== undefined) return known;
    const lane = isTypeName(name) ? this.#laneOf(name) : null;
    if (lane === null) return null;
    if (this.types.size >= typesMax) {
      throw coreErrors.TOO_MANY_TYPES(
        `${name} would be function type number ${typesMax + 1} of this runtime`,
      );
    }
    const type = new FunctionType(name, this.numberOf('type', name), lane);
    this.types.set(name, type);
    return type;
  }

  /** The number of a name, which is written to the log if it is new. */
  numberOf(kind: 'type' | 'egress' | 'ingress', name: string): number {
    const known = this.#numbers.get(`${kind} ${name}`);
    if (known !== undefined) return known;
    const number = this.#next++;
    this.#numbers.set(`${kind} ${name}`, number);
    this.#write(number, { kind, name });
    return number;
  }

  /**
   * Makes a declared state known for the rest of this life, keeping what is stored under its name.
   * False if it is known already. Throws STATE_TYPE if other bytes are stored there.
   */
  register(type: FunctionType, spec: StateSpec): boolean {
    let column = type.columns.get(spec.name);
    if (column !== undefined && column.typename !== spec.typename) {
      if (column.table.size > 0) {
        throw coreErrors.STATE_TYPE(
          `state ${spec.name} of ${type.name} is declared as ${spec.typename}, ` +
            `but ${column.table.size} values are stored as ${column.typename}`,
        );
      }
      column.typename = spec.typename;
      this.#writeColumn(type, column);
      type.viewAs(column);
    }
    if (column?.registered === true) return false;
    if (type.registered.length >= statesMax) {
      throw coreErrors.TOO_MANY_STATES(`${type.name} declares more than ${statesMax} states`);
    }
    if (column === undefined) {
      column = new Column(this.#next++, spec, this.arena);
      type.columns.set(spec.name, column);
      this.#writeColumn(type, column);
    }
    column.expiration = spec.expiration;
    column.expireAfterMs = spec.expireAfterMs;
    type.register(column);
    return true;
  }

  /** Takes a name of the recovered cut; null if the module has nothing for it any more. */
  restore(number: number, name: Name): FunctionType | Column | null {
    this.#next = Math.max(this.#next, number + 1);
    if (name.kind === 'column') return this.#restoreColumn(number, name);
    this.#numbers.set(`${name.kind} ${name.name}`, number);
    if (name.kind !== 'type') return null;
    const lane = this.#laneOf(name.name);
    if (lane === null) return null;
    const type = new FunctionType(name.name, number, lane);
    this.types.set(name.name, type);
    return type;
  }

  #restoreColumn(number: number, name: Name & { kind: 'column' }): Column | null {
    for (const type of this.types.values()) {
      if (type.number !== name.type) continue;
      const spec = { ...name, expiration: 'none', expireAfterMs: 0 } as const;
      const column = type.columns.get(name.name) ?? new Column(number, spec, this.arena);
      column.typename = name.typename;
      type.columns.set(name.name, column);
      return column;
    }
    return null;
  }

  #writeColumn(type: FunctionType, column: Column): void {
    const { name, typename } = column;
    this.#write(column.number, { kind: 'column', type: type.number, name, typename });
  }

  #write(number: number, name: Name): void {
    const text = Buffer.from(JSON.stringify(name));
    this.#log.begin(family.name, globalGroup, 4, text.length);
    text.copy(this.#log.chunk, this.#log.chunk.writeUInt32LE(number, this.#log.cursor));
  }
}

/**
 * A pattern of the module serves whatever a sender calls a type: a name needs both of its parts
 * (the decoder gives `/` where there was no target), and no space, which ends it in keys.
 */
function isTypeName(name: string): boolean {
  const slash = name.lastIndexOf('/');
  return slash > 0 && slash < name.length - 1 && !name.includes(' ');
}
