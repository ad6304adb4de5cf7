import type { Address, DelayedCancel, DelayedSend, Effects, TypedValue } from '../messages.ts';
import { addressBytes, addressRoom, idBytesOf, writeAddress } from './address.ts';
import { encodedPair, encodedStateName } from './encoded-names.ts';
import { protocolErrors } from './errors.ts';
import { valueBytes, valueRoom, writeValue } from './typed-value.ts';
import { fieldBytes, optionalFieldBytes, utf8Bytes } from './wire-writer.ts';
import type { WireWriter } from './wire-writer.ts';

const modify = 1;

/** Writes the fields of an `InvocationResponse`. */
export function writeEffects(writer: WireWriter, effects: Effects<TypedValue>): void {
  for (const { name, value } of effects.mutations) writeMutation(writer, name, value);
  for (const { target, value } of effects.messages) writeMessage(writer, target, value);
  for (const delayed of effects.delayed) {
    if (delayed.cancel) writeCancel(writer, delayed);
    else writeDelayed(writer, delayed);
  }
  for (const { id, value } of effects.egress) writeEgress(writer, id, value);
}

/** A non-negative number of milliseconds. Throws `NUMBER_RANGE`. */
export function checkedMs(what: string, valueMs: number): number {
  if (!Number.isSafeInteger(valueMs) || valueMs < 0) {
    throw protocolErrors.NUMBER_RANGE(`${what} is ${valueMs} ms`);
  }
  return valueMs;
}

/** Bytes of a varint of a non-negative safe integer. */
export function varint53Bytes(value: number): number {
  let bytes = 1;
  for (; value >= 0x80; value = Math.floor(value / 0x80)) bytes++;
  return bytes;
}

function writeMutation(writer: WireWriter, name: string, value: TypedValue | null): void {
  const encodedName = encodedStateName(name);
  writer.ensure(
    48 + encodedName.length + (value === null ? 0 : valueRoom(value.typename, value.value.length)),
  );
  writer.byte(0x0a);
  if (value === null) {
    writer.varint(encodedName.length); // DELETE is 0, the default, and so left out
  } else {
    const bytes = valueBytes(value.typename, value.value.length);
    writer.varint(2 + encodedName.length + fieldBytes(bytes));
    writer.byte(0x08);
    writer.byte(modify);
  }
  const nameStart = writer.pos;
  writer.raw(encodedName);
  if (encodedName.length > 0) writer.buffer[nameStart] = 0x12;
  if (value !== null) writeValue(writer, 0x1a, value.typename, value.value);
}

function writeMessage(writer: WireWriter, target: Address, value: TypedValue): void {
  const idBytes = idBytesOf(target);
  const bytes = valueBytes(value.typename, value.value.length);
  writer.ensure(16 + addressRoom(target) + valueRoom(value.typename, value.value.length));
  writer.byte(0x12);
  writer.varint(fieldBytes(addressBytes(target, idBytes)) + fieldBytes(bytes));
  writeAddress(writer, 0x0a, target, idBytes);
  writeValue(writer, 0x12, value.typename, value.value);
}

function writeDelayed(writer: WireWriter, send: DelayedSend<TypedValue>): void {
  const { token, target, value } = send;
  const delayMs = checkedMs('A delay', send.delayMs);
  const idBytes = idBytesOf(target);
  const tokenBytes = utf8Bytes(token);
  const bytes = valueBytes(value.typename, value.value.length);
  writer.ensure(
    48 + tokenBytes + addressRoom(target) + valueRoom(value.typename, value.value.length),
  );
  writer.byte(0x1a);
  writer.varint(
    optionalFieldBytes(tokenBytes) +
      (delayMs === 0 ? 0 : 1 + varint53Bytes(delayMs)) +
      fieldBytes(addressBytes(target, idBytes)) +
      fieldBytes(bytes),
  );
  // The token comes first, as in the official SDKs, although its number is the highest.
  if (tokenBytes > 0) writer.text(0x5a, token, tokenBytes);
  if (delayMs > 0) {
    writer.byte(0x08);
    writer.varint53(delayMs);
  }
  writeAddress(writer, 0x12, target, idBytes);
  writeValue(writer, 0x1a, value.typename, value.value);
}

function writeCancel(writer: WireWriter, cancel: DelayedCancel): void {
  const tokenBytes = utf8Bytes(cancel.token);
  writer.ensure(32 + tokenBytes);
  writer.byte(0x1a);
  writer.varint(2 + optionalFieldBytes(tokenBytes));
  writer.byte(0x50);
  writer.byte(1);
  if (tokenBytes > 0) writer.text(0x5a, cancel.token, tokenBytes);
}

function writeEgress(writer: WireWriter, id: string, value: TypedValue): void {
  const pair = encodedPair(id);
  const bytes = valueBytes(value.typename, value.value.length);
  writer.ensure(32 + pair.length + valueRoom(value.typename, value.value.length));
  writer.byte(0x22);
  writer.varint(pair.length + fieldBytes(bytes));
  writer.raw(pair);
  writeValue(writer, 0x1a, value.typename, value.value);
}
