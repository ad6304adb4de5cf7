/** A state value for people: always its bytes, and its JSON where it has one. */
export interface ValueText {
  readonly typename: string;
  readonly valueBase64: string;
  readonly json?: unknown;
}

/** Built-in types are decoded; of others, whatever parses as JSON is shown as such. */
export function describeValue(typename: string, value: Buffer): ValueText {
  const json = jsonOf(typename, value);
  return {
    typename,
    valueBase64: value.toString('base64'),
    ...(json === undefined ? {} : { json }),
  };
}

function jsonOf(typename: string, value: Buffer): unknown {
  if (typename.startsWith('io.statefun.types/')) {
    return builtIn(typename.slice('io.statefun.types/'.length), value);
  }
  const text = value.toString();
  if (value.length === 0 || Buffer.byteLength(text) !== value.length) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Longs as strings, since JSON numbers end at 2^53. Undefined if the bytes are something else. */
function builtIn(name: string, value: Buffer): unknown {
  try {
    switch (name) {
      case 'bool':
        return values.decodeBool(value);
      case 'int':
        return values.decodeInt(value);
      case 'long':
        return String(values.decodeLong(value));
      case 'float':
        return values.decodeFloat(value);
      case 'double':
        return values.decodeDouble(value);
      case 'string':
        return values.decodeString(value);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}
