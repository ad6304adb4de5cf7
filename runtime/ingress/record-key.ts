import { isUtf8 } from 'node:buffer';
import type { WeirError } from '#protocol/errors.ts';
import { ingressErrors } from './errors.ts';
import type { JsonPointer } from './json-pointer.ts';
import { resolvePointer } from './json-pointer.ts';
import { isTooDeep } from './nesting.ts';

/** Ids are stored with a 16-bit length beside other fields; this leaves room for all of them. */
const maxIdBytes = 16_384;

/** A record's key, or why it has none. */
export type KeyResult = { readonly key: string } | { readonly reject: WeirError };

// eslint-disable-next-line no-control-regex -- the control characters are ASCII, too
const ascii = /^[\x00-\x7f]*$/;

/**
 * Takes the target id out of a JSON record. `latin1` holds the record's bytes, one a character;
 * never throws.
 *
 * The latin1 form is parsed as it is, which spares decoding: bytes above 0x7f are legal only
 * inside strings, in either reading, so it is valid JSON exactly if the UTF-8 text is. Only a key
 * (or a pointer) that is not ASCII needs the decoded text.
 */
export function recordKey(latin1: string, pointer: JsonPointer, asciiPointer: boolean): KeyResult {
  if (isTooDeep(latin1)) {
    const what = `a record of ${latin1.length} bytes has more than 512 levels`;
    return { reject: ingressErrors.RECORD_TOO_DEEP(what) };
  }
  try {
    const value = resolvePointer(JSON.parse(latin1), pointer);
    if (!asciiPointer || (typeof value === 'string' && !ascii.test(value))) {
      return decodedKey(latin1, pointer);
    }
    return keyOf(value, latin1, pointer);
  } catch (error) {
    return { reject: ingressErrors.RECORD_NOT_JSON(String(error), { cause: error }) };
  }
}

/** Whether `recordKey` may compare the pointer's names with names read as latin1. */
export function isAsciiPointer(pointer: JsonPointer): boolean {
  return pointer.every((token) => ascii.test(token));
}

/** An id as an address can carry it, or why it can't be one. */
export function checkedId(id: string): KeyResult {
  if (id.length > maxIdBytes / 3 && Buffer.byteLength(id) > maxIdBytes) {
    return {
      reject: ingressErrors.KEY_TOO_LONG(`the key has ${Buffer.byteLength(id)} bytes of UTF-8`),
    };
  }
  // Half a surrogate pair has no UTF-8 form: two such ids would become the same address.
  if (!id.isWellFormed()) return missing('the key holds half a surrogate pair, which is no text');
  return { key: id };
}

function decodedKey(latin1: string, pointer: JsonPointer): KeyResult {
  const bytes = Buffer.from(latin1, 'latin1');
  const text = bytes.toString('utf8');
  const value = resolvePointer(JSON.parse(text), pointer);
  if (typeof value === 'string' && value.includes('\ufffd') && !isUtf8(bytes)) {
    return missing('the key is not valid UTF-8');
  }
  return keyOf(value, text, pointer);
}

function keyOf(value: unknown, text: string, pointer: JsonPointer): KeyResult {
  switch (typeof value) {
    case 'string':
      return checkedId(value);
    case 'number':
      return Number.isSafeInteger(value) ? { key: String(value) } : numberKey(text, pointer);
    case 'boolean':
      return { key: String(value) };
    case 'undefined':
      return missing('there is nothing at the key pointer');
    default:
      return missing(`there is ${value === null ? 'null' : 'no single value'} at the key pointer`);
  }
}

/**
 * A large integer keeps its digits: rounded to a double, distinct account numbers would become
 * one address.
 */
function numberKey(text: string, pointer: JsonPointer): KeyResult {
  const parse = JSON.parse as (
    text: string,
    reviver: (name: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  const document = parse(text, (_name, value, context) =>
    typeof value === 'number' ? new NumberText(context.source ?? String(value)) : value,
  );
  const found = resolvePointer(document, pointer);
  if (!(found instanceof NumberText)) return missing('there is no single value at the key pointer');
  if (/^-?\d+$/.test(found.source)) return checkedId(found.source);
  const number = Number(found.source);
  if (!Number.isFinite(number))
    return missing(`the number ${found.source} at the key is too large`);
  return { key: String(number) };
}

class NumberText {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

function missing(message: string): KeyResult {
  return { reject: ingressErrors.KEY_MISSING(message) };
}
