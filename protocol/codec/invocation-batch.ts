import type {
  Address,
  DecodedBatch,
  InvocationBatch,
  InvocationNode,
  StateSlot,
  ValueSlice,
} from '../messages.ts';
import { addressBytes, addressRoom, idBytesOf, readAddress, writeAddress } from './address.ts';
import { encodedStateName } from './encoded-names.ts';
import { protocolErrors } from './errors.ts';
import { readName } from './interned-names.ts';
import {
  absentValue,
  readValue,
  valueBytes,
  valueRoom,
  writeValue,
  writeValueSlice,
} from './typed-value.ts';
import { WireReader } from './wire-reader.ts';
import { WireWriter, fieldBytes, varintBytes } from './wire-writer.ts';

/** Space in front of the batch for its tag and length, which are known when it is written. */
const headRoom = 7;
const writer = new WireWriter();

/**
 * One batch as a `ToFunction` message. States that are not present have only their name; every
 * value has `has_value` set. Throws `BAD_NAME` for a function type without a slash, `TOO_LARGE`.
 */
export function encodeInvocationBatch(batch: InvocationBatch): Buffer {
  return writer.taken(encode(batch));
}

/** The length of `encodeInvocationBatch(batch)`, without encoding it. */
export function invocationBatchBytes(batch: InvocationBatch): number {
  let bytes = fieldBytes(addressBytes(batch.target, idBytesOf(batch.target)));
  for (let i = 0; i < batch.stateCount; i++) bytes += fieldBytes(stateBytes(batch.states[i]!));
  let node: InvocationNode | null = batch.first;
  for (let left = batch.count; left > 0 && node !== null; left--, node = node.next) {
    bytes += fieldBytes(invocationBytes(node, node.caller === null ? 0 : idBytesOf(node.caller)));
  }
  return 2 + varintBytes(bytes) + bytes;
}

/**
 * Writes `encodeInvocationBatch(batch)` to `out` from `offset` on and returns where it ends.
 * Throws a RangeError, with `out` unchanged, if there is no room.
 */
export function writeInvocationBatch(batch: InvocationBatch, out: Buffer, offset: number): number {
  const start = encode(batch);
  const bytes = writer.pos - start;
  if (bytes > out.length - offset) {
    throw new RangeError(`A batch of ${bytes} bytes does not fit in ${out.length - offset}`);
  }
  writer.buffer.copy(out, offset, start, writer.pos);
  return offset + bytes;
}

/** Leaves the message in the writer, from the returned position up to the writer's. */
function encode(batch: InvocationBatch): number {
  writer.begin();
  writer.pos = headRoom;
  writer.ensure(addressRoom(batch.target));
  writeAddress(writer, 0x0a, batch.target, idBytesOf(batch.target));
  for (let i = 0; i < batch.stateCount; i++) writeState(batch.states[i]!);
  let node: InvocationNode | null = batch.first;
  for (let left = batch.count; left > 0 && node !== null; left--, node = node.next) {
    writeInvocation(node);
  }
  return writer.prefix(headRoom, 0xa2);
}

function stateBytes(slot: StateSlot): number {
  const name = encodedStateName(slot.name).length;
  if (!slot.present) return name;
  return name + fieldBytes(valueBytes(slot.typename, slot.end - slot.start));
}

function writeState(slot: StateSlot): void {
  const length = slot.end - slot.start;
  writer.ensure(32 + 3 * slot.name.length + valueRoom(slot.typename, length));
  writer.byte(0x12);
  writer.varint(stateBytes(slot));
  writer.raw(encodedStateName(slot.name));
  if (slot.present) {
    writeValueSlice(writer, 0x12, slot.typename, slot.body, slot.start, slot.end);
  }
}

function invocationBytes(node: InvocationNode, idBytes: number): number {
  const argument = fieldBytes(valueBytes(node.typename, node.value.length));
  const caller = node.caller;
  return caller === null ? argument : argument + fieldBytes(addressBytes(caller, idBytes));
}

function writeInvocation(node: InvocationNode): void {
  const caller = node.caller;
  const idBytes = caller === null ? 0 : idBytesOf(caller);
  writer.ensure(
    16 + (caller === null ? 0 : addressRoom(caller)) + valueRoom(node.typename, node.value.length),
  );
  writer.byte(0x1a);
  writer.varint(invocationBytes(node, idBytes));
  if (caller !== null) writeAddress(writer, 0x0a, caller, idBytes);
  writeValue(writer, 0x12, node.typename, node.value);
}

interface BatchParts {
  target: Address | null;
  readonly states: { readonly name: string; readonly value: ValueSlice | null }[];
  readonly invocations: { readonly caller: Address | null; readonly argument: ValueSlice }[];
}

/**
 * A `ToFunction` message; the values are views of `body`. A caller whose fields are all empty is
 * null, as one that is not there. Unknown fields are skipped, later occurrences of a field replace
 * or, as messages, complete earlier ones. Throws errors of `protocolErrors` for what is no such
 * message, and `NO_REQUEST` if it has no invocation or no target.
 */
export function decodeInvocationBatch(body: Buffer, start = 0, end = body.length): DecodedBatch {
  const reader = new WireReader(body, start, end);
  const parts: BatchParts = { target: null, states: [], invocations: [] };
  let found = false;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x322) {
      found = true;
      readBatch(reader, parts);
    } else {
      reader.skip(tag);
    }
  }
  const { target, states, invocations } = parts;
  if (!found) throw protocolErrors.NO_REQUEST('The request has no invocation');
  if (target === null || target.type === '/') {
    throw protocolErrors.NO_REQUEST('The invocation in the request has no target');
  }
  return { target, states, invocations };
}

function readBatch(reader: WireReader, parts: BatchParts): void {
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x1a) parts.invocations.push(readInvocation(reader));
    else if (tag === 0x12) parts.states.push(readState(reader));
    else if (tag === 0x0a) parts.target = readAddress(reader, parts.target);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readState(reader: WireReader): BatchParts['states'][number] {
  reader.entry();
  const outer = reader.enter();
  let name = '';
  let value: ValueSlice | null = null;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) name = readName(reader);
    else if (tag === 0x12) value = readValue(reader, value);
    else reader.skip(tag);
  }
  reader.end = outer;
  return { name, value };
}

function readInvocation(reader: WireReader): BatchParts['invocations'][number] {
  reader.entry();
  const outer = reader.enter();
  let caller: Address | null = null;
  let argument: ValueSlice | null = null;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) caller = readAddress(reader, caller);
    else if (tag === 0x12) argument = readValue(reader, argument);
    else reader.skip(tag);
  }
  reader.end = outer;
  if (caller !== null && caller.type === '/' && caller.id === '') caller = null;
  return { caller, argument: argument ?? absentValue(reader.body) };
}
