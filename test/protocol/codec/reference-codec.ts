import { io } from '#protocol/generated/request-reply.js';
import type { ExpirationMode, FunctionReply } from '#protocol/messages.ts';
import type { HeldBatch, HeldValue } from './held-messages.ts';

/**
 * The same messages by the generated protobufjs module: the oracle of the hand-written codec, and
 * what its speed is compared with.
 */
const { reqreply } = io.statefun.sdk;

interface WireAddress {
  readonly namespace?: string | null;
  readonly type?: string | null;
  readonly id?: string | null;
}
interface WireValue {
  readonly typename?: string | null;
  readonly hasValue?: boolean | null;
  readonly value?: Uint8Array | null;
}

function wirePair(type: string): { namespace: string; type: string } {
  const slash = type.lastIndexOf('/');
  return { namespace: type.slice(0, slash), type: type.slice(slash + 1) };
}

function wireAddress(address: { readonly type: string; readonly id: string }) {
  return { ...wirePair(address.type), id: address.id };
}

function wireValue(value: HeldValue) {
  return { typename: value.typename, hasValue: true, value: Buffer.from(value.value, 'latin1') };
}

function heldAddress(address: WireAddress | null | undefined) {
  return {
    type: `${address?.namespace ?? ''}/${address?.type ?? ''}`,
    id: address?.id ?? '',
  };
}

function held(value: WireValue | null | undefined): HeldValue {
  return {
    typename: value?.typename ?? '',
    value: Buffer.from(value?.value ?? []).toString('latin1'),
  };
}

export function referenceEncodeBatch(batch: HeldBatch): Buffer {
  const message = {
    invocation: {
      target: wireAddress(batch.target),
      state: batch.states.map(({ name, value }) => ({
        stateName: name,
        ...(value === null ? {} : { stateValue: wireValue(value) }),
      })),
      invocations: batch.invocations.map(({ caller, argument }) => ({
        ...(caller === null ? {} : { caller: wireAddress(caller) }),
        argument: wireValue(argument),
      })),
    },
  };
  return Buffer.from(reqreply.ToFunction.encode(message).finish());
}

/** Null where the message is no request. */
export function referenceDecodeBatch(body: Uint8Array): HeldBatch | null {
  const { invocation } = reqreply.ToFunction.decode(body);
  if (!invocation?.target) return null;
  const target = heldAddress(invocation.target);
  if (target.type === '/') return null;
  return {
    target,
    states: (invocation.state ?? []).map(({ stateName, stateValue }) => ({
      name: stateName ?? '',
      value: stateValue ? held(stateValue) : null,
    })),
    invocations: (invocation.invocations ?? []).map(({ caller, argument }) => {
      const address = caller ? heldAddress(caller) : null;
      return {
        caller: address?.type === '/' && address.id === '' ? null : address,
        argument: held(argument),
      };
    }),
  };
}

const modes: readonly ExpirationMode[] = ['none', 'after-write', 'after-invoke'];

export function referenceEncodeReply(reply: FunctionReply<HeldValue>): Buffer {
  if (reply.kind === 'incomplete') {
    const missingValues = reply.missing.map((spec) => ({
      stateName: spec.name,
      typeTypename: spec.typename,
      ...(spec.expiration === 'none'
        ? {}
        : {
            expirationSpec: {
              mode: modes.indexOf(spec.expiration),
              expireAfterMillis: spec.expireAfterMs,
            },
          }),
    }));
    const message = { incompleteInvocationContext: { missingValues } };
    return Buffer.from(reqreply.FromFunction.encode(message).finish());
  }
  const message = {
    invocationResult: {
      stateMutations: reply.mutations.map(({ name, value }) =>
        value === null
          ? { mutationType: 0, stateName: name }
          : { mutationType: 1, stateName: name, stateValue: wireValue(value) },
      ),
      outgoingMessages: reply.messages.map(({ target, value }) => ({
        target: wireAddress(target),
        argument: wireValue(value),
      })),
      delayedInvocations: reply.delayed.map((one) =>
        one.cancel
          ? { isCancellationRequest: true, cancellationToken: one.token }
          : {
              cancellationToken: one.token,
              delayInMs: one.delayMs,
              target: wireAddress(one.target),
              argument: wireValue(one.value),
            },
      ),
      outgoingEgresses: reply.egress.map(({ id, value }) => {
        const { namespace, type } = wirePair(id);
        return { egressNamespace: namespace, egressType: type, argument: wireValue(value) };
      }),
    },
  };
  return Buffer.from(reqreply.FromFunction.encode(message).finish());
}

export function referenceDecodeReply(body: Uint8Array): FunctionReply<HeldValue> {
  const message = reqreply.FromFunction.decode(body);
  if (message.response === 'incompleteInvocationContext') {
    const specs = message.incompleteInvocationContext?.missingValues ?? [];
    return {
      kind: 'incomplete',
      missing: specs.map((spec) => {
        const expiration = modes[spec.expirationSpec?.mode ?? 0]!;
        const afterMs = Number(spec.expirationSpec?.expireAfterMillis ?? 0);
        return {
          name: spec.stateName ?? '',
          typename: spec.typeTypename ?? '',
          expiration,
          expireAfterMs: expiration === 'none' ? 0 : afterMs,
        };
      }),
    };
  }
  const result = message.invocationResult;
  return {
    kind: 'effects',
    mutations: (result?.stateMutations ?? []).map((one) => ({
      name: one.stateName ?? '',
      value: (one.mutationType ?? 0) === 0 ? null : held(one.stateValue),
    })),
    messages: (result?.outgoingMessages ?? []).map((one) => ({
      target: heldAddress(one.target),
      value: held(one.argument),
    })),
    delayed: (result?.delayedInvocations ?? []).map((one) =>
      one.isCancellationRequest
        ? { cancel: true, token: one.cancellationToken ?? '' }
        : {
            cancel: false,
            token: one.cancellationToken ?? '',
            delayMs: Number(one.delayInMs ?? 0),
            target: heldAddress(one.target),
            value: held(one.argument),
          },
    ),
    egress: (result?.outgoingEgresses ?? []).map((one) => ({
      id: heldAddress({
        namespace: one.egressNamespace ?? '',
        type: one.egressType ?? '',
      }).type,
      value: held(one.argument),
    })),
  };
}
