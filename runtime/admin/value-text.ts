import { builtInTypes } from '#protocol/values.ts';
import type { ValueText } from './state-shapes.ts';

/**
 * A state value for people: always its bytes, and its JSON where it has one. Built-in types are
 * decoded; of others, whatever parses as JSON is shown as such.
 */
export function describeValue(typename: string, value: Buffer): ValueText {
  const json = jsonOf(typename, value);
  return {
    typename,
    valueBase64: value.toString('base64'),
    ...(json === undefined ? {} : { json }),
  };
}

function jsonOf(typename: string, value: Buffer): unknown {
  const type = builtInTypes.get(typename);
  try {
    if (type !== undefined) {
      const decoded = type.decode(value);
      // JSON numbers end at 2^53.
      return typeof decoded === 'bigint' ? String(decoded) : decoded;
    }
    const text = value.toString();
    return Buffer.byteLength(text) === value.length ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}
