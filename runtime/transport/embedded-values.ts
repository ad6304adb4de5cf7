import type {
  Bytes,
  DecodedBatch,
  DecodedReply,
  DelayedCancel,
  DelayedSend,
  InvocationBatch,
  InvocationNode,
  OutgoingReply,
  TypedValue,
  ValueSlice,
} from '#protocol/messages.ts';

/**
 * A batch as functions see it, with all its values copied into one pooled buffer: the views in it
 * end with `send`, and an array of their own for each value would cost five times as much.
 */
export function decodedCopy(batch: InvocationBatch): DecodedBatch {
  const copy = Buffer.allocUnsafe(valueBytes(batch));
  let end = 0;
  const states: { name: string; value: ValueSlice | null }[] = [];
  for (let i = 0; i < batch.stateCount; i++) {
    const slot = batch.states[i]!;
    if (!slot.present) {
      states.push({ name: slot.name, value: null });
      continue;
    }
    const start = end;
    end += copyRange(copy, start, slot.body, slot.start, slot.end);
    const value = { typename: slot.typename, hasValue: true, body: copy, start, end };
    states.push({ name: slot.name, value });
  }
  const invocations: { caller: InvocationNode['caller']; argument: ValueSlice }[] = [];
  let node: InvocationNode | null = batch.first;
  for (let left = batch.count; left > 0 && node !== null; left--, node = node.next) {
    const start = end;
    end += copyBytes(copy, start, node.value);
    const argument = { typename: node.typename, hasValue: true, body: copy, start, end };
    invocations.push({ caller: node.caller, argument });
  }
  const { type, id } = batch.target;
  return { target: { type, id }, states, invocations };
}

function valueBytes(batch: InvocationBatch): number {
  let bytes = 0;
  for (let i = 0; i < batch.stateCount; i++) {
    const slot = batch.states[i]!;
    if (slot.present) bytes += slot.end - slot.start;
  }
  let node: InvocationNode | null = batch.first;
  for (let left = batch.count; left > 0 && node !== null; left--, node = node.next) {
    bytes += node.value.length;
  }
  return bytes;
}

function copyBytes(to: Buffer, at: number, bytes: Bytes): number {
  if (typeof bytes === 'string') return to.write(bytes, at, 'latin1');
  return copyRange(to, at, bytes, 0, bytes.length);
}

function copyRange(to: Buffer, at: number, from: Uint8Array, start: number, end: number): number {
  if (from instanceof Buffer) return from.copy(to, at, start, end);
  to.set(from.subarray(start, end), at);
  return end - start;
}

/**
 * An outgoing reply as the engine takes decoded ones. Values that are buffers stay where they are:
 * the engine copies what it keeps during the call. Throws a TypeError for a reply of another shape.
 */
export function asDecodedReply(reply: OutgoingReply): DecodedReply {
  if (reply.kind === 'incomplete') return reply;
  if (reply.kind !== 'effects') {
    throw new TypeError(`a reply of kind ${JSON.stringify((reply as { kind?: unknown }).kind)}`);
  }
  return {
    kind: 'effects',
    mutations: reply.mutations.map(({ name, value }) => ({
      name,
      value: value === null ? null : slice(value),
    })),
    messages: reply.messages.map(({ target, value }) => ({ target, value: slice(value) })),
    delayed: reply.delayed.map(delayed),
    egress: reply.egress.map(({ id, value }) => ({ id, value: slice(value) })),
  };
}

function delayed(
  entry: DelayedSend<TypedValue> | DelayedCancel,
): DelayedSend<ValueSlice> | DelayedCancel {
  return entry.cancel ? entry : { ...entry, value: slice(entry.value) };
}

function slice({ typename, value }: TypedValue): ValueSlice {
  const body = bufferOf(value);
  return { typename, hasValue: true, body, start: 0, end: body.length };
}

function bufferOf(value: Bytes): Buffer {
  if (typeof value === 'string') return Buffer.from(value, 'latin1');
  if (value instanceof Buffer) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
