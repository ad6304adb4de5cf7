import { protocolErrors } from './errors.ts';

/**
 * Names as they are on the wire, encoded once. Each cache is emptied when it is full: a bound that
 * costs nothing while the names are those of an application (tens), and holds when they are not.
 */
const maxEntries = 4_096;
const maxCachedLength = 1_024;

class EncodedNames {
  readonly #byText = new Map<string, Uint8Array>();
  readonly #encode: (text: string) => Uint8Array;
  // Neighbours mostly have the same type: comparing with the last one spares the hash table.
  #lastText = '';
  #last: Uint8Array;

  constructor(encode: (text: string) => Uint8Array, ofEmpty: string) {
    this.#encode = encode;
    this.#lastText = ofEmpty;
    this.#last = encode(ofEmpty);
  }

  bytes(text: string): Uint8Array {
    if (text === this.#lastText) return this.#last;
    let bytes = this.#byText.get(text);
    if (bytes === undefined) {
      bytes = this.#encode(text);
      if (text.length > maxCachedLength) return bytes;
      if (this.#byText.size >= maxEntries) this.#byText.clear();
      this.#byText.set(text, bytes);
    }
    this.#lastText = text;
    this.#last = bytes;
    return bytes;
  }
}

const pairs = new EncodedNames(encodePair, '/');
const valueHeads = new EncodedNames(encodeValueHead, '');
const stateNames = new EncodedNames((text) => textField(1, text), '');

/**
 * Fields 1 and 2, namespace and name, of a function type or egress id. Throws `BAD_NAME` if there
 * is no slash.
 */
export function encodedPair(text: string): Uint8Array {
  return pairs.bytes(text);
}

/** Fields 1 and 2 of a TypedValue: its typename, and `has_value` set. */
export function encodedValueHead(typename: string): Uint8Array {
  return valueHeads.bytes(typename);
}

/** A state name as field 1; add 8 to the first byte for field 2. */
export function encodedStateName(name: string): Uint8Array {
  return stateNames.bytes(name);
}

/** A text field, length-prefixed; no bytes for an empty text, as proto3 has it. */
function textField(field: number, text: string): Uint8Array {
  if (text === '') return new Uint8Array(0);
  const utf8 = Buffer.from(text, 'utf8');
  const head = [(field << 3) | 2];
  let length = utf8.length;
  for (; length >= 0x80; length >>>= 7) head.push((length & 0x7f) | 0x80);
  head.push(length);
  return plainBytes(Buffer.concat([Uint8Array.from(head), utf8]));
}

function encodePair(text: string): Uint8Array {
  // The last slash divides: namespaces may contain slashes, names may not.
  const slash = text.lastIndexOf('/');
  if (slash < 0) {
    throw protocolErrors.BAD_NAME(
      `${JSON.stringify(text.slice(0, 200))} is not of the form namespace/name`,
    );
  }
  const namespace = textField(1, text.slice(0, slash));
  return plainBytes(Buffer.concat([namespace, textField(2, text.slice(slash + 1))]));
}

function encodeValueHead(typename: string): Uint8Array {
  return plainBytes(Buffer.concat([textField(1, typename), Uint8Array.of(0x10, 1)]));
}

/** A copy of its own memory: a cached slice of a pool would keep the whole pool alive. */
function plainBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}
