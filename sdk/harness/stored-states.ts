import type { Address, DecodedReply, StateSlot, StateSpec } from '#protocol/messages.ts';
import { sdkErrors } from '../errors.ts';

interface StoredState {
  readonly body: Buffer;
  /** Infinity if it never expires. */
  expiresAtMs: number;
}

type Mutations = Extract<DecodedReply, { kind: 'effects' }>['mutations'];
const nothing = Buffer.alloc(0);

/** The states of all addresses of one function type, as a runtime keeps them: registered, in bytes. */
export class StoredStates {
  readonly #functionType: string;
  readonly #specs = new Map<string, StateSpec>();
  readonly #addresses = new Map<string, Map<string, StoredState>>();

  constructor(functionType: string) {
    this.#functionType = functionType;
  }

  /** Registers what a function declared. Throws if nothing of it is new: it would go on for ever. */
  register(specs: readonly StateSpec[]): void {
    const before = this.#specs.size;
    for (const spec of specs) this.registerOne(spec);
    if (this.#specs.size === before) {
      throw sdkErrors.HARNESS(`${this.#functionType} asks again for states that it was sent`);
    }
  }

  /** Registers one state unless it is known. */
  registerOne(spec: StateSpec): void {
    if (!this.#specs.has(spec.name)) this.#specs.set(spec.name, spec);
  }

  /** All registered states of one instance, as a request carries them. */
  slots(id: string, nowMs: number): StateSlot[] {
    return [...this.#specs.values()].map((spec) => {
      const { name, typename } = spec;
      const stored = this.read(id, name, nowMs);
      if (stored === null)
        return { name, typename, present: false, body: nothing, start: 0, end: 0 };
      const start = 0;
      return { name, typename, present: true, body: stored, start, end: stored.length };
    });
  }

  /** An invocation counts as use for states that expire after it. */
  touch(id: string, nowMs: number): void {
    const states = this.#addresses.get(id);
    if (states === undefined) return;
    for (const [name, stored] of states) {
      const spec = this.#specs.get(name);
      const inTime = stored.expiresAtMs > nowMs;
      if (spec?.expiration === 'after-invoke' && inTime) {
        stored.expiresAtMs = nowMs + spec.expireAfterMs;
      }
    }
  }

  /** The bytes of a state, or null if there is none or it has expired. */
  read(id: string, name: string, nowMs: number): Buffer | null {
    const stored = this.#addresses.get(id)?.get(name);
    return stored === undefined || stored.expiresAtMs <= nowMs ? null : stored.body;
  }

  apply(address: Address, mutations: Mutations, nowMs: number): void {
    for (const { name, value } of mutations) {
      const spec = this.#specs.get(name);
      if (spec === undefined) {
        throw sdkErrors.HARNESS(`${address.type} changed the state "${name}", not registered`);
      }
      if (value !== null && value.typename !== spec.typename) {
        throw sdkErrors.STATE_TYPE(
          `${address.type}: "${name}" is of ${spec.typename}, not ${value.typename}`,
        );
      }
      this.write(address.id, name, value && value.body.subarray(value.start, value.end), nowMs);
    }
  }

  write(id: string, name: string, bytes: Uint8Array | null, nowMs: number): void {
    const states = this.#addresses.get(id) ?? new Map<string, StoredState>();
    this.#addresses.set(id, states);
    if (bytes === null) {
      states.delete(name);
      return;
    }
    const spec = this.#specs.get(name);
    const expires = spec !== undefined && spec.expiration !== 'none';
    const expiresAtMs = expires ? nowMs + spec.expireAfterMs : Infinity;
    states.set(name, { body: Buffer.from(bytes), expiresAtMs });
  }
}
