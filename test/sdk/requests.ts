import { encodeInvocationBatch } from '#protocol/codec/invocation-batch.ts';
import type { Address, InvocationNode, StateSlot } from '#protocol/messages.ts';
import type { ValueType } from '#sdk/index.ts';

export interface SentMessage {
  readonly type: ValueType<unknown>;
  readonly value: unknown;
  readonly caller?: Address;
}

export function encoded(type: ValueType<unknown>, value: unknown): Buffer {
  const raw = type.encode(value);
  return typeof raw === 'string' ? Buffer.from(raw, 'latin1') : Buffer.from(raw);
}

/** A state as a request carries it; undefined: registered and empty. */
export function slot(name: string, type: ValueType<unknown>, value?: unknown): StateSlot {
  const body = value === undefined ? Buffer.alloc(0) : encoded(type, value);
  const present = value !== undefined;
  return { name, typename: type.typename, present, body, start: 0, end: body.length };
}

/** A request as a runtime sends it. */
export function request(
  target: Address,
  states: readonly StateSlot[],
  messages: readonly SentMessage[],
) {
  let first: InvocationNode | null = null;
  for (const { type, value, caller = null } of messages.toReversed()) {
    first = { caller, typename: type.typename, value: encoded(type, value), next: first };
  }
  return encodeInvocationBatch({
    target,
    states,
    stateCount: states.length,
    first: first as InvocationNode,
    count: messages.length,
  });
}
