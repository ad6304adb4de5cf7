import { messageOf, WeirError } from '#protocol/errors.ts';
import type {
  Address,
  DelayedCancel,
  DelayedSend,
  Effects,
  ValueSlice,
} from '#protocol/messages.ts';
import { callerType } from '../ports/ingress.ts';
import type { ActiveAddress } from './address.ts';
import type { DelayedMessages } from './delayed.ts';
import type { EgressTarget } from './engine-options.ts';
import { coreErrors } from './errors.ts';
import type { Registry } from './registry.ts';
import { checkId } from './ids.ts';

type Delayed = DelayedSend<ValueSlice> | DelayedCancel;

/**
 * Looks at every effect of a reply before any is applied (E2): a reply that can't be applied as a
 * whole is not applied at all, and its address parks with the answer.
 */
export class EffectsCheck {
  readonly #registry: Registry;
  readonly #delayed: DelayedMessages;
  readonly #egresses: ReadonlyMap<string, EgressTarget>;

  constructor(
    registry: Registry,
    delayed: DelayedMessages,
    egresses: ReadonlyMap<string, EgressTarget>,
  ) {
    this.#registry = registry;
    this.#delayed = delayed;
    this.#egresses = egresses;
  }

  /** What can't be applied, or null. */
  problem(address: ActiveAddress, effects: Effects<ValueSlice>): WeirError | null {
    try {
      for (const { target, value } of effects.messages) {
        this.#target(target.type, target.id);
        if (!value.hasValue || value.typename === '') throw noValue('a message', target);
      }
      if (effects.delayed.length > 0) this.#delayedSends(address, effects.delayed);
      for (const { id, value } of effects.egress) this.#egress(id, value);
      for (const { name, value } of effects.mutations) this.#mutation(address, name, value);
      return null;
    } catch (error) {
      if (error instanceof WeirError) return error;
      throw error;
    }
  }

  #target(type: string, id: string): void {
    if (type !== callerType && this.#registry.type(type) === null) {
      throw coreErrors.UNKNOWN_FUNCTION(`a message is for ${type}, which no endpoint serves`);
    }
    checkId(id);
  }

  #delayedSends(address: ActiveAddress, list: readonly Delayed[]): void {
    // Cancelled and sent again within one reply is fine, so the list is played through.
    const changed = new Map<string, boolean>();
    for (const entry of list) {
      if (entry.cancel) {
        if (entry.token === '') {
          throw coreErrors.BAD_TOKEN('a cancellation of a delayed message has an empty token');
        }
        changed.set(entry.token, false);
        continue;
      }
      this.#delayedSend(entry);
      if (entry.token === '') continue;
      if (changed.get(entry.token) ?? this.#delayed.holdsToken(address, entry.token)) {
        throw coreErrors.DUPLICATE_TOKEN(
          `the cancellation token ${JSON.stringify(entry.token)} belongs to a delayed message ` +
            'that is still to come',
        );
      }
      changed.set(entry.token, true);
    }
  }

  #delayedSend({ target, value, delayMs }: DelayedSend<ValueSlice>): void {
    if (target.type === callerType) {
      throw coreErrors.DELAYED_REPLY(`a delayed message is for the waiting caller ${target.id}`);
    }
    this.#target(target.type, target.id);
    if (!(delayMs >= 0)) {
      throw coreErrors.NEGATIVE_DELAY(
        `a delayed message for ${target.type}/${target.id} has a delay of ${delayMs} ms`,
      );
    }
    if (!value.hasValue || value.typename === '') throw noValue('a delayed message', target);
  }

  #egress(id: string, value: ValueSlice): void {
    const egress = this.#egresses.get(id);
    if (egress === undefined) {
      throw coreErrors.UNKNOWN_EGRESS(`a record is for the egress ${id}, which the module lacks`);
    }
    if (!value.hasValue || value.typename === '') {
      throw coreErrors.MISSING_VALUE(`a record for the egress ${id} has no typed value`);
    }
    try {
      egress.validate?.(value.typename, value.body, value.start, value.end);
    } catch (error) {
      if (error instanceof WeirError) throw error;
      // Thrown on, it would end the runtime again after every restart: one address, not all (E8).
      throw coreErrors.BAD_RECORD(`the egress ${id}: ${messageOf(error)}`, { cause: error });
    }
  }

  #mutation(address: ActiveAddress, name: string, value: ValueSlice | null): void {
    const column = address.functionType.columns.get(name);
    if (column === undefined || !column.registered) {
      throw coreErrors.UNKNOWN_STATE(`the state ${name} was changed but never declared`);
    }
    // `hasValue` is ignored here, as in StateFun: the typename alone tells a value from none.
    if (value !== null && value.typename !== column.typename) {
      throw coreErrors.STATE_TYPE(
        `the state ${name} is declared as ${column.typename} but was written as ${value.typename}`,
      );
    }
  }
}

function noValue(what: string, target: Address): WeirError {
  return coreErrors.MISSING_VALUE(`${what} for ${target.type}/${target.id} has no typed value`);
}
