import { inspect } from 'node:util';
import type { Bytes, DecodedBatch, Effects, TypedValue, ValueSlice } from '#protocol/messages.ts';
import { messageOf } from '#protocol/errors.ts';
import type { DeclaredState, FunctionDefinition } from './define-function.ts';
import type { ValueType } from './value-type.ts';
import { sdkErrors } from './errors.ts';

const unread = 0;
const read = 1;
const written = 2;

type Mutations = Effects<TypedValue>['mutations'];
const noMutations: Mutations = [];

/** What a function needs to know of its states for every batch; made once. */
export interface StateLayout {
  readonly functionType: string;
  readonly states: readonly DeclaredState[];
  readonly indexOf: ReadonlyMap<string, number>;
}

export function layoutOf(definition: FunctionDefinition): StateLayout {
  const { type: functionType, states } = definition;
  return { functionType, states, indexOf: new Map(states.map((state, i) => [state.name, i])) };
}

/**
 * The stored values of a batch in the order of the declarations, or the declared states that the
 * runtime did not send. A stored value of another typename is an error: the answer's would be
 * refused by the runtime.
 */
export function locateStates(
  layout: StateLayout,
  sent: DecodedBatch['states'],
): { slots: (ValueSlice | null)[] | null; missing: DeclaredState[] } {
  const { states } = layout;
  const slots: (ValueSlice | null)[] = [];
  const missing: DeclaredState[] = [];
  for (let i = 0; i < states.length; i++) {
    const state = states[i] as DeclaredState;
    // Runtimes keep the order of registration, so the search is nearly always over at once.
    let entry = sent[i];
    if (entry?.name !== state.name) entry = sent.find(({ name }) => name === state.name);
    if (entry === undefined) missing.push(state);
    else slots.push(storedValue(layout, state, entry.value));
  }
  return { slots: missing.length === 0 ? slots : null, missing };
}

function storedValue(
  layout: StateLayout,
  state: DeclaredState,
  value: ValueSlice | null,
): ValueSlice | null {
  if (value === null || !value.hasValue) return null;
  if (value.typename !== state.typename) {
    throw sdkErrors.STATE_TYPE(
      `${layout.functionType}: the stored value of "${state.name}" has typename ` +
        `${value.typename}, but ${state.typename} is declared`,
    );
  }
  return value;
}

/**
 * The states of one address during one batch: each is decoded once, at its first use, and what a
 * handler makes of it is seen by the next message. Nothing is encoded before the end.
 */
export class StateCells {
  readonly layout: StateLayout;
  readonly #slots: readonly (ValueSlice | null)[];
  readonly #values: unknown[] = [];
  readonly #status: number[] = [];
  #ended = false;

  constructor(layout: StateLayout, slots: readonly (ValueSlice | null)[]) {
    this.layout = layout;
    this.#slots = slots;
    for (let i = 0; i < slots.length; i++) {
      this.#values.push(undefined);
      this.#status.push(unread);
    }
  }

  read(name: string): unknown {
    const index = this.#indexOf(name);
    if (this.#status[index] === unread) {
      this.#values[index] = this.#stored(index);
      this.#status[index] = read;
    }
    return this.#values[index];
  }

  write(name: string, value: unknown): void {
    const index = this.#indexOf(name);
    if (value !== undefined) this.#typeOf(index).check(value);
    this.#values[index] = value;
    this.#status[index] = written;
  }

  /** From here on each use is an error: what a handler left running can't take effect. */
  end(): void {
    this.#ended = true;
  }

  /**
   * What changed. A state that was only read counts as changed if its object was changed in
   * place, so that such a change is never lost.
   */
  mutations(): Mutations {
    let mutations: { name: string; value: TypedValue | null }[] | null = null;
    for (let i = 0; i < this.#status.length; i++) {
      const { name, typename } = this.layout.states[i] as DeclaredState;
      const bytes = this.#namedChangeOf(i, name);
      if (bytes === undefined) continue;
      mutations ??= [];
      mutations.push({ name, value: bytes === null ? null : { typename, value: bytes } });
    }
    return mutations ?? noMutations;
  }

  #namedChangeOf(index: number, name: string): Bytes | null | undefined {
    try {
      return this.#changeOf(index);
    } catch (error) {
      throw sdkErrors.VALUE(`the state "${name}": ${messageOf(error)}`, { cause: error });
    }
  }

  // Undefined: unchanged; null: removed.
  #changeOf(index: number): Bytes | null | undefined {
    const status = this.#status[index];
    if (status === unread) return undefined;
    const value = this.#values[index];
    const slot = this.#slots[index] ?? null;
    const type = this.#typeOf(index);
    if (status === written) {
      if (value === undefined) return slot === null ? undefined : null;
      return type.encode(value);
    }
    if (!type.mutable || slot === null || typeof value !== 'object' || value === null) {
      return undefined;
    }
    const bytes = type.encode(value);
    if (sameBytes(bytes, slot.body, slot.start, slot.end)) return undefined;
    // Another SDK, or an older validator, may have written the same value in other bytes.
    const original = type.encode(this.#stored(index));
    return sameBytes(bytes, toBuffer(original), 0, original.length) ? undefined : bytes;
  }

  #stored(index: number): unknown {
    const slot = this.#slots[index] ?? null;
    return slot === null ? undefined : this.#typeOf(index).decode(slot.body, slot.start, slot.end);
  }

  #typeOf(index: number): ValueType<unknown> {
    return (this.layout.states[index] as DeclaredState).valueType;
  }

  #indexOf(name: string): number {
    if (this.#ended) {
      throw sdkErrors.CONTEXT_ENDED(
        `${this.layout.functionType}: the state "${name}" was used after its handler had ended`,
      );
    }
    const index = this.layout.indexOf.get(name);
    if (index === undefined) throw unknownState(this.layout, name);
    return index;
  }

  /** What `console.log(ctx.state)` shows: called on the view, whose properties are the states. */
  [inspect.custom](this: object): object {
    return { ...this };
  }
}

function unknownState(layout: StateLayout, name: string): Error {
  const names = layout.states.map((state) => state.name).join(', ');
  return sdkErrors.STATE_UNKNOWN(
    `${layout.functionType} declares no state "${name}" (declared: ${names || 'none'})`,
  );
}

function sameBytes(bytes: Bytes, body: Buffer, start: number, end: number): boolean {
  if (bytes.length !== end - start) return false;
  return toBuffer(bytes).compare(body, start, end) === 0;
}

function toBuffer(bytes: Bytes): Buffer {
  if (typeof bytes === 'string') return Buffer.from(bytes, 'latin1');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * `ctx.state`: a view of the cells on which each property is one state. A proxy, since only a
 * proxy can answer a misspelt name with an error and `delete` with a removal.
 */
export function stateView(cells: StateCells): object {
  return new Proxy(cells, viewTraps);
}

// What `await`, JSON.stringify and others look for on any object: no misspelt state.
const foreignNames = Object.assign(Object.create(Object.prototype), {
  then: undefined,
  toJSON: undefined,
}) as Record<string, unknown>;

const viewTraps: ProxyHandler<StateCells> = {
  get(cells, name) {
    if (typeof name !== 'string') return undefined;
    return name in foreignNames && !cells.layout.indexOf.has(name)
      ? foreignNames[name]
      : cells.read(name);
  },
  set(cells, name, value) {
    cells.write(String(name), value);
    return true;
  },
  deleteProperty(cells, name) {
    cells.write(String(name), undefined);
    return true;
  },
  has(cells, name) {
    return cells.layout.indexOf.has(String(name)) && cells.read(String(name)) !== undefined;
  },
  ownKeys(cells) {
    const names = cells.layout.states.map((state) => state.name);
    return names.filter((name) => cells.read(name) !== undefined);
  },
  getOwnPropertyDescriptor(cells, name) {
    if (typeof name !== 'string' || !cells.layout.indexOf.has(name)) return undefined;
    const value = cells.read(name);
    if (value === undefined) return undefined;
    return { value, writable: true, enumerable: true, configurable: true };
  },
  defineProperty(cells, name, descriptor) {
    cells.write(String(name), descriptor.value);
    return true;
  },
  getPrototypeOf: () => Object.prototype,
  preventExtensions: () => false,
};
