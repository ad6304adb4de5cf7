import type { Address } from '../messages.ts';
import { encodedPair } from './encoded-names.ts';
import { internedPair, joinPair } from './interned-names.ts';
import { utf8Text } from './wire-reader.ts';
import type { WireReader } from './wire-reader.ts';
import { optionalFieldBytes, utf8Bytes } from './wire-writer.ts';
import type { WireWriter } from './wire-writer.ts';

/** What a message without an address means: an address whose fields are all empty. */
export const emptyAddress: Address = { type: '/', id: '' };

/**
 * Reads a length-prefixed `Address`. `previous` is what an earlier occurrence of the same field
 * said: protobuf merges the two.
 */
export function readAddress(reader: WireReader, previous: Address | null): Address {
  const outer = reader.enter();
  const address = (previous === null && usualAddress(reader)) || anyAddress(reader, previous);
  reader.end = outer;
  return address;
}

/** The three fields in order with short lengths, and nothing else: what every SDK sends. */
function usualAddress(reader: WireReader): Address | null {
  const body = reader.body;
  const start = reader.pos;
  const end = reader.end;
  if (end - start < 7 || body[start] !== 0x0a) return null;
  const second = start + 2 + body[start + 1]!;
  if (body[start + 1]! >= 0x80 || end - second < 3 || body[second] !== 0x12) return null;
  const third = second + 2 + body[second + 1]!;
  if (body[second + 1]! >= 0x80 || end - third < 2 || body[third] !== 0x1a) return null;
  const id = third + 2;
  if (body[third + 1]! >= 0x80 || id + body[third + 1]! !== end) return null;
  reader.pos = end;
  return { type: internedPair(body, start, third), id: utf8Text(body, id, end) };
}

function anyAddress(reader: WireReader, previous: Address | null): Address {
  const slash = previous === null ? -1 : previous.type.lastIndexOf('/');
  let namespace = previous === null ? '' : previous.type.slice(0, slash);
  let name = previous === null ? '' : previous.type.slice(slash + 1);
  let id = previous === null ? '' : previous.id;
  while (reader.pos < reader.end) {
    const tag = reader.tag();
    if (tag === 0x0a) namespace = reader.string();
    else if (tag === 0x12) name = reader.string();
    else if (tag === 0x1a) id = reader.string();
    else reader.skip(tag);
  }
  return { type: joinPair(namespace, name), id };
}

/** Bytes of an address whose id has `idBytes` bytes, without its own tag and length. */
export function addressBytes(address: Address, idBytes: number): number {
  return encodedPair(address.type).length + optionalFieldBytes(idBytes);
}

/** Upper bound of the bytes of an address with its tag and length; cheap. */
export function addressRoom(address: Address): number {
  return 32 + 3 * (address.type.length + address.id.length);
}

/** Writes `address` as a field with a one-byte tag. */
export function writeAddress(
  writer: WireWriter,
  tag: number,
  address: Address,
  idBytes: number,
): void {
  const pair = encodedPair(address.type);
  writer.byte(tag);
  writer.varint(pair.length + optionalFieldBytes(idBytes));
  writer.raw(pair);
  if (idBytes > 0) writer.text(0x1a, address.id, idBytes);
}

/** Bytes of the id of `address`, as the functions above want it. */
export function idBytesOf(address: Address): number {
  return utf8Bytes(address.id);
}
