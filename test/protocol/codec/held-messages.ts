import type {
  Address,
  DecodedBatch,
  DecodedReply,
  FunctionReply,
  ValueSlice,
} from '#protocol/messages.ts';

/** A value with its bytes as a latin1 string, so that messages can be compared. */
export interface HeldValue {
  readonly typename: string;
  readonly value: string;
}

function heldValue(slice: ValueSlice): HeldValue {
  return {
    typename: slice.typename,
    value: slice.body.toString('latin1', slice.start, slice.end),
  };
}

export function heldReply(reply: DecodedReply): FunctionReply<HeldValue> {
  if (reply.kind === 'incomplete') return reply;
  return {
    kind: 'effects',
    mutations: reply.mutations.map(({ name, value }) => ({
      name,
      value: value === null ? null : heldValue(value),
    })),
    messages: reply.messages.map(({ target, value }) => ({ target, value: heldValue(value) })),
    delayed: reply.delayed.map((one) =>
      one.cancel ? one : { ...one, value: heldValue(one.value) },
    ),
    egress: reply.egress.map(({ id, value }) => ({ id, value: heldValue(value) })),
  };
}

export interface HeldBatch {
  readonly target: Address;
  readonly states: readonly { readonly name: string; readonly value: HeldValue | null }[];
  readonly invocations: readonly {
    readonly caller: Address | null;
    readonly argument: HeldValue;
  }[];
}

export function heldBatch(batch: DecodedBatch): HeldBatch {
  return {
    target: batch.target,
    states: batch.states.map(({ name, value }) => ({
      name,
      value: value === null ? null : heldValue(value),
    })),
    invocations: batch.invocations.map(({ caller, argument }) => ({
      caller,
      argument: heldValue(argument),
    })),
  };
}
