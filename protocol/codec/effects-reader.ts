import type { Address, DelayedCancel, DelayedSend, Effects, ValueSlice } from '../messages.ts';
import { emptyAddress, readAddress } from './address.ts';
import { protocolErrors } from './errors.ts';
import { internedPair, joinPair, readName } from './interned-names.ts';
import { absentValue, readValue } from './typed-value.ts';
import type { WireReader } from './wire-reader.ts';

type Slices = Effects<ValueSlice>;

/** The effects read so far; more may follow in another occurrence of the same field. */
export interface ReadEffects extends Slices {
  readonly mutations: Slices['mutations'][number][];
  readonly messages: Slices['messages'][number][];
  readonly delayed: Slices['delayed'][number][];
  readonly egress: Slices['egress'][number][];
}

export function noEffects(): ReadEffects {
  return { kind: 'effects', mutations: [], messages: [], delayed: [], egress: [] };
}

/** Reads a length-prefixed `InvocationResponse` into `effects`. */
export function readEffects(reader: WireReader, effects: ReadEffects): void {
  const outer = reader.enter();
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) effects.mutations.push(readMutation(reader));
    else if (tag === 0x12) effects.messages.push(readMessage(reader));
    else if (tag === 0x1a) effects.delayed.push(readDelayed(reader));
    else if (tag === 0x22) effects.egress.push(readEgress(reader));
    else reader.skip(tag);
  }
  reader.end = outer;
}

/**
 * A MODIFY without a value is not a deletion: it becomes a value without a typename, which no
 * state has. `has_value` does not matter here: what is stored is `value`, as StateFun does it.
 */
function readMutation(reader: WireReader): Slices['mutations'][number] {
  reader.entry();
  const outer = reader.enter();
  let kind = 0;
  let name = '';
  let value: ValueSlice | null = null;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x08) kind = reader.int32();
    else if (tag === 0x12) name = readName(reader);
    else if (tag === 0x1a) value = readValue(reader, value);
    else reader.skip(tag);
  }
  reader.end = outer;
  if (kind === 0) return { name, value: null };
  if (kind === 1) return { name, value: value ?? absentValue(reader.body) };
  throw protocolErrors.UNKNOWN_ENUM(
    `The mutation type ${kind} of the state ${JSON.stringify(name.slice(0, 100))}`,
  );
}

function readMessage(reader: WireReader): Slices['messages'][number] {
  reader.entry();
  const outer = reader.enter();
  let target: Address | null = null;
  let value: ValueSlice | null = null;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) target = readAddress(reader, target);
    else if (tag === 0x12) value = readValue(reader, value);
    else reader.skip(tag);
  }
  reader.end = outer;
  return { target: target ?? emptyAddress, value: value ?? absentValue(reader.body) };
}

function readDelayed(reader: WireReader): DelayedSend<ValueSlice> | DelayedCancel {
  reader.entry();
  const outer = reader.enter();
  let cancel = false;
  let token = '';
  let delayMs = 0;
  let target: Address | null = null;
  let value: ValueSlice | null = null;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x5a) token = reader.string();
    else if (tag === 0x08) delayMs = reader.int64('The delay of a message');
    else if (tag === 0x12) target = readAddress(reader, target);
    else if (tag === 0x1a) value = readValue(reader, value);
    else if (tag === 0x50) cancel = reader.bool();
    else reader.skip(tag);
  }
  reader.end = outer;
  if (cancel) return { cancel, token };
  return {
    cancel,
    token,
    delayMs,
    target: target ?? emptyAddress,
    value: value ?? absentValue(reader.body),
  };
}

function readEgress(reader: WireReader): Slices['egress'][number] {
  reader.entry();
  const outer = reader.enter();
  let id = usualEgressId(reader);
  let namespace = '';
  let name = '';
  let value: ValueSlice | null = null;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x1a) {
      value = readValue(reader, value);
    } else if (tag === 0x0a || tag === 0x12) {
      if (id !== null) {
        const slash = id.lastIndexOf('/');
        namespace = id.slice(0, slash);
        name = id.slice(slash + 1);
        id = null;
      }
      if (tag === 0x0a) namespace = reader.string();
      else name = reader.string();
    } else {
      reader.skip(tag);
    }
  }
  reader.end = outer;
  return { id: id ?? joinPair(namespace, name), value: value ?? absentValue(reader.body) };
}

/** Reads namespace and name if they come first, in order, with short lengths. */
function usualEgressId(reader: WireReader): string | null {
  const body = reader.body;
  const start = reader.pos;
  const end = reader.end;
  if (end - start < 5 || body[start] !== 0x0a || body[start + 1]! >= 0x80) return null;
  const second = start + 2 + body[start + 1]!;
  if (end - second < 3 || body[second] !== 0x12 || body[second + 1]! >= 0x80) return null;
  const third = second + 2 + body[second + 1]!;
  if (third > end) return null;
  reader.pos = third;
  return internedPair(body, start, third);
}
